// JSON is the engine's, and still the class of old scripts: new JSON().encode(), .decode() (base-system include JSON).
(function (p) {
  "use strict";
  const native = p.root.JSON;
  const pad = (number) => (number < 10 ? "0" + number : number);

  function encode(value, line, depth) {
    if (value === undefined || value === null) return "null";
    if (Array.isArray(value)) {
      const items = value.filter((item) => item !== undefined && typeof item !== "function");
      return line("[", items.map((item) => encode(item, line, depth + 1)), "]", depth);
    }
    if (value instanceof Date) {
      return '"' + value.getFullYear() + "-" + pad(value.getMonth() + 1) + "-" + pad(value.getDate()) + "T" +
        pad(value.getHours()) + ":" + pad(value.getMinutes()) + ":" + pad(value.getSeconds()) + '"';
    }
    if (typeof value === "string" || value instanceof String) return native.stringify(String(value));
    if (typeof value === "number" || value instanceof Number) return isFinite(value) ? String(value) : "null";
    if (typeof value === "boolean" || value instanceof Boolean) return String(value);
    if (typeof value.toJSON === "function") return native.stringify(value);
    const keys = Object.keys(value).sort();
    const told = keys.filter((key) => value[key] !== undefined && typeof value[key] !== "function");
    return line("{", told.map((key) => native.stringify(key) + ":" + encode(value[key], line, depth + 1)), "}", depth);
  }
  const flat = (open, items, close) => open + items.join(",") + close;
  const indented = (open, items, close, depth) => {
    if (!items.length) return open + close;
    const inner = "\n" + "  ".repeat(depth + 1);
    return open + inner + items.join("," + inner) + "\n" + "  ".repeat(depth) + close;
  };

  function JSON() {
    if (!(this instanceof JSON)) return new JSON();
  }
  JSON.prototype = {
    prettify: function () { this.indentFlag = true; },
    encode: function (value) { return encode(value, this.indentFlag ? indented : flat, 0); },
    decode: function (text) { return JSON.parse(text); },
    encodeString: (text) => native.stringify(String(text)),
    encodeArray: function (items) { return this.encode(items); },
    encodeObject: function (value) { return this.encode(value); },
    type: "JSON",
  };
  // What Rhino's parser says of a text that is none (mozilla/rhino, JsonParser); null where it has nothing to say.
  function fault(source) {
    let at = 0;
    const stop = (text) => { throw text; };
    const blank = () => { while (at < source.length && " \t\r\n".includes(source[at])) at++; };
    const isDigit = (c) => c >= "0" && c <= "9";
    const digits = () => { while (isDigit(source[at])) at++; };
    function number() {
      const start = at - 1;
      const oneDigit = () => {
        at++;
        if (!isDigit(source[at - 1])) stop("Unsupported number format: " + source.slice(start, at));
      };
      if (source[start] === "-") oneDigit();
      if (source[at - 1] !== "0") digits();
      if (source[at] === ".") { at++; oneDigit(); digits(); }
      if (source[at] === "e" || source[at] === "E") {
        at++;
        if (source[at] === "-" || source[at] === "+") at++;
        oneDigit();
        digits();
      }
    }
    function string() {
      while (at < source.length) {
        const c = source[at++];
        if (c <= "\u001F") stop("String contains control character");
        if (c === '"') return;
        if (c !== "\\") continue;
        if (at >= source.length) break;
        const escape = source[at++];
        if (escape !== "u") {
          if (!'"\\/bfnrt'.includes(escape)) stop("Unexpected character in string: '\\" + escape + "'");
          continue;
        }
        if (source.length - at < 5) stop("Invalid character code: \\u" + source.slice(at));
        if (!/^[0-9a-fA-F]{4}$/.test(source.slice(at, at + 4))) stop("Invalid character code: " + source.slice(at, at + 4));
        at += 4;
      }
      stop("Unterminated string literal");
    }
    function members(close, kind, one) {
      blank();
      if (source[at] === close) { at++; return; }
      let needsComma = false;
      while (at < source.length) {
        const c = source[at];
        if (c === close || c === ",") {
          if (!needsComma) stop("Unexpected comma in " + kind + " literal");
          at++;
          if (c === close) return;
          needsComma = false;
        } else {
          one(c, needsComma);
          needsComma = true;
        }
        blank();
      }
      stop("Unterminated " + kind + " literal");
    }
    function property(c, needsComma) {
      at++;
      if (c !== '"') stop("Unexpected token in object literal");
      if (needsComma) stop("Missing comma in object literal");
      string();
      blank();
      if (at >= source.length) stop("Expected : but reached end of stream");
      if (source[at++] !== ":") stop("Expected : found " + source[at - 1]);
      value();
    }
    function item(c, needsComma) {
      if (needsComma) stop("Missing comma in array literal");
      value();
    }
    function value() {
      blank();
      if (at >= source.length) stop("Empty JSON string");
      const c = source[at++];
      if (c === "{") members("}", "object", property);
      else if (c === "[") members("]", "array", item);
      else if (c === '"') string();
      else if (c === "-" || isDigit(c)) number();
      else {
        const word = { t: "true", f: "false", n: "null" }[c];
        if (!word || !source.startsWith(word, at - 1)) stop("Unexpected token: " + c);
        at += word.length - 1;
      }
    }
    try {
      value();
      blank();
      return at < source.length ? "Expected end of stream at char " + at : null;
    } catch (told) {
      return typeof told === "string" ? told : null;
    }
  }
  JSON.parse = function parse(source, reviver) {
    const text = String(source);
    try {
      return native.parse(text, reviver);
    } catch (error) {
      const told = error instanceof SyntaxError ? fault(text) : null;
      if (told === null) throw error;
      throw new SyntaxError(told);
    }
  };
  JSON.stringify = native.stringify;
  return { install: () => { p.root.JSON = JSON; p.root.NativeJSON = native; } };
})
