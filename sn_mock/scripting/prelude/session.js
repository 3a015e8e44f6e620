// Who runs the script: GlideSession and GlideUser, on the rows of sys_user and its relatives.
(function (p) {
  "use strict";
  const rows = (table, field, value) => {
    const record = new (p.get("GlideRecord"))(table);
    record.addQuery(field, value);
    record.query();
    return record;
  };

  class GlideUser {
    constructor(row) { this.__row = row; }
    getID() { return this.__row.sys_id; }
    getName() { return this.__row.user_name; }
    getDisplayName() { return this.__row.name; }
    getFullName() { return this.__row.name; }
    getFirstName() { return this.__row.first_name || ""; }
    getLastName() { return this.__row.last_name || ""; }
    getEmail() { return this.__row.email || ""; }
    getTitle() { return this.__row.title || ""; }
    getMobileNumber() { return this.__row.mobile_phone || ""; }
    getCompanyID() { return this.__row.company || ""; }
    getDepartmentID() { return this.__row.department || ""; }
    getManagerID() { return this.__row.manager || ""; }
    getLocation() { return this.__row.location || ""; }
    getDomainID() { return "global"; }
    getLanguage() { return "en"; }
    getTZ() { return p.ask({ zone: 0 }).name; }
    exists() { return Boolean(this.__row.user_name); }
    getPreference(name) { return preference(name, null); }
    savePreference(name, value) { setPreference(name, value); }
    getRoles() {
      const found = [], has = rows("sys_user_has_role", "user", this.getID());
      while (has.next()) found.push(has.getDisplayValue("role"));
      return p.list(found);
    }
    getUserRoles() { return this.getRoles(); }
    // The system user and administrators have every role.
    hasRole(wanted) {
      if (this.getName() === "system" || this.getName() === "admin") return true;
      const mine = this.getRoles();
      return mine.indexOf("admin") >= 0 || String(wanted).split(",").some((role) => mine.indexOf(role.trim()) >= 0);
    }
    hasRoles() { return this.getName() === "system" || this.getName() === "admin" || this.getRoles().length > 0; }
    getMyGroups() {
      const found = [], member = rows("sys_user_grmember", "user", this.getID());
      while (member.next()) found.push(member.getValue("group"));
      return p.list(found);
    }
    isMemberOf(group) {
      const member = rows("sys_user_grmember", "user", this.getID());
      while (member.next()) {
        if (member.getValue("group") === String(group) || member.getDisplayValue("group") === String(group)) return true;
      }
      return false;
    }
    getRecord() { const record = new (p.get("GlideRecord"))("sys_user"); record.get(this.getID()); return record; }
    getCompanyRecord() { return this.getRecord().company.getRefRecord(); }
    static getUser(name) { return found("user_name", name); }
    static getUserByID(id) { return found("sys_id", id); }
    static getUserByEmail(address) { return found("email", address); }
    static getCurrentUser() { return me; }
    toString() { return this.getName(); }
  }

  function found(field, value) {
    const record = new (p.get("GlideRecord"))("sys_user");
    return record.get(field, value) ? new GlideUser(record.__row) : new GlideUser({ sys_id: "", user_name: "", name: "" });
  }

  const me = new GlideUser(p.ask({ user: true }));
  const properties = {}, clientData = {}, preferences = {};
  const preference = (name, otherwise) =>
    String(name) in preferences ? preferences[name] : otherwise === undefined ? null : otherwise;
  const setPreference = (name, value) => { preferences[String(name)] = p.text(value); };
  const identifier = p.ask({ guid: true });

  class GlideSession {
    getClientData(name) { return name in clientData ? clientData[name] : null; }
    putClientData(name, value) { clientData[name] = p.text(value); }
    clearClientData(name) { delete clientData[name]; }
    getProperty(name) { return name in properties ? properties[name] : null; }
    putProperty(name, value) { properties[name] = value; }
    clearProperty(name) { delete properties[name]; }
    getUserName() { return me.getName(); }
    getUser() { return me; }
    getUID() { return me.getID(); }
    getFullName() { return me.getFullName(); }
    getRoles() { return me.getRoles().join(","); }
    hasRole(roles) { return me.hasRole(roles); }
    getLanguage() { return "en"; }
    getTimeZoneName() { return p.ask({ zone: 0 }).name; }
    getDateFormat() { return p.ask({ zone: 0 }).dateFormat; }
    getCurrentDomainID() { return "global"; }
    getCurrentApplicationId() { return p.gs.getCurrentApplicationId(); }
    getSessionID() { return identifier; }
    getSessionToken() { return identifier; }
    getClientIP() { return "127.0.0.1"; }
    getUrlOnStack() { return ""; }
    isInteractive() { return false; }
    isLoggedIn() { return true; }
    isImpersonating() { return false; }
    addInfoMessage(text) { p.gs.addInfoMessage(text); }
    addErrorMessage(text) { p.gs.addErrorMessage(text); }
    static get() { return session; }
  }
  const session = new GlideSession();
  return { GlideSession, GlideUser, me, session, preference, setPreference, userById: GlideUser.getUserByID };
})
