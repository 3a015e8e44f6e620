// The platform as a script sees it. Everything real happens in the parent process; __host(text) asks it.
"use strict";
(function (global) {
  const host = global.__host;
  delete global.__host;
  const { parse, stringify } = JSON; // a script may change JSON for itself

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

  function ask(request) {
    const answer = parse(host(stringify(request)));
    if (answer.err && answer.err.text) throw answer.err.message;
    if (answer.err) throw new JavaException(answer.err.class, answer.err.message);
    return wrap(answer.ok);
  }

  const classes = {};

  function wrap(value) {
    if (Array.isArray(value)) return value.map(wrap);
    if (value && typeof value === "object" && "__object" in value) {
      return Object.create(classes[value.__class].prototype, { __id: { value: value.__object } });
    }
    return value;
  }

  function plain(value) {
    if (value === undefined || value === null) return null;
    if (typeof value === "object" && !Array.isArray(value)) return String(value);
    if (Array.isArray(value)) return value.map(plain);
    return value;
  }

  // Classes whose methods live in the parent: {name: {methods: [...], constructable: bool}}
  global.__define = function (definitions) {
    delete global.__define;
    for (const name of Object.keys(definitions)) {
      const made = class {
        constructor(...args) {
          if (!definitions[name].constructable) throw new TypeError(name + " cannot be made with new");
          Object.defineProperty(this, "__id", { value: ask({ make: name, args: args.map(plain) }) });
        }
        toString() { return "[object " + name + "]"; }
      };
      for (const method of definitions[name].methods) {
        made.prototype[method] = function (...args) {
          return ask({ object: this.__id, method: method, args: args.map(plain) });
        };
      }
      classes[name] = made;
    }
    global.sn_ws = Object.freeze({ SOAPMessageV2: classes.SOAPMessageV2, RESTMessageV2: classes.RESTMessageV2 });
    global.SOAPMessage = classes.SOAPMessage;
  };

  // gs

  function log(level) {
    return function (message, ...args) {
      let text = String(message);
      args.forEach((arg, index) => { text = text.split("{" + index + "}").join(String(arg)); });
      ask({ log: level, text: text });
    };
  }
  const info = log("info");
  const plainLog = (message, source) => info(source === undefined ? message : source + ": " + message);
  const gs = {
    info: info, warn: log("warn"), error: log("error"), debug: log("debug"),
    log: plainLog, print: plainLog, logWarning: log("warn"), logError: log("error"),
    addInfoMessage: info, addErrorMessage: log("error"),
    getProperty: (name, otherwise) => {
      const value = ask({ property: String(name) });
      return value === null ? (otherwise === undefined ? null : otherwise) : value;
    },
    setProperty: (name, value) => { ask({ property: String(name), value: plain(value) === null ? "" : String(value) }); },
    nil: (value) => value === null || value === undefined || String(value) === "",
    generateGUID: () => ask({ guid: true }),
    now: () => ask({ now: "date" }),
    nowDateTime: () => ask({ now: "datetime" }),
    getUserName: () => "system",
    getUserID: () => "system",
    urlEncode: (text) => encodeURIComponent(text),
    urlDecode: (text) => decodeURIComponent(text),
    sleep: () => undefined,
    isInteractive: () => false,
  };
  global.gs = new Proxy(gs, {
    get(target, key) {
      if (typeof key === "symbol" || key in target) return target[key];
      return () => { throw new TypeError("gs." + key + " is not simulated"); };
    },
  });
  global.print = plainLog;

  // What script includes are written with

  global.Class = Object.freeze({ create: () => function (...args) { this.initialize.apply(this, args); } });
  Object.defineProperty(Object, "extendsObject", {
    value: (parent, own) => Object.assign(Object.create(parent.prototype), own),
  });
  global.JSUtil = Object.freeze({ nil: gs.nil, notNil: (value) => !gs.nil(value) });

  // GlideRecord

  const isTrue = (value) => value === "1" || value === "true";

  const element = (record, field) => new Proxy(new GlideElement(record, field), {
    get(target, key) {
      if (typeof key === "symbol" || key in target) {
        const value = target[key];
        return typeof value === "function" ? value.bind(target) : value;
      }
      return target.getRefRecord()[key];
    },
  });

  class GlideElement {
    constructor(record, field) { this.__record = record; this.__field = field; }
    __isBoolean() { return this.__record.__isBoolean(this.__field); }
    toString() {
      const value = this.__record.getValue(this.__field);
      if (this.__isBoolean()) return String(isTrue(value));
      return value === null ? "" : value;
    }
    valueOf() { return this[Symbol.toPrimitive]("default"); }
    // One primitive has to serve every comparison: true equals true, 1 and "1", and prints "true".
    [Symbol.toPrimitive](hint) {
      return hint !== "string" && this.__isBoolean() ? isTrue(this.getValue()) : this.toString();
    }
    getValue() { return this.__record.getValue(this.__field); }
    setValue(value) { this.__record.setValue(this.__field, value); }
    getDisplayValue() { return this.__record.getDisplayValue(this.__field); }
    setDisplayValue(value) { this.__record.setDisplayValue(this.__field, value); }
    getName() { return this.__field; }
    nil() { return this.toString() === ""; }
    getRefRecord() {
      const found = ask({ reference: [this.__record.getTableName(), this.__field, this.toString()] });
      const record = new GlideRecord(found.table);
      if (found.sys_id) record.get(found.sys_id);
      return record;
    }
  }

  class Condition {
    constructor(alternatives) { this.__alternatives = alternatives; }
    addOrCondition(field, operator, value) {
      this.__alternatives.push(value === undefined ? [field, "=", plain(operator)] : [field, operator, plain(value)]);
      return this;
    }
  }

  class GlideRecordBase {
    constructor(table) {
      this.__table = String(table);
      const fields = ask({ table: this.__table });
      this.__fields = fields && fields.all;
      this.__booleans = fields ? fields.booleans : [];
      this.__clear();
      this.__rows = [];
      this.__at = -1;
      this.__row = null;
    }
    __isBoolean(field) { return this.__booleans.includes(field); }
    __clear() { this.__conditions = []; this.__order = []; this.__limit = null; this.__encoded = []; }
    addQuery(field, operator, value) {
      if (operator === undefined) { this.addEncodedQuery(field); return new Condition([]); }
      const alternatives = [value === undefined ? [field, "=", plain(operator)] : [field, operator, plain(value)]];
      this.__conditions.push(alternatives);
      return new Condition(alternatives);
    }
    addEncodedQuery(query) { this.__encoded.push(String(query)); }
    addActiveQuery() { return this.addQuery("active", "=", "true"); }
    addInactiveQuery() { return this.addQuery("active", "!=", "true"); }
    addNullQuery(field) { return this.addQuery(field, "ISEMPTY", ""); }
    addNotNullQuery(field) { return this.addQuery(field, "ISNOTEMPTY", ""); }
    orderBy(field) { this.__order.push([field, false]); }
    orderByDesc(field) { this.__order.push([field, true]); }
    setLimit(count) { this.__limit = Number(count); }
    query(field, value) {
      if (field !== undefined && value !== undefined) this.addQuery(field, value);
      this.__rows = ask({ query: this.__table, where: this.__conditions, encoded: this.__encoded,
                          order: this.__order, limit: this.__limit });
      this.__at = -1;
      this.__row = null;
      this.__clear();
    }
    hasNext() { return this.__at + 1 < this.__rows.length; }
    next() {
      if (!this.hasNext()) return false;
      this.__at += 1;
      this.__row = Object.assign({}, this.__rows[this.__at]);
      this.__new = false;
      return true;
    }
    _next() { return this.next(); }
    _query() { this.query(); }
    get(field, value) {
      this.__clear();
      this.addQuery(value === undefined ? "sys_id" : field, "=", value === undefined ? field : value);
      this.setLimit(1);
      this.query();
      return this.next();
    }
    initialize() { this.__row = {}; this.__new = true; }
    newRecord() { this.initialize(); }
    getValue(field) {
      const value = this.__row ? this.__row[field] : null;
      if (value === undefined || value === null) return null;
      return value !== "" && this.__isBoolean(field) ? (isTrue(String(value)) ? "1" : "0") : String(value);
    }
    setValue(field, value) {
      if (this.__row === null) this.initialize();
      this.__row[field] = plain(value) === null ? "" : String(value);
    }
    getDisplayValue(field) { return ask({ display: [this.__table, field === undefined ? null : field, this.__row] }); }
    setDisplayValue(field, value) { this.setValue(field, ask({ undisplay: [this.__table, field, plain(value)] })); }
    getElement(field) { return element(this, field); }
    insert() {
      this.__row = ask({ insert: this.__table, row: this.__row || {} });
      this.__new = false;
      return this.__row.sys_id;
    }
    update() {
      if (this.__new || this.__row === null) return this.insert();
      this.__row = ask({ update: this.__table, row: this.__row });
      return this.__row.sys_id;
    }
    deleteRecord() { return this.__row ? ask({ remove: this.__table, sys_id: this.__row.sys_id }) : false; }
    deleteMultiple() { this.query(); while (this.next()) this.deleteRecord(); }
    updateMultiple() {
      const changes = Object.assign({}, this.__row);
      this.query();
      while (this.next()) { Object.assign(this.__row, changes, { sys_id: this.__row.sys_id }); this.update(); }
    }
    getRowCount() { return this.__rows.length; }
    getTableName() { return this.__table; }
    getRecordClassName() { return this.__table; }
    getUniqueValue() { return this.getValue("sys_id"); }
    isValid() { return this.__fields !== null; }
    isValidField(field) { return this.__fields !== null && this.__fields.includes(field); }
    isValidRecord() { return this.__row !== null && !this.__new; }
    isNewRecord() { return Boolean(this.__new); }
    setWorkflow() {}
    autoSysFields() {}
    canRead() { return true; }
    canWrite() { return true; }
    canCreate() { return true; }
    canDelete() { return true; }
  }

  function GlideRecord(table) {
    return new Proxy(new GlideRecordBase(table), {
      get(target, key) {
        if (typeof key === "symbol" || key in target || key.startsWith("__")) return target[key];
        return element(target, key);
      },
      set(target, key, value) {
        if (typeof key === "symbol" || key.startsWith("__") || key in target) target[key] = value;
        else target.setValue(key, value);
        return true;
      },
    });
  }
  global.GlideRecord = GlideRecord;
  global.GlideRecordSecure = GlideRecord;
})(globalThis);
