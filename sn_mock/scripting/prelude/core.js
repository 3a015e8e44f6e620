// The platform as a script sees it. Everything real happens in the parent process; __host(text) asks it. What a script
// names for the first time is loaded then: __part(name) gives the text of another file of this folder, which is a
// function of the platform `p` that returns what it brings.
"use strict";
(function (root) {
  const host = root.__host, partText = root.__part, xmlHost = root.__xml;
  delete root.__host;
  delete root.__part;
  delete root.__xml;
  const { parse, stringify } = JSON; // a script may change JSON for itself
  const evaluate = eval; // by another name it is the global one; a script may put its own in eval's place
  const p = { root: root, parse: parse, stringify: stringify };

  // A Java exception as Rhino hands it to a script: message, getMessage(), toString().
  class JavaException extends Error {
    constructor(className, message) {
      super(message);
      this.name = className;
      this.className = className;
    }
    getMessage() { return this.message; }
    toString() { return this.className ? this.className + ": " + this.message : this.message; }
  }
  p.JavaException = JavaException;

  // Rhino's own errors are Java exceptions, too: scripts call getMessage() on whatever they caught.
  Object.defineProperty(Error.prototype, "getMessage", {
    value: function () { return this.message; }, writable: true, configurable: true,
  });

  // Rhino's, too: the script and the line where it arose.
  for (const [name, part] of [["fileName", 0], ["lineNumber", 1]]) {
    Object.defineProperty(Error.prototype, name, {
      get() { return p.ask({ stack: String(this.stack) })[part]; },
      set(value) { Object.defineProperty(this, name, { value: value, writable: true, configurable: true }); },
      configurable: true,
    });
  }

  const asking = (whom) => function (request) {
    const answer = parse(whom(stringify(request)));
    if (answer.err && answer.err.text) throw answer.err.message;
    if (answer.err) throw new JavaException(answer.err.class, answer.err.message);
    return p.wrap(answer.ok);
  };
  p.ask = asking(host);
  p.askXML = asking(xmlHost); // a part of the engine's own process

  // What goes to the parent: texts, numbers, lists.
  p.plain = function (value) {
    if (value === undefined || value === null) return null;
    if (Array.isArray(value)) return value.map(p.plain);
    if (typeof value === "object" || typeof value === "function") return String(value);
    return value;
  };
  p.text = (value) => (value === undefined || value === null ? "" : String(value));
  p.nil = (value) => value === null || value === undefined || String(value) === "";

  // What is documented and not simulated says so, with its name

  p.notSimulated = (name) => new TypeError(name + " is not simulated");

  p.stub = function (name) {
    const refuse = function () { throw p.notSimulated(name); };
    return new Proxy(refuse, {
      get(target, key) {
        if (key === Symbol.toPrimitive || key === "toString") return () => "[object " + name + "]";
        if (key === "prototype" || typeof key === "symbol" || key === "toJSON") return target[key];
        return p.stub(name + "." + String(key));
      },
      apply: refuse,
      construct: refuse,
    });
  };

  // A method that no page has either: undefined where it is only looked at.
  p.missing = function (name) {
    const refuse = function () { throw p.notSimulated(name); };
    refuse.toString = refuse.toJSON = () => undefined;
    refuse[Symbol.toPrimitive] = () => undefined;
    return refuse;
  };

  // Methods that the documentation has of a class and that are missing here: {methods: [...], statics: [...]}.
  p.refuseTheRest = function (name, made, documented) {
    const refuse = (method) => ({
      value: function () { throw p.notSimulated(name + "." + method); }, writable: true, configurable: true,
    });
    for (const method of documented.methods) {
      if (made.prototype && !(method in made.prototype)) Object.defineProperty(made.prototype, method, refuse(method));
    }
    for (const method of documented.statics) {
      if (!Object.prototype.hasOwnProperty.call(made, method)) Object.defineProperty(made, method, refuse(method));
    }
  };

  // Static functions as Rhino has them. Each can be called with `new`: `new GlideDateTime.subtract(a, b)` is the duration
  // (mozilla/rhino, BaseFunction.construct: what the function returns, where that is an object). And an instance has
  // them where it has none of its own by that name (JavaMembers.getMember).
  const staticsAsRhino = function (made) {
    for (const name of Object.getOwnPropertyNames(made)) {
      const { value, writable } = Object.getOwnPropertyDescriptor(made, name);
      if (typeof value !== "function" || !writable || name === "prototype") continue;
      const whole = { [name]: function (...args) { return value.apply(made, args); } }[name];
      const described = { value: whole, writable: true, configurable: true };
      Object.defineProperty(made, name, described);
      if (made.prototype && !(name in made.prototype)) Object.defineProperty(made.prototype, name, described);
    }
  };

  // A class that may be called without `new`, as Rhino's host classes may.
  p.callable = (made) => new Proxy(made, { apply: (target, self, args) => new target(...args) });

  // Handles: objects that live in the parent

  const classes = {};
  p.wrap = function (value) {
    if (Array.isArray(value)) return value.map(p.wrap);
    if (value && typeof value === "object" && "__object" in value) {
      return Object.create(classes[value.__class].prototype, { __id: { value: value.__object } });
    }
    if (value && typeof value === "object" && value.__list) {
      return p.list(value.__list.map((one) => (Array.isArray(one) ? p.header(one) : one)));
    }
    if (value && typeof value === "object" && value.__map) return p.map(value.__map);
    return value;
  };

  // java.util.List as far as scripts ask: size(), get(i), and what arrays have.
  p.list = function (items) {
    Object.defineProperties(items, {
      size: { value: () => items.length },
      get: { value: (index) => items[index] },
      isEmpty: { value: () => items.length === 0 },
      contains: { value: (item) => items.some((one) => String(one) === String(item)) },
      iterator: { value: () => { let at = 0; return { hasNext: () => at < items.length, next: () => items[at++] }; } },
    });
    return items;
  };
  // java.util.Map, likewise; its entries are properties, too.
  p.map = (entries) => Object.defineProperties(entries, {
    get: { value: (key) => (Object.prototype.hasOwnProperty.call(entries, key) ? entries[key] : null) },
    containsKey: { value: (key) => Object.prototype.hasOwnProperty.call(entries, key) },
    keySet: { value: () => p.list(Object.keys(entries)) },
  });
  p.header = ([name, value]) => ({
    name: name, value: value, getName: () => name, getValue: () => value, toString: () => name + ": " + value,
  });

  function define(definitions) {
    for (const name of Object.keys(definitions)) {
      const made = class {
        constructor(...args) {
          if (!definitions[name].constructable) throw new TypeError(name + " cannot be made with new");
          Object.defineProperty(this, "__id", { value: p.ask({ make: name, args: args.map(p.plain) }) });
        }
        toString() { return "[object " + name + "]"; }
      };
      for (const method of definitions[name].methods) {
        made.prototype[method] = function (...args) {
          return p.ask({ object: this.__id, method: method, args: args.map(p.plain) });
        };
      }
      p.refuseTheRest(name === "Response" ? "RESTResponseV2" : name, made, definitions[name].documented);
      classes[name] = made;
    }
    root.SOAPMessage = classes.SOAPMessage;
    root.RESTMessage = classes.RESTMessage;
  }

  // Names that are loaded when a script first uses them

  const loaded = {}, origins = {}, namespaces = {};
  p.load = function (part) {
    if (!(part in loaded)) {
      const made = evaluate(partText(part))(p);
      loaded[part] = made;
      const named = Object.keys(made).filter((name) => typeof made[name] === "function" && made[name].prototype);
      const documented = p.ask({ documented: named });
      for (const name of Object.keys(documented)) p.refuseTheRest(name, made[name], documented[name]);
      Object.keys(made).filter((name) => origins[name] === part).forEach((name) => staticsAsRhino(made[name]));
    }
    return loaded[part];
  };
  p.get = (name) => p.load(origins[name])[name];

  // A property of `owner` that is made on first use; a script may put its own in its place.
  function lazily(owner, name, make) {
    Object.defineProperty(owner, name, {
      configurable: true,
      enumerable: false,
      get() {
        // While it is made it is undefined: a script include that does not define its own name must not ask again.
        Object.defineProperty(owner, name, { value: undefined, writable: true, configurable: true });
        const value = make();
        Object.defineProperty(owner, name, { value: value, writable: true, configurable: true });
        return value;
      },
      set(value) {
        Object.defineProperty(owner, name, { value: value, writable: true, configurable: true, enumerable: true });
      },
    });
  }

  function namespace(name, members) {
    return new Proxy(members, {
      get(target, key) {
        if (typeof key === "symbol" || key in target || key === "toJSON") return target[key];
        return (target[key] = p.stub(name + "." + key));
      },
    });
  }

  // Script includes: records whose script is run when their name is first used

  const ended = (name) => "\n;typeof " + name + " === 'undefined' ? undefined : " + name + ";";
  // Each script begins at a line of its own, by which the parent knows it in a stack.
  const placed = (found, before, after) => evaluate("\n".repeat(found.before) + before + found.script + after);
  const whole = (found) => placed(found, "", ended(found.name));
  const apart = (found) => placed(found, "(function () {", "\n;return " + ended(found.name).slice(2) + "}).call(globalThis)");
  p.evaluateAs = (name, source) => placed(p.ask({ evaluated: name, source: source }), "", "");

  function defineIncludes(includes) {
    for (const { name, scope } of includes) {
      const found = () => p.ask({ include: name, scope: scope });
      const isFirst = !(name in root);
      const make = isFirst ? () => whole(found()) : () => apart(found());
      if (isFirst) lazily(root, name, make);
      if (scope !== "global") {
        namespaces[scope] = namespaces[scope] || {};
        lazily(namespaces[scope], name, isFirst ? () => root[name] : make);
      }
    }
  }

  // `field == 'true'`, as rewritten before the script runs: `field instanceof __isTrue`.
  const compared = (word, expected) => Object.freeze({
    [Symbol.hasInstance](value) {
      const isElement = value !== null && typeof value === "object" && typeof value.getED === "function";
      return (isElement ? value.toString() === word : value == word) === expected;
    },
  });
  for (const [name, word, expected] of [["__isTrue", "true", true], ["__isNotTrue", "true", false],
                                        ["__isFalse", "false", true], ["__isNotFalse", "false", false]]) {
    Object.defineProperty(root, name, { value: compared(word, expected) });
  }

  // What was thrown last and is no error has no stack of its own: `throw x` is rewritten to `throw __thrown.value=x`.
  let thrown = null;
  Object.defineProperty(root, "__thrown", { value: Object.freeze({
    set value(given) { thrown = given instanceof Error ? null : { value: given, stack: new Error().stack }; },
  }) });

  // What script includes are written with (base-system script include PrototypeServer)

  root.Class = { create: () => function (...args) { if (this.initialize) this.initialize.apply(this, args); } };
  const helpers = {
    extend: (to, from) => { for (const name in from) to[name] = from[name]; return to; },
    clone: (from) => { const made = root.Class.create(); for (const name in from) made[name] = from[name]; return made; },
    extendsObject: (parent, own) => {
      const made = Object.create(typeof parent === "function" ? parent.prototype : parent);
      for (const name in own) made[name] = own[name];
      return made;
    },
  };
  for (const name of Object.keys(helpers)) {
    Object.defineProperty(Object, name, { value: helpers[name], writable: true, configurable: true });
  }

  root.print = (message, source) => p.gs.print(message, source);

  // sn-mock's own: called once, before the script
  root.__start = function (opening) {
    delete root.__start;
    p.context = opening.context;
    define(opening.classes);
    for (const name of Object.keys(opening.parts)) {
      const [owner, member] = name.includes(".") ? name.split(".") : [null, name];
      origins[member] = opening.parts[name];
      if (owner === null) lazily(root, name, () => p.get(name));
      else lazily((namespaces[owner] = namespaces[owner] || {}), member, () => p.get(member));
    }
    namespaces.sn_ws = { SOAPMessageV2: classes.SOAPMessageV2, RESTMessageV2: classes.RESTMessageV2 };
    for (const name of opening.namespaces) namespaces[name] = namespaces[name] || {};
    for (const name of opening.documented) {
      if (!(name in root)) lazily(root, name, () => p.stub(name));
    }
    p.gs = p.load("gs").gs;
    root.gs = p.gs;
    defineIncludes(opening.includes);
    for (const name of Object.keys(namespaces)) lazily(root, name, () => namespace(name, namespaces[name]));
    root.global = root;
    const answers = Boolean(p.context.request && p.context.request.answers);
    // sn-mock's own: called once, where something that is no error ended the script
    root.__ended = (text) => {
      if (thrown === null || String(thrown.value) !== text) return "{}";
      const isAnswer = answers && loaded.contexts && loaded.contexts.refused(thrown.value);
      return stringify(isAnswer ? { left: stringify(loaded.contexts.outcome()) } : { where: thrown.stack });
    };
    // sn-mock's own: called once, after the script
    root.__outcome = () => {
      if (p.context.parameters) p.load("contexts").callProcessor();
      // The value of a scripted REST resource's last statement is its answer where it sets no body.
      if (answers) p.load("contexts");
      if (!("contexts" in loaded)) return "{}";
      const isAnswer = answers && loaded.contexts.refused(__returned);
      const left = loaded.contexts.outcome();
      if (answers && !isAnswer && typeof __returned !== "function" && __returned !== undefined) left.returned = __returned;
      return stringify(left);
    };
    for (const name of opening.surroundings) lazily(root, name, () => p.load("contexts").values[name]());
    if (p.context.record) {
      lazily(root, "current", () => p.load("contexts").current);
      lazily(root, "previous", () => p.load("contexts").previous);
    }
    p.load("json").install();
  };
})(globalThis);
