// GlideAggregate: figures over the rows of a table.
(function (p) {
  "use strict";
  const { ask, text } = p;
  const { GlideRecordBase, proxied } = p.load("records");

  class Base extends GlideRecordBase {
    constructor(table) {
      super(table);
      this.__wanted = [];
      this.__groupBy = [];
      this.__byAggregate = [];
      this.__having = [];
      this.__trend = null;
    }
    addAggregate(name, field) { this.__wanted.push([text(name).toUpperCase(), text(field)]); }
    groupBy(field) { this.__groupBy.push(text(field)); }
    addTrend(field, unit, count) { this.__trend = [text(field), text(unit).toLowerCase(), Number(count) || 1]; }
    orderByAggregate(name, field, descending) { this.__byAggregate.push([text(name).toUpperCase(), text(field), descending !== false]); }
    addHaving(name, ...args) { // docs: (name, operator, value), or with a field before the operator
      const [field, operator, value] = args.length > 2 ? args : ["", ...args];
      this.__having.push([text(name).toUpperCase(), text(field), text(operator), text(value)]);
    }
    setGroup() {}
    setOrder() {}
    setGroupByFollowRef() {}
    setOrderByFollowRef() {}
    setIntervalYearIncluded() {}
    query() {
      const rows = ask(this.__request({ aggregate: this.__table, wanted: this.__wanted, groupBy: this.__groupBy,
                                        having: this.__having, byAggregate: this.__byAggregate, trend: this.__trend }));
      this.__at = -1;
      this.__groups = rows;
      this.__total = rows.length;
      this.__row = null;
    }
    hasNext() { return this.__at + 1 < this.__total; }
    next() {
      if (!this.hasNext()) return false;
      this.__at += 1;
      this.__figures = this.__groups[this.__at].figures;
      this.__load(this.__groups[this.__at].row, false);
      return true;
    }
    _query() { this.query(); }
    _next() { return this.next(); }
    getAggregate(name, field) {
      const key = text(name).toUpperCase() + ":" + text(field);
      return this.__figures && key in this.__figures ? this.__figures[key] : null;
    }
    getTotal(name, field) {
      return this.__groups.reduce((sum, group) => sum + Number(group.figures[text(name).toUpperCase() + ":" + text(field)] || 0), 0);
    }
    getCount() { return Number(this.getAggregate("COUNT", "")); }
    getRowCount() { return this.__total; }
    getAggregateEncodedQuery() {
      return this.__groupBy.map((field) => field + "=" + text(this.__row && this.__row[field])).join("^");
    }
    // Docs: a query grouped by category is "ORDERBYcategory^GROUPBYcategory".
    getEncodedQuery() {
      const order = this.__groupBy.map((field) => "ORDERBY" + field), by = this.__groupBy.map((field) => "GROUPBY" + field);
      return [super.getEncodedQuery(), ...order, ...by].filter(Boolean).join("^");
    }
    getQuery() { return this.getEncodedQuery(); }
  }
  function GlideAggregate(table) { return proxied(new Base(table)); }
  GlideAggregate.prototype = Base.prototype;
  return { GlideAggregate };
})
