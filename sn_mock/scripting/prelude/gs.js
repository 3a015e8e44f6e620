// gs: GlideSystem
(function (p) {
  "use strict";
  const { ask, plain, nil } = p;

  function filled(message, args) {
    let text = String(message);
    args.forEach((arg, index) => { text = text.split("{" + index + "}").join(String(arg)); });
    return text;
  }
  const log = (level) => (message, ...args) => { ask({ log: level, text: filled(message, args) }); };
  const info = log("info"), warn = log("warn"), error = log("error");
  const sourced = (write) => (message, source) =>
    write(source === undefined || source === null ? String(message) : source + ": " + message);
  const messages = { info: [], error: [] };
  const message = (kind, write) => (text) => { messages[kind].push(String(text)); write(String(text)); };
  const session = () => p.load("session");
  const moment = (name) => (...args) => ask({ moment: name, args: args.map((arg) => String(arg)) });
  const listed = (args) => (Array.isArray(args) ? args : args === undefined || args === null ? [] : [args]);

  const gs = {
    info: info, warn: warn, error: error, debug: log("debug"),
    log: sourced(info), print: sourced(info), logWarning: sourced(warn), logError: sourced(error),
    addInfoMessage: message("info", info), addErrorMessage: message("error", error),
    addMessage: (kind, text) => message(kind === "error" ? "error" : "info", kind === "error" ? error : info)(text),
    getInfoMessages: () => p.list(messages.info.slice()),
    getErrorMessages: () => p.list(messages.error.slice()),
    flushMessages: () => { messages.info = []; messages.error = []; },
    isDebugging: () => false,

    getProperty: (name, otherwise) => {
      const value = ask({ property: String(name) });
      return value === null ? (otherwise === undefined ? null : otherwise) : value;
    },
    setProperty: (name, value) => { ask({ property: String(name), value: p.text(plain(value)) }); },
    nil: nil,
    tableExists: (table) => ask({ table: String(table) }).exists,
    generateGUID: () => ask({ guid: true }),
    sleep: (milliseconds) => { ask({ pass: Number(milliseconds) || 0 }); },
    include: (name) => Boolean(p.root[String(name)]),

    now: moment("now"), nowDateTime: moment("nowDateTime"), nowNoTZ: moment("nowNoTZ"),
    nowGlideDateTime: () => new (p.get("GlideDateTime"))(),
    dateDiff: (start, end, numeric) => difference(start, end, numeric),
    calDateDiff: (start, end, numeric) => difference(start, end, numeric),
    getTimeZoneName: () => ask({ zone: 0 }).name,
    getSysTimeZone: () => ask({ zone: 0 }).name,
    getDateFormat: () => ask({ zone: 0 }).dateFormat,
    getDateTimeFormat: () => { const zone = ask({ zone: 0 }); return zone.dateFormat + " " + zone.timeFormat; },
    getDurationDate: (duration) => new (p.get("GlideDuration"))(String(duration)).getValue(),

    base64Encode: (text) => ask({ encode: "base64", text: p.text(text) }),
    base64Decode: (text) => ask({ decode: "base64", text: p.text(text) }),
    urlEncode: (text) => ask({ encode: "url", text: p.text(text) }),
    urlDecode: (text) => ask({ decode: "url", text: p.text(text) }),
    getMessage: (id, args) => filled(ask({ message: String(id) }), listed(args)),
    getEscapedMessage: (id, args) => filled(ask({ message: String(id) }), listed(args)).replace(/'/g, "\\'"),
    getMessageLang: (id, language, args) => filled(ask({ message: String(id), language: p.text(language) }), listed(args)),
    getXMLText: (xml, path) => p.load("xml").textAt(p.text(xml), String(path)),
    getXMLNodeList: (xml) => p.load("xml").nodeList(p.text(xml)),
    xmlToJSON: (xml) => p.load("xml").toJSON(p.text(xml)),

    eventQueue: (name, record, parm1, parm2, queue) => queued(name, record, parm1, parm2, queue, ""),
    eventQueueScheduled: (name, record, parm1, parm2, when) => queued(name, record, parm1, parm2, "", p.text(when)),
    getDisplayColumn: (table) => ask({ table: String(table) }).display,
    getDisplayValueFor: (table, id, field) => {
      const record = new (p.get("GlideRecord"))(table);
      return record.get(id) ? record.getDisplayValue(field) : "";
    },
    fieldExists: (table, field) => new (p.get("GlideRecord"))(table).isValidField(field),

    getUserName: () => session().me.getName(),
    getUserID: () => session().me.getID(),
    getUserDisplayName: () => session().me.getDisplayName(),
    getUserNameByUserID: (id) => session().userById(id).getName(),
    getUser: () => session().me,
    getSession: () => session().session,
    getSessionID: () => session().session.getSessionID(),
    getSessionToken: () => session().session.getSessionToken(),
    getPreference: (name, otherwise) => session().preference(name, otherwise),
    setPreference: (name, value) => { session().setPreference(name, value); },
    hasRole: (roles) => session().me.hasRole(roles),
    hasRoleExactly: (roles) => session().me.hasRole(roles),
    isInteractive: () => false,
    isLoggedIn: () => true,
    isMobile: () => false,
    getCurrentScopeName: () => p.context.scope || "global",
    getCallerScopeName: () => null,
    getCurrentApplicationId: () => p.context.scope || "global",
    getCurrentApplicationScope: () => p.context.scope || "global",
    getSystemID: () => ask({ property: "instance_name" }),
    setRedirect: (url) => { p.load("contexts").noted("redirect", url); },
    setReturn: () => undefined,
    getNodeName: (node) => node.getNodeName(),
    getNodeValue: (node) => node.getNodeValue(),
  };

  function difference(start, end, numeric) {
    const [from, to] = [start, end].map((text) => {
      const date = new (p.get("GlideDateTime"))();
      date.setDisplayValue(String(text));
      return date.getNumericValue();
    });
    const seconds = Math.trunc((to - from) / 1000);
    return numeric === true || String(numeric) === "true"
      ? String(seconds)
      : new (p.get("GlideDuration"))(seconds * 1000).getDurationValue();
  }

  function queued(name, record, parm1, parm2, queue, when) {
    const isRecord = Boolean(record) && typeof record.getTableName === "function"; // docs also give its sys_id
    const row = {
      name: String(name), parm1: p.text(parm1), parm2: p.text(parm2), queue: p.text(queue), state: "ready",
      table: isRecord ? record.getTableName() : "", instance: isRecord ? record.getUniqueValue() : p.text(record),
      user_id: gs.getUserID(), user_name: gs.getUserName(), process_on: when || gs.nowDateTime(),
    };
    ask({ insert: "sysevent", row: row });
  }

  const dates = /^(beginningOf|endOf)[A-Z]|Ago(Start|End)?$|^dateGenerate$/;
  return {
    gs: new Proxy(gs, {
      get(target, key) {
        if (typeof key === "symbol" || key in target) return target[key];
        if (dates.test(key)) return moment(key);
        return () => { throw p.notSimulated("gs." + key); };
      },
    }),
  };
})
