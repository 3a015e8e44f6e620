// What surrounds a script by where it runs: current and previous, inputs and outputs, request and response …
(function (p) {
  "use strict";
  const { ask, text, context } = p;
  const records = () => p.load("records");
  const notes = {};
  const given = (name) => context[name] || {};

  // Records: of a business rule, a workflow, an approval

  const bound = (table, row, before, isNew) => {
    const made = new (records().GlideRecord)(table);
    made.__load(before, isNew);
    Object.assign(made.__row, row);
    made.__total = 1;
    made.__at = 0;
    return made;
  };
  const held = context.record || null;
  const current = held && bound(held.table, held.row, held.before, held.isNew);
  const previous = held && !held.isNew ? bound(held.table, held.before, held.before, false) : null;
  if (current) {
    current.__operation = held.operation || null;
    const variables = records().loose(Object.assign({}, given("variables")));
    Object.defineProperty(current.__self, "variables", { value: variables });
  }

  // Values that end in the result

  const outputs = {};
  const scratchpad = Object.assign({}, given("scratchpad"));
  const clientScratchpad = {};

  // A scripted REST resource (docs, RESTAPIRequest and RESTAPIResponse)

  const asked = given("request");
  const headers = asked.headers || {};
  const headerNamed = (name) => {
    const found = Object.keys(headers).find((key) => key.toLowerCase() === text(name).toLowerCase());
    return found === undefined ? null : text(headers[found]);
  };
  const bodyText = typeof asked.body === "string" ? asked.body : asked.body === undefined ? "" : p.stringify(asked.body);
  const bodyData = () => {
    if (typeof asked.body !== "string") return asked.body;
    try { return p.parse(asked.body); } catch (error) { return asked.body; }
  };
  const restBody = {
    get data() { return bodyData(); },
    get dataString() { return bodyText; },
    dataStream: null,
    hasNext: () => false,
    nextEntry: () => null,
    toString: () => bodyText,
  };
  const lists = (values) => {
    const made = {};
    for (const name of Object.keys(values || {})) made[name] = [].concat(values[name]).map(text);
    return made;
  };
  const request = {
    body: restBody,
    pathParams: Object.assign({}, asked.pathParams),
    queryParams: lists(asked.queryParams),
    queryString: text(asked.queryString),
    uri: text(asked.uri),
    url: text(asked.url),
    headers: headers,
    getHeader: headerNamed,
    getSupportedResponseContentTypes: () => ["application/json"],
    // The other kinds of script have these of their request.
    getParameter: (name) => { const value = given("parameters")[name]; return value === undefined ? null : text(value); },
    getParameterNames: () => p.list(Object.keys(given("parameters"))),
    getRequestURI: () => text(asked.uri),
    getQueryString: () => text(asked.queryString),
    getContentType: () => headerNamed("content-type"),
    getMethod: () => text(asked.method || "GET"),
  };
  const answered = { status: 200, headers: {}, written: "" };
  const response = {
    setStatus: (status) => { answered.status = Number(status); },
    getStatus: () => answered.status,
    setHeader: (name, value) => { answered.headers[text(name)] = text(value); },
    setHeaders: (values) => { for (const name in values) answered.headers[name] = text(values[name]); },
    getHeader: (name) => (name in answered.headers ? answered.headers[name] : null),
    setBody: (body) => { answered.body = body; },
    setContentType: (type) => { answered.headers["Content-Type"] = text(type); },
    setLocation: (url) => { answered.headers.Location = text(url); },
    setError: (error) => {
      answered.status = Number(error.status || error.statusCode || 400);
      answered.body = { error: { message: text(error.message), detail: text(error.detail) }, status: "failure" };
    },
    getStreamWriter: () => ({
      write: (value) => { answered.written += text(value); },
      writeString: (value) => { answered.written += text(value); },
      writeStream: () => { throw p.notSimulated("writeStream"); },
    }),
  };
  const errors = {
    BadRequestError: [400, "Bad Request"], NotFoundError: [404, "Not Found"], NotAcceptableError: [406, "Not Acceptable"],
    ConflictError: [409, "Conflict"], UnsupportedMediaTypeError: [415, "Unsupported Media Type"],
    ServiceError: [500, "Service Error"],
  };
  const restErrors = {};
  for (const name of Object.keys(errors)) {
    restErrors[name] = class {
      constructor(detail) { this.message = errors[name][1]; this.detail = text(detail); this.status = errors[name][0]; }
      setStatus(status) { this.status = Number(status); }
      setMessage(message) { this.message = text(message); }
      setDetail(value) { this.detail = text(value); }
      toString() { return this.message + ": " + this.detail; }
    };
  }

  // An ajax request (base-system script include AbstractAjaxProcessor)

  const answerXML = () => new (p.get("GlideXMLDocument"))("xml");
  let ajaxAnswer = null;
  class AbstractAjaxProcessor {
    constructor(asked, document, gc) { this.initialize(asked, document, gc); }
    initialize(asked, document, gc) {
      this.request = asked || request;
      this.responseXML = document || answerXML();
      this.gc = gc;
    }
    process() {
      const name = this.getName();
      if (!name || name.indexOf("_") === 0) return;
      const found = this[name] || this["ajaxFunction_" + name];
      if (typeof found === "function") return found.call(this);
    }
    getParameter(name) { return this.request.getParameter(name); }
    getName() { return this.getParameter("sysparm_name"); }
    getValue() { return this.getParameter("sysparm_value"); }
    getType() { return this.getParameter("sysparm_type"); }
    getChars() { return this.getParameter("sysparm_chars"); }
    getDocument() { return this.responseXML; }
    getRootElement() { return this.responseXML.getDocumentElement(); }
    newItem(name) {
      const document = this.getDocument();
      document.setCurrent(this.getRootElement());
      return document.createElement(name || "item");
    }
    setAnswer(value) { this.getRootElement().setAttribute("answer", text(value)); }
    setError(value) { this.getRootElement().setAttribute("error", text(value)); }
    get CALLABLE_PREFIX() { return "ajaxFunction_"; }
  }
  // A script that only defines a processor is called as the platform calls it, when parameters are given.
  function callProcessor() {
    const wanted = request.getParameter("sysparm_name");
    if (!wanted) return;
    const isProcessor = (value) => typeof value === "function" && value.prototype instanceof AbstractAjaxProcessor;
    const name = Object.keys(p.root).find((key) => {
      const found = Object.getOwnPropertyDescriptor(p.root, key);
      return found && "value" in found && isProcessor(found.value)
        && (found.value.prototype[wanted] || found.value.prototype["ajaxFunction_" + wanted]);
    });
    if (!name) return;
    const document = answerXML();
    const answer = new p.root[name](request, document, null).process();
    if (answer !== undefined && answer !== null) document.getDocumentElement().setAttribute("answer", text(answer));
    ajaxAnswer = { answer: answer === undefined ? null : text(answer), xml: document.toString() };
  }

  // Actions, events, emails, transforms

  const action = {
    setRedirectURL: (url) => { notes.redirect = text(url); },
    setReturnURL: (url) => { notes.returnURL = text(url); },
    openGlideRecord: (record) => { notes.redirect = record.getLink(); },
    setURL: (url) => { notes.redirect = text(url); },
    getReturnURL: () => (notes.returnURL === undefined ? null : notes.returnURL),
    getURLParameter: () => { throw p.notSimulated("action.getURLParameter"); },
    setURLParameter: () => { throw p.notSimulated("action.setURLParameter"); },
    getGlideURI: () => ({ getMap: () => ({}), get: () => null, toString: () => text(asked.uri) }),
    setNoPop: () => undefined,
    toString: () => text(context.action || "update"),
  };
  const emailMade = { to: [], cc: [], bcc: [] };
  const told = given("email");
  const email = Object.assign({}, told, {
    setSubject: (value) => { emailMade.subject = text(value); },
    setBody: (value) => { emailMade.body = text(value); },
    setFrom: (value) => { emailMade.from = text(value); },
    setReplyTo: (value) => { emailMade.replyTo = text(value); },
    addAddress: (kind, address) => { (emailMade[text(kind)] = emailMade[text(kind)] || []).push(text(address)); },
    getWatermark: () => { throw p.notSimulated("email.getWatermark"); },
    getSubject: () => emailMade.subject || text(told.subject),
    body: told.body && typeof told.body === "object" ? told.body : Object.assign(new String(text(told.body)), given("email").fields),
  });
  const event = Object.assign({ parm1: "", parm2: "", name: "", instance: "" }, given("event"));
  const transformLog = {};
  for (const level of ["info", "warn", "error"]) transformLog[level] = (message) => p.gs[level](message);

  const activity = { scratchpad: Object.assign({}, given("activity").scratchpad), result: "", vars: given("activity").vars || {},
                     output: null, toString: () => "activity" };
  const workflow = {
    scratchpad: scratchpad, variables: given("workflow"), inputs: given("inputs"),
    result: "", info: (message) => p.gs.info(message), warn: (message) => p.gs.warn(message),
    error: (message) => p.gs.error(message), debug: (message) => p.gs.debug(message),
    name: () => text(given("workflow").name), getVersion: () => "",
  };

  const transformRecord = (side) => records().loose(Object.assign({}, given(side)));
  const values = {
    inputs: () => Object.assign({}, given("inputs")),
    outputs: () => outputs,
    request: () => request, response: () => response, g_request: () => request, g_response: () => response,
    workflow: () => workflow, activity: () => activity, g_scratchpad: () => clientScratchpad,
    action: () => (typeof context.action === "string" ? context.action : action),
    event: () => event, email: () => email, email_action: () => records().loose(given("email")),
    source: () => transformRecord("source"), target: () => targetRecord(), log: () => transformLog,
    variables: () => (current ? current.variables : records().loose(Object.assign({}, given("variables")))),
    producer: () => records().loose(Object.assign({}, given("producer"))),
    template: () => ({ print: (value) => { notes.template = (notes.template || "") + text(value); }, space: () => undefined }),
    g_processor: () => ({ writeOutput: (type, value) => { answered.written += text(value === undefined ? type : value); },
                          redirect: action.setRedirectURL }),
  };
  function targetRecord() {
    const side = given("target");
    return side.table ? bound(text(side.table), side.row || {}, {}, true) : transformRecord("target");
  }

  return Object.assign(restErrors, {
    AbstractAjaxProcessor, callProcessor,
    current: current, previous: previous,
    noted: (name, value) => { notes[name] = text(value); },
    values: values,
    // An error of sn_ws_err that a resource returns (docs, r_AvailableErrorObjects) or throws (REPORTED) is its answer.
    refused: (value) => {
      const isError = Object.keys(errors).some((name) => value instanceof restErrors[name]);
      if (isError) response.setError(value);
      return isError;
    },
    // What the script leaves behind besides rows, for the result.
    outcome: () => {
      const left = {};
      if (current) {
        const row = {};
        for (const name of Object.keys(current.__row)) if (current.__changed(name)) row[name] = current.__row[name];
        left.record = { table: current.getTableName(), sys_id: text(current.__row.sys_id), changed: row,
                        aborted: current.isActionAborted() };
      }
      const replaced = Object.getOwnPropertyDescriptor(p.root, "outputs"); // a script may put its own object there
      const out = replaced && "value" in replaced && replaced.value ? replaced.value : outputs;
      if (Object.keys(out).length) left.outputs = copied(out);
      if (Object.keys(scratchpad).length) left.scratchpad = copied(scratchpad);
      if (answered.body !== undefined || answered.written || answered.status !== 200 || Object.keys(answered.headers).length) {
        left.response = { status: answered.status, headers: answered.headers,
                          body: answered.written || copied(answered.body === undefined ? null : answered.body) };
      }
      if (ajaxAnswer) left.ajax = ajaxAnswer;
      if (emailMade.subject || emailMade.body || emailMade.to.length) left.email = emailMade;
      return Object.assign(left, notes);
    },
  });
  function copied(value) { return p.parse(p.stringify(value === undefined ? null : value)); }
})
