// Files, credentials, connections and keystores: what the parent's records hold, as scripts read it.
(function (p) {
  "use strict";
  const { ask, text } = p;
  const record = (table) => new (p.get("GlideRecord"))(table);

  class GlideSysAttachment {
    write(owner, name, type, content) { return this.__write(owner, name, type, ask({ encode: "base64", text: text(content) })); }
    writeBase64(owner, name, type, content) { return this.__write(owner, name, type, text(content)); }
    writeContentStream(owner, name, type, stream) { return this.__write(owner, name, type, stream.__content); }
    __write(owner, name, type, content) {
      return ask({ attach: [owner.getTableName(), text(owner.getUniqueValue())], name: text(name), type: text(type), content: content });
    }
    getContent(file) { return ask({ content: text(file.getUniqueValue()), as: "text" }); }
    getBytes(file) { return ask({ content: text(file.getUniqueValue()), as: "text" }); }
    getContentBase64(file) { return ask({ content: text(file.getUniqueValue()), as: "base64" }); }
    getContentStream(id) {
      return { __content: ask({ content: text(id), as: "base64" }), toString: () => "[object GlideScriptableInputStream]" };
    }
    getAttachments(table, id) {
      const found = record("sys_attachment");
      found.addQuery("table_name", text(table));
      found.addQuery("table_sys_id", text(id));
      found.query();
      return found;
    }
    deleteAttachment(id) { const found = record("sys_attachment"); if (found.get("sys_id", text(id))) found.deleteRecord(); }
    copy(fromTable, fromId, toTable, toId) {
      return p.list(ask({ copyFiles: [text(fromTable), text(fromId), text(toTable), text(toId)] }));
    }
    static copy(...places) { return new GlideSysAttachment().copy(...places); }
  }

  // sn_cc: connections and credentials behind an alias, from the rows of http_connection, sys_alias and the credentials

  class StandardCredential {
    constructor(values) { this.__values = values; }
    getAttribute(name) { const value = this.__values[name]; return value === undefined ? null : value; }
    getAttributeByName(name) { return this.getAttribute(name); }
    getName() { return this.getAttribute("name"); }
    getType() { return this.getAttribute("type"); }
    getID() { return this.getAttribute("sys_id"); }
    getCredentialId() { return this.getAttribute("sys_id"); }
    getUsername() { return this.getAttribute("user_name"); }
    getPassword() { return this.getAttribute("password"); }
    getKey() { return this.getAttribute("api_key"); }
    getTag() { return this.getAttribute("tag"); }
    getOrder() { return this.getAttribute("order"); }
    toString() { return "[object StandardCredential]"; }
  }
  const credential = (values) => (values === null ? null : new StandardCredential(values));
  class StandardCredentialsProvider {
    getCredentialByAliasID(alias) { return credential(ask({ credential: text(alias), by: "alias" })); }
    getCredentialByID(id) { return credential(ask({ credential: text(id), by: "id" })); }
    getAuthCredentialByID(id) { return credential(ask({ credential: text(id), by: "id" })); }
    getCredentials(types, tag) {
      return p.list(ask({ credentials: (types || []).map(text), tag: text(tag) }).map(credential));
    }
  }
  class Connection {
    constructor(values) { this.__values = values; }
    getAttribute(name) { const value = this.__values[name]; return value === undefined ? null : value; }
    getCredentialAttribute(name) { const held = this.getCredential(); return held ? held.getAttribute(name) : null; }
    getCredential() { return credential(this.__values.__credential); }
    getName() { return this.getAttribute("name"); }
    getHost() { return this.getAttribute("host"); }
    getPort() { return Number(this.getAttribute("port") || 0); }
    getProtocol() { return this.getAttribute("protocol"); }
    getConnectionTimeout() { return Number(this.getAttribute("connection_timeout") || 0); }
    getConnectionRetries() { return Number(this.getAttribute("connection_retries") || 0); }
    getDataMap() { return Object.assign({}, this.__values, { __credential: undefined }); }
    getExtendedAttributes() { return p.parse(this.getAttribute("extended_attributes") || "{}"); }
    toString() { return "[object Connection]"; }
  }
  const connections = (alias) => ask({ connections: text(alias) }).map((values) => new Connection(values));
  class ConnectionInfoProvider {
    getConnectionInfo(alias) { return connections(alias)[0] || null; }
    getConnectionInfoList(alias) { return p.list(connections(alias)); }
    getConnectionInfoByDomain(alias) { return this.getConnectionInfo(alias); }
    getConnectionInfoListByDomain(alias) { return this.getConnectionInfoList(alias); }
  }

  // Base-system script include DBKeyStore
  class DBKeyStore {
    loadBySysId(id) { return this.__load("sys_id", id); }
    loadByName(name) { return this.__load("name", name); }
    loadRecord(found) { return this.__load("sys_id", found.getUniqueValue()); }
    __load(field, value) {
      const found = record("sys_certificate");
      if (!found.get(field, text(value))) return false;
      this.__entries = ask({ keystore: found.getUniqueValue() });
      return true;
    }
    containsAlias(alias) { return Boolean(this.__entries) && this.__entries.some((entry) => entry[0] === text(alias).toLowerCase() || entry[0] === text(alias)); }
    listAliases() { (this.__entries || []).forEach(([alias, kind]) => p.gs.log(alias + " (" + kind + ")")); }
    getKey() { throw p.notSimulated("DBKeyStore.getKey"); }
    getKeyPEM() { throw p.notSimulated("DBKeyStore.getKeyPEM"); }
  }

  // GlideHTTPRequest: a REST message without a record. Its methods are documented; that it fails as one is assumed.
  class GlideHTTPResponse {
    constructor(answer, method) { this.__answer = answer; this.__method = method; }
    getHttpMethod() { return this.__method; }
  }
  for (const name of "getStatusCode getBody getHeader getHeaders getAllHeaders getCookies getErrorCode getErrorMessage haveError".split(" ")) {
    GlideHTTPResponse.prototype[name] = function (...args) { return this.__answer[name](...args); };
  }
  class GlideHTTPRequest {
    constructor(endpoint) { this.__endpoint = text(endpoint); this.__headers = {}; this.__parameters = []; this.__settings = []; }
    addHeader(name, value) { this.__headers[text(name)] = text(value); }
    addParameter(name, value) { this.__parameters.push([text(name), text(value)]); }
    setContentType(type) { this.addHeader("Content-Type", type); }
    setupProxy() { throw p.notSimulated("GlideHTTPRequest.setupProxy"); }
    __send(method, body) {
      const message = new p.root.sn_ws.RESTMessageV2();
      message.setEndpoint(this.__endpoint);
      message.setHttpMethod(method);
      for (const name of Object.keys(this.__headers)) message.setRequestHeader(name, this.__headers[name]);
      for (const [name, value] of this.__parameters) message.setQueryParameter(name, value);
      for (const [name, args] of this.__settings) message[name](...args);
      if (body !== undefined && body !== null) message.setRequestBody(text(body));
      return new GlideHTTPResponse(message.execute(), method);
    }
  }
  for (const name of ["setBasicAuth", "setFollowRedirect", "setHttpTimeout", "setLogLevel"]) {
    GlideHTTPRequest.prototype[name] = function (...args) { this.__settings.push([name, args]); };
  }
  for (const [name, method] of [["get", "GET"], ["post", "POST"], ["put", "PUT"], ["patch", "PATCH"], ["del", "DELETE"]]) {
    GlideHTTPRequest.prototype[name] = function (body) { return this.__send(method, body); };
  }

  class TableUtils {
    constructor(table) { this.tableName = text(table); }
    tableExists() { return ask({ table: this.tableName }).exists; }
    getTables() { return p.list(ask({ table: this.tableName }).ancestors); }
    getAbsoluteBase() { return ask({ table: this.tableName }).base; }
    getAllExtensions() { return p.list([this.tableName].concat(ask({ table: this.tableName }).extensions)); }
    getTableExtensions() { return p.list(ask({ table: this.tableName }).extensions); }
    hasExtensions() { return ask({ table: this.tableName }).extensions.length > 0; }
  }

  // Conditions asked of one record; with regard to case unless told otherwise. `every` false: one of them is enough.
  const meets = (found, query, every, exact) => ask({
    meets: [found.getTableName(), found.__row,
      p.load("records").evaluated(every === false ? text(query).replace(/\^(?!OR|NQ|EQ)/g, "^OR") : text(query))],
    exact,
  });
  class GlideFilter {
    constructor(filter, title) { this.__filter = text(filter); this.__title = text(title); this.__exact = true; }
    static checkRecord(found, query, every) { return meets(found, query, every, true); }
    match(found, every) { return meets(found, this.__filter, every === undefined ? false : every, this.__exact); }
    setCaseSensitive(exact) { this.__exact = exact !== false && String(exact) !== "false"; }
    setEnforceSecurity() {}
    getFilter() { return this.__filter; }
    getTitle() { return this.__title; }
  }
  class GlideScopedEvaluator {
    constructor() { this.__variables = {}; }
    putVariable(name, value) { this.__variables[name] = value; }
    getVariable(name) { return this.__variables[name]; }
    evaluateScript(found, field, variables) {
      const values = Object.assign({ current: found }, this.__variables, variables || {});
      const kept = {};
      for (const name of Object.keys(values)) {
        kept[name] = Object.getOwnPropertyDescriptor(p.root, name);
        Object.defineProperty(p.root, name, { value: values[name], writable: true, configurable: true });
      }
      try {
        const script = field || "script";
        return p.evaluateAs(found.getTableName() + "." + script + " of " + found.getDisplayValue(), text(found.getValue(script)));
      } finally {
        for (const name of Object.keys(values)) {
          if (Object.prototype.hasOwnProperty.call(this.__variables, name)) this.__variables[name] = p.root[name];
          if (kept[name]) Object.defineProperty(p.root, name, kept[name]);
          else delete p.root[name];
        }
      }
    }
  }

  // Base-system script include GSLog: a level per property, `notice` where it has none
  const LEVELS = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
  const SPELLINGS = { error: "err", fatal: "emerg", trace: "debug", true: "debug" };
  class GSLog {
    constructor(property, caller) {
      this.whoami = caller === undefined || caller === null ? "" : caller;
      this.setLevel(property ? p.gs.getProperty(property, "") : "");
    }
    setLevel(level) {
      const named = SPELLINGS[text(level)] || text(level);
      this.logLevel = LEVELS.includes(named) ? named : "notice";
    }
    getLevel() { return this.logLevel; }
    atLevel(level) { return LEVELS.indexOf(SPELLINGS[level] || level) <= LEVELS.indexOf(this.logLevel); }
    debugOn() { return this.atLevel("debug"); }
    log(level, message) {
      if (!this.atLevel(level)) return;
      const write = level === "warning" ? p.gs.logWarning : level === "err" ? p.gs.logError : p.gs.log;
      write((level === "debug" ? "[DEBUG] " : "") + message, "*** Script" + (this.whoami ? " [" + this.whoami + "]" : ""));
    }
    setLog4J() {}
    disableDatabaseLogs() {}
    includeTimestamp() {}
    get type() { return "GSLog"; }
  }
  const SPOKEN = { logDebug: "debug", logInfo: "info", logNotice: "notice", logWarning: "warning", logErr: "err",
                   logError: "err", logCrit: "crit", logAlert: "alert", logEmerg: "emerg", trace: "trace", debug: "debug",
                   info: "info", warn: "warning", error: "err", fatal: "emerg" };
  for (const name of Object.keys(SPOKEN)) GSLog.prototype[name] = function (message) { this.log(SPOKEN[name], message); };
  for (const level of LEVELS) GSLog[level.toUpperCase()] = level;

  return { GSLog, GlideSysAttachment, StandardCredential, StandardCredentialsProvider, Connection, ConnectionInfoProvider,
           ConnectionProvider: class ConnectionProvider extends ConnectionInfoProvider {}, DBKeyStore, TableUtils,
           GlideFilter, GlideScopedEvaluator, GlideHTTPRequest, GlideHTTPResponse };
})
