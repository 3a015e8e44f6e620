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
    decode: function (text) { return native.parse(String(text)); },
    encodeString: (text) => native.stringify(String(text)),
    encodeArray: function (items) { return this.encode(items); },
    encodeObject: function (value) { return this.encode(value); },
    type: "JSON",
  };
  JSON.parse = native.parse;
  JSON.stringify = native.stringify;
  return { install: () => { p.root.JSON = JSON; p.root.NativeJSON = native; } };
})
