// sn_auth: tokens that a script asks for itself (docs, c_GlideOAuthClient, GlideJWTScopedAPI).
(function (p) {
  "use strict";
  const { ask, text } = p;

  class GlideOAuthToken {
    constructor(token) { Object.defineProperty(this, "__token", { value: token }); }
    getAccessToken() { return this.__token.access; }
    getRefreshToken() { return this.__token.refresh; }
    getExpiresIn() { return this.__token.seconds; }
    getScope() { return this.__token.scope; }
    toString() { return "[object GlideOAuthToken]"; }
  }
  const told = (token) => (token ? new GlideOAuthToken(token) : null);

  class GlideOAuthClientResponse {
    constructor(answer) { Object.defineProperty(this, "__answer", { value: answer }); }
    getToken() { return told(this.__answer.token); }
    getErrorMessage() { return this.__answer.error; }
    getResponseCode() { return this.__answer.code; }
    getContentType() { return this.__answer.type; }
    getBody() { return this.__answer.body; }
    getResponseParameters() {
      try { return p.map(Object.assign({}, p.parse(this.__answer.body))); } catch (error) { return p.map({}); }
    }
    getparameters() { return this.getResponseParameters(); }
    toString() { return "[object GlideOAuthClientResponse]"; }
  }

  class GlideOAuthClientRequest {
    constructor() { this.__form = {}; this.__headers = {}; }
    getParameter(name) { const value = this.__form[text(name)]; return value === undefined ? null : value; }
    setParameter(name, value) { this.__form[text(name)] = text(value); }
    getHeader(name) { const value = this.__headers[text(name)]; return value === undefined ? null : value; }
    getHeaders() { return p.map(Object.assign({}, this.__headers)); }
    setHeader() { throw p.notSimulated("GlideOAuthClientRequest.setHeader"); }
    toString() { return "[object GlideOAuthClientRequest]"; }
  }
  for (const [name, key] of [["GrantType", "grant_type"], ["UserName", "username"], ["Password", "password"],
                             ["RefreshToken", "refresh_token"], ["Scope", "scope"]]) {
    GlideOAuthClientRequest.prototype["get" + name] = function () { return this.getParameter(key); };
    GlideOAuthClientRequest.prototype["set" + name] = function (value) { this.setParameter(key, value); };
  }

  const requested = (client, form) => new GlideOAuthClientResponse(ask({ requestToken: text(client), form: form }));
  class GlideOAuthClient {
    getToken(requestor, profile) { return told(ask({ tokenOf: text(profile) })); }
    requestToken(client, json) {
      const form = {}, given = p.parse(text(json) || "{}");
      for (const name of Object.keys(given)) form[name] = text(given[name]);
      return requested(client, form);
    }
    requestTokenByRequest(client, request) { return requested(client, Object.assign({}, request && request.__form)); }
    toString() { return "[object GlideOAuthClient]"; }
  }
  class GlideJWTAPI {
    generateJWT(provider, header, payload) { return ask({ jwt: text(provider), header: text(header), payload: text(payload) }); }
    toString() { return "[object GlideJWTAPI]"; }
  }
  return { GlideOAuthClient, GlideOAuthClientRequest, GlideOAuthClientResponse, GlideOAuthToken, GlideJWTAPI };
})
