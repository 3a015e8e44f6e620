// GlideRecord, GlideElement and their relatives.
(function (p) {
  "use strict";
  const { ask, plain, text } = p;
  const PAGE = 250; // rows that travel at once

  const tables = {};
  const describe = (table) => tables[table] || (tables[table] = ask({ table: table }));
  const isTrue = (value) => value === "1" || value === "true" || value === "yes";
  const UNKNOWN = { type: "", reference: "", label: "", choices: false };

  // What a field's text can do where Rhino turns the element into one (`gr.name.toLowerCase()`, `gr.name.length`).
  const STRING_METHODS = ("charAt charCodeAt concat endsWith includes indexOf lastIndexOf localeCompare match " +
    "padEnd padStart repeat replace replaceAll search slice split startsWith substr substring toLocaleLowerCase " +
    "toLocaleUpperCase toLowerCase toUpperCase trim trimLeft trimRight codePointAt normalize").split(" ");

  class GlideElement {
    constructor(record, field) { this.__record = record; this.__field = field; }
    __column() { return this.__record.__column(this.__field); }
    __isBoolean() { return this.__record.__isBoolean(this.__field); }
    toString() {
      const value = this.__record.__raw(this.__field);
      if (value !== null && value !== "" && this.__isBoolean()) return String(isTrue(value));
      return value === null ? "" : value;
    }
    valueOf() { return this[Symbol.toPrimitive]("default"); }
    // One primitive has to serve every comparison: true equals true, 1 and "1", and prints "true". The comparison with
    // the text 'true', which it cannot serve, is rewritten before the script runs.
    [Symbol.toPrimitive](hint) {
      return hint !== "string" && this.__isBoolean() ? isTrue(text(this.__record.__raw(this.__field))) : this.toString();
    }
    toJSON() { return this.toString(); }
    getValue() { return this.__record.getValue(this.__field); }
    setValue(value) { this.__record.setValue(this.__field, value); }
    getDisplayValue(most) {
      const shown = text(this.__record.getDisplayValue(this.__field));
      return most ? shown.slice(0, most) : shown;
    }
    getDisplayValueExt(most, otherwise) { return this.nil() ? text(otherwise) : this.getDisplayValue(most); }
    getDisplayValueLang() { return this.getDisplayValue(); }
    getDecryptedValue() { return this.toString(); }
    setDisplayValue(value) { this.__record.setDisplayValue(this.__field, value); }
    getHTMLValue(most) { return p.load("text").escapeHTML(this.getDisplayValue(most)); }
    getEscapedValue() { return this.toString().replace(/[\\'"]/g, "\\$&"); } // docs' example: Can\'t
    getXMLValue() { return p.load("text").escapeHTML(this.toString()); }
    getTextAreaDisplayValue() { return this.getDisplayValue(); }
    getName() { return this.__field.split(".").pop(); }
    getTableName() { return this.__record.getTableName(); }
    getBaseTableName() { return this.__record.getTableName(); }
    getLabel() { return this.__column().label || this.getName(); }
    getED() { return new GlideElementDescriptor(this.getName(), this.getTableName(), this.__column()); }
    getReferenceTable() { return this.__column().reference || null; }
    getGlideRecord() { return this.__record.__self; }
    getChoices() { return p.list(this.__choices().map((pair) => pair[0])); }
    getChoiceValue() { return this.getDisplayValue(); }
    __choices() { return ask({ choices: this.getTableName(), field: this.__field }); }
    hasValue() { return !this.nil(); }
    hasRightsTo() { return true; }
    canRead() { return true; }
    canWrite() { return true; }
    canCreate() { return true; }
    nil() { return this.toString() === ""; }
    isNil() { return this.nil(); }
    isArray() { return false; }
    isObject() { return false; }
    getRefRecord() {
      const found = ask({ reference: [this.__record.getTableName(), this.__field, this.__record.__row] });
      const record = new GlideRecord(found.table);
      if (found.sys_id) record.get(found.sys_id);
      return record;
    }
    // What an update changes, by the row as it was read.
    changes() { return this.__record.__changed(this.__field); }
    changesTo(value) { return this.changes() && (this.toString() === text(value) || this.getValue() === text(value)); }
    changesFrom(value) { return this.changes() && text(this.__record.__before[this.__field]) === text(value); }
    changesToNotEmpty() { return this.changes() && !this.nil(); }
    changesFromNotEmpty() { return this.changes() && text(this.__record.__before[this.__field]) !== ""; }
    setError(message) { this.__record.__errors[this.__field] = text(message); }
    getError() { return text(this.__record.__errors[this.__field]); }
    getJournalEntry() { return this.toString(); }
    setJournalEntry(value) { this.setValue(value); }
    setInitialValue(value) { this.setValue(value); }
    dateNumericValue() { return new (p.get("GlideDateTime"))(this.toString()).getNumericValue(); }
    setDateNumericValue(value) {
      const date = new (p.get("GlideDateTime"))();
      date.setNumericValue(Number(value));
      this.setValue(date.getValue());
    }
    getGlideObject() {
      const kind = this.__column().type;
      const made = { glide_date: "GlideDate", glide_time: "GlideTime", glide_duration: "GlideDuration" }[kind];
      return new (p.get(made || "GlideDateTime"))(this.toString());
    }
    getPhoneNumber() { return this.toString(); }
    getCurrencyValue() { return this.toString().replace(/^[A-Z]{3};/, ""); }
    getCurrencyCode() { const found = /^([A-Z]{3});/.exec(this.toString()); return found ? found[1] : "USD"; }
    equals(other) { return this.toString() === text(other); }
  }

  // A property of an element: a method, a string's own, else a step of a dot-walk.
  const element = (record, field) => new Proxy(new GlideElement(record, field), {
    get(target, key) {
      if (typeof key === "symbol" || key in target) {
        const value = target[key];
        return typeof value === "function" ? value.bind(target) : value;
      }
      if (key === "length") return target.toString().length;
      if (STRING_METHODS.includes(key)) return (...args) => target.toString()[key](...args.map(unwrapped));
      if (/^\d+$/.test(key)) return target.toString()[key];
      if (isMethodName(key)) return p.missing("GlideElement." + key);
      return element(record, field + "." + key);
    },
    set(target, key, value) {
      if (key in target) { target[key] = value; return true; }
      return true; // a value for a dot-walked field is not stored
    },
  });
  const isMethodName = (key) => /^[a-z_]+[A-Z]/.test(key); // columns are lower case
  const unwrapped = (value) => (value instanceof GlideElement ? value.toString() : value);

  class GlideElementDescriptor {
    constructor(name, table, column) { this.__name = name; this.__table = table; this.__column = column; }
    getName() { return this.__name; }
    getColumnName() { return this.__name; }
    getTableName() { return this.__table; }
    getInternalType() { return this.__column.type || "string"; }
    getLabel() { return this.__column.label || this.__name; }
    getLength() { return this.__column.length || 40; }
    getReference() { return this.__column.reference || ""; }
    getDefault() { return this.__column.default || ""; }
    isMandatory() { return Boolean(this.__column.mandatory); }
    isReference() { return this.__column.type === "reference"; }
    isBoolean() { return this.__column.type === "boolean"; }
    isString() { return this.getInternalType() === "string"; }
    isNumber() { return ["integer", "decimal", "float", "longint"].includes(this.__column.type); }
    isDateType() { return /^glide_(date|time|utc)|^due_date/.test(this.getInternalType()); }
    isDateOnly() { return this.getInternalType() === "glide_date"; }
    isChoiceTable() { return Boolean(this.__column.choices); }
    isList() { return this.__column.type === "glide_list"; }
    isJournal() { return /^journal/.test(this.getInternalType()); }
    isVirtual() { return false; }
    isActive() { return true; }
    hasAttribute() { return false; }
    toString() { return this.__name; }
  }

  // Each alternative is a list of conditions that must all be met.
  class GlideQueryCondition {
    constructor(alternatives) { this.__alternatives = alternatives; }
    addOrCondition(field, operator, value) {
      this.__alternatives.push([condition(field, operator, value)]);
      return this;
    }
    addCondition(field, operator, value) {
      const last = this.__alternatives[this.__alternatives.length - 1];
      if (last) last.push(condition(field, operator, value));
      return this;
    }
  }
  const condition = (field, operator, value) =>
    value === undefined ? [text(field), "=", plain(operator)] : [text(field), text(operator), plain(value)];

  // `javascript:` in an encoded query is the script's to evaluate, but for gs' moments, which the engine knows.
  function evaluated(query) {
    return query.replace(/javascript:([^^@]*)/g, (whole, script) => {
      if (/^\s*gs\.(beginningOf|endOf|dateGenerate|datePart|\w+Ago)/.test(script)) return whole;
      return text(plain(p.evaluateAs("javascript: of an encoded query", script)));
    });
  }

  class GlideRecordBase {
    constructor(table) {
      this.__table = text(table);
      this.__info = describe(this.__table);
      this.__errors = {};
      this.__clear();
      this.__unset();
      this.__aborted = false;
      this.__stamps = true;
      this.__operation = null;
      this.__kept = null;
    }
    __clear() {
      this.__conditions = []; this.__order = []; this.__limit = null; this.__encoded = []; this.__window = null;
    }
    __unset() {
      this.__rows = []; this.__cursor = null; this.__total = 0; this.__at = -1; this.__from = 0;
      this.__row = null; this.__before = {}; this.__new = false;
    }
    __column(field) {
      return this.__info.columns[field] || (field.includes(".") ? ask({ column: [this.__table, field] }) : UNKNOWN);
    }
    __isBoolean(field) {
      const type = this.__column(field).type;
      if (type === "boolean") return true;
      const value = type === "" ? this.__raw(field) : null;
      return value === "true" || value === "false"; // nobody described it; what it holds tells
    }
    __raw(field) {
      if (this.__row === null) return null;
      if (field.includes(".")) return ask({ walk: [this.__table, field, this.__row] });
      const value = this.__row[field];
      return value === undefined || value === null ? null : String(value);
    }
    __changed(field) {
      if (this.__row === null) return false;
      return text(this.__row[field]) !== text(this.__before[field]);
    }
    __load(row, isNew) {
      this.__row = Object.assign({}, row);
      this.__before = Object.assign({}, row);
      this.__new = isNew;
    }
    __request(extra) {
      return Object.assign({ where: this.__conditions, encoded: this.__encoded, order: this.__order,
                             limit: this.__limit, window: this.__window }, extra);
    }

    // Conditions

    addQuery(field, operator, value) {
      if (operator === undefined) { this.addEncodedQuery(field); return new GlideQueryCondition([]); }
      const alternatives = [[condition(field, operator, value)]];
      this.__conditions.push(alternatives);
      return new GlideQueryCondition(alternatives);
    }
    addUserQuery(field, operator, value) { return this.addQuery(field, operator, value); }
    addSystemQuery(field, operator, value) { return this.addQuery(field, operator, value); }
    addEncodedQuery(query) { this.__encoded.push(evaluated(text(query))); }
    addUserEncodedQuery(query) { this.addEncodedQuery(query); }
    addSystemEncodedQuery(query) { this.addEncodedQuery(query); }
    applyEncodedQuery(query) {
      if (this.__row === null) this.__blank();
      for (const pair of ask({ applied: text(query) })) this.setValue(pair[0], pair[1]);
    }
    addActiveQuery() { return this.addQuery("active", "=", "true"); }
    addInactiveQuery() { return this.addQuery("active", "!=", "true"); }
    addNullQuery(field) { return this.addQuery(field, "ISEMPTY", ""); }
    addNotNullQuery(field) { return this.addQuery(field, "ISNOTEMPTY", ""); }
    addJoinQuery(table, primary, joined) {
      const values = [], other = new GlideRecord(text(table));
      other.query();
      while (other.next()) values.push(other.getValue(joined || "sys_id"));
      return this.addQuery(primary || "sys_id", "IN", values.join(","));
    }
    orderBy(field) { this.__order.push([text(field), false]); }
    orderByDesc(field) { this.__order.push([text(field), true]); }
    addUserOrderBy(field) { this.orderBy(field); }
    addUserOrderByDesc(field) { this.orderByDesc(field); }
    setLimit(count) { this.__limit = Math.max(0, Math.trunc(Number(count)) || 0); }
    chooseWindow(first, last) { this.__window = [Number(first) || 0, Number(last) || 0]; }
    getEncodedQuery() { return ask(this.__request({ asText: this.__table })); }
    isValidEncodedQuery(query) { return ask({ valid: text(query), table: this.__table }); }
    isEncodedQueryValid(query) { return this.isValidEncodedQuery(query); }

    // Reading

    query(field, value) {
      if (field !== undefined && value !== undefined) this.addQuery(field, value);
      const answer = ask(this.__request({ query: this.__table, page: PAGE }));
      this.__unset();
      this.__rows = answer.rows;
      this.__total = answer.total;
      this.__cursor = answer.cursor;
    }
    _query(field, value) { this.query(field, value); }
    queryNoDomain() { this.query(); }
    hasNext() { return this.__at + 1 < this.__total; }
    next() {
      if (!this.hasNext()) return false;
      this.__at += 1;
      if (this.__at >= this.__from + this.__rows.length) {
        this.__from = this.__at;
        this.__rows = ask({ more: this.__cursor, from: this.__from, page: PAGE });
      }
      this.__load(this.__rows[this.__at - this.__from], false);
      return true;
    }
    _next() { return this.next(); }
    get(field, value) {
      this.__clear();
      this.addQuery(value === undefined ? "sys_id" : field, "=", value === undefined ? field : value);
      this.setLimit(1);
      this.query();
      const found = this.next();
      if (!found && value === undefined && this.__info.display) {
        // "If a single parameter is given it is a sys_id, else the display value" (docs, GlideRecord.get)
        this.__clear();
        this.addQuery(this.__info.display, "=", field);
        this.setLimit(1);
        this.query();
        return this.next();
      }
      return found;
    }
    _get(field, value) { return this.get(field, value); }
    saveLocation() { this.__kept = [this.__at, this.__row, this.__before]; }
    restoreLocation() { if (this.__kept) [this.__at, this.__row, this.__before] = this.__kept; }
    getRowCount() { return this.__total; }
    getLocation() { return this.__at; }
    setNoCount() {}
    setCategory() {}
    getValue(field) {
      const value = this.__raw(text(field));
      if (value === null || value === "") return null; // an empty field has no value
      return this.__isBoolean(text(field)) ? (isTrue(value) ? "1" : "0") : value;
    }
    getDisplayValue(field) {
      const name = field === undefined || field === null ? null : text(field);
      if (this.__row === null) return name === null ? "" : null;
      const column = name === null ? UNKNOWN : this.__column(name);
      if (name !== null && !name.includes(".") && column.type === "string" && !column.choices) {
        return text(this.__row[name]);
      }
      return ask({ display: [this.__table, name, this.__row] });
    }
    getDisplayName() { return this.__info.display; }
    getElement(field) { return this.isValidPath(text(field)) ? element(this, text(field)) : null; }
    getElements() { return p.list(this.__names().map((name) => element(this, name))); }
    getFields() { return this.getElements(); }
    __names() { return Object.keys(Object.assign({}, this.__info.columns, this.__row || {})); }
    isValidPath(path) { return this.__info.open || ask({ column: [this.__table, path] }) !== null; }
    getTableName() { return this.__table; }
    getRecordClassName() { return text(this.__row && this.__row.sys_class_name) || this.__table; }
    getBaseTableName() { return this.__info.base; }
    getLabel() { return this.__info.label; }
    getClassDisplayValue() { return this.__info.label; }
    getPlural() { return this.__info.label + "s"; }
    getUniqueValue() { return this.getValue("sys_id"); }
    getED() { return new GlideElementDescriptor(this.__table, this.__table, UNKNOWN); }
    getLink() { return this.__table + ".do?sys_id=" + text(this.getUniqueValue()); }
    getAttribute() { return ""; }
    getLastErrorMessage() { return null; }
    isValid() { return this.__info.exists; }
    isValidField(field) { return text(field) in this.__info.columns || (this.__row !== null && text(field) in this.__row); }
    isValidRecord() { return this.__row !== null && !this.__new; }
    isNewRecord() { return this.__new; }
    isView() { return false; }
    instanceOf(table) { return this.__info.ancestors.includes(text(table)); }
    operation() { return this.__operation || (this.__new ? "insert" : "update"); }
    changes() { return Object.keys(this.__row || {}).some((name) => this.__changed(name)); }
    nil(field) { return p.nil(this.getValue(field)); }

    // Writing

    // Conditions outlive a query; a new record begins without any.
    initialize() { this.__clear(); this.__blank(); }
    __blank() { this.__load(this.__info.defaults || {}, true); }
    newRecord() { this.initialize(); this.__row.sys_id = ask({ guid: true }); }
    setNewGuid() { this.__row.sys_id = ask({ guid: true }); return this.__row.sys_id; }
    setNewGuidValue(value) { if (this.__row === null) this.__blank(); this.__row.sys_id = text(value); }
    setValue(field, value) {
      if (this.__row === null) this.__blank();
      this.__row[text(field)] = text(plain(value));
    }
    addValue(field, value) { this.setValue(field, Number(this.getValue(field) || 0) + Number(value)); }
    setDisplayValue(field, value) {
      this.setValue(field, ask({ undisplay: [this.__table, text(field), plain(value)] }));
    }
    insert() {
      if (this.__aborted) return null;
      this.__load(ask({ insert: this.__table, row: this.__row || {} }), false);
      if (!this.__info.exists) this.__info = tables[this.__table] = ask({ table: this.__table });
      return this.__row.sys_id;
    }
    insertWithReferences() { return this.insert(); }
    update() {
      if (this.__aborted) return null;
      if (this.__new || this.__row === null) return this.insert();
      const changed = { sys_id: this.__row.sys_id };
      for (const name of Object.keys(this.__row)) if (this.__changed(name)) changed[name] = this.__row[name];
      this.__load(ask({ update: this.__table, row: changed, stamp: this.__stamps }), false);
      return this.__row.sys_id;
    }
    updateWithReferences() { return this.update(); }
    deleteRecord() { return this.__row ? ask({ remove: this.__table, sys_id: this.__row.sys_id }) : false; }
    deleteMultiple() { ask(this.__request({ removeAll: this.__table })); }
    updateMultiple() {
      const changed = {};
      for (const name of Object.keys(this.__row || {})) if (this.__changed(name)) changed[name] = this.__row[name];
      ask(this.__request({ updateAll: this.__table, row: changed, stamp: this.__stamps }));
    }
    setAbortAction(abort) { this.__aborted = abort !== false && String(abort) !== "false"; }
    isActionAborted() { return this.__aborted; }
    setWorkflow() {}
    isWorkflow() { return true; }
    setForceUpdate() {}
    setUseEngines() {}
    setQueryReferences() {}
    setSystem() {}
    enableSecurityFeature() {}
    disableSecurityFeature() {}
    autoSysFields(keep) { this.__stamps = !(keep === false || String(keep) === "false"); }
    canRead() { return true; }
    canWrite() { return true; }
    canCreate() { return true; }
    canDelete() { return true; }
    toString() { return text(this.getDisplayValue()); }
    toJSON() { return {}; }
  }

  // A record is its fields: names that are no methods are elements, and `for (var name in gr)` gives the columns.
  const handler = {
    get(target, key) {
      if (typeof key === "symbol" || key in target || key.startsWith("__")) return target[key];
      return isMethodName(key) && !(key in target.__info.columns) ? p.missing("GlideRecord." + key) : element(target, key);
    },
    set(target, key, value) {
      if (typeof key === "symbol" || key.startsWith("__") || key in target) target[key] = value;
      else target.setValue(key, value);
      return true;
    },
    has(target, key) { return key in target || (typeof key === "string" && target.__names().includes(key)); },
    ownKeys(target) { return Array.from(new Set(Reflect.ownKeys(target).concat(target.__names()))); },
    getOwnPropertyDescriptor(target, key) {
      const own = Reflect.getOwnPropertyDescriptor(target, key);
      if (own || typeof key === "symbol") return own;
      return { value: element(target, key), enumerable: true, configurable: true, writable: true };
    },
  };
  const proxied = (record) => {
    for (const name of Object.keys(record)) Object.defineProperty(record, name, { enumerable: false });
    const made = new Proxy(record, handler);
    Object.defineProperty(record, "__self", { value: made });
    return made;
  };

  function GlideRecord(table) { return proxied(new GlideRecordBase(table)); }
  GlideRecord.prototype = GlideRecordBase.prototype;
  const GlideRecordSecure = function (table) { return GlideRecord(table); };
  GlideRecordSecure.prototype = GlideRecordBase.prototype;

  return {
    GlideRecord, GlideRecordSecure, GlideElement, GlideElementDescriptor, GlideQueryCondition, GlideRecordBase, proxied,
    element, condition, evaluated, isTrue, unwrapped,
    // Rows that stand in no table: variables of a request item, source rows of a transform.
    loose: (values) => {
      const record = Object.create(GlideRecordBase.prototype);
      Object.assign(record, { __table: "", __info: { columns: {}, open: true, exists: false, ancestors: [], label: "" },
                              __errors: {}, __aborted: false });
      record.__clear();
      record.__unset();
      record.__load(values, false);
      record.getDisplayValue = (field) => record.__raw(text(field));
      record.__raw = (field) => (field in values ? text(record.__row[field]) : null);
      record.__column = () => UNKNOWN;
      return proxied(record);
    },
  };
})
