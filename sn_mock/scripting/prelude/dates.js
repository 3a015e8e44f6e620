// GlideDateTime, GlideDate, GlideTime, GlideDuration. Moments are milliseconds since 1970 in UTC; what is "local" goes by
// the session's time zone, which the parent knows.
(function (p) {
  "use strict";
  const { ask, text } = p;
  const DAY = 86400000, HOUR = 3600000, MINUTE = 60000;
  const pad = (number, width) => String(number).padStart(width || 2, "0");
  const MONTHS = ("January February March April May June July August September October November December").split(" ");
  const DAYS = ("Sunday Monday Tuesday Wednesday Thursday Friday Saturday").split(" ");

  const zone = ask({ zone: 0 });
  // What the time zone adds to UTC at a moment.
  const offset = (ms) => (zone.fixed ? zone.offset : ask({ zone: ms }).offset);
  const toLocal = (ms) => ms + offset(ms);
  const fromLocal = (ms) => { const guess = ms - offset(ms); return ms - offset(guess); };

  // A moment as java.text.SimpleDateFormat writes it.
  function format(ms, pattern) {
    const date = new Date(ms), hours = date.getUTCHours();
    const parts = {
      y: (width) => (width === 2 ? pad(date.getUTCFullYear() % 100) : pad(date.getUTCFullYear(), width)),
      M: (width) => width >= 4 ? MONTHS[date.getUTCMonth()] : width === 3 ? MONTHS[date.getUTCMonth()].slice(0, 3)
        : pad(date.getUTCMonth() + 1, width),
      d: (width) => pad(date.getUTCDate(), width),
      H: (width) => pad(hours, width),
      h: (width) => pad(hours % 12 || 12, width),
      m: (width) => pad(date.getUTCMinutes(), width),
      s: (width) => pad(date.getUTCSeconds(), width),
      S: (width) => pad(date.getUTCMilliseconds(), width),
      a: () => (hours < 12 ? "AM" : "PM"),
      E: (width) => (width >= 4 ? DAYS[date.getUTCDay()] : DAYS[date.getUTCDay()].slice(0, 3)),
      u: () => String(date.getUTCDay() || 7),
      w: () => String(weekOf(ms)),
      z: () => zone.name,
    };
    return pattern.replace(/'([^']*)'|([yMdHhmsSaEuwz])\2*/g, (whole, quoted, letter) =>
      letter ? parts[letter](whole.length) : quoted || "'");
  }

  // Docs, getDisplayValueLang: the date in a style; any other word is medium. The session speaks English.
  const STYLES = { full: "EEEE, MMMM ?, yyyy", long: "MMMM ?, yyyy", medium: "MMM ?, yyyy" };
  function dateLang(name, ms, style, language) {
    if (language !== undefined && !/^en([-_]US)?$/i.test(text(language))) {
      throw p.notSimulated(name + ".getDisplayValueLang in the language " + text(language));
    }
    const date = new Date(ms), day = date.getUTCDate();
    if (text(style).toLowerCase() === "short") return date.getUTCMonth() + 1 + "/" + day + "/" + format(ms, "yy");
    return format(ms, STYLES[text(style).toLowerCase()] || STYLES.medium).replace("?", day);
  }

  // The other way; NaN where the text is not of that pattern.
  function read(value, pattern) {
    const got = { y: 1970, M: 1, d: 1, H: 0, h: null, m: 0, s: 0, S: 0, a: "" };
    const letters = [];
    const source = pattern.replace(/'([^']*)'|([yMdHhmsSaE])\2*|[\\^$.*+?()[\]{}|]/g, (whole, quoted, letter) => {
      if (!letter) return quoted === undefined ? "\\" + whole : quoted;
      letters.push([letter, whole.length]);
      return letter === "a" ? "(AM|PM|am|pm)" : (letter === "M" && whole.length > 2) || letter === "E" ? "(\\p{L}+)" : "(\\d+)";
    });
    const match = new RegExp("^\\s*" + source + "\\s*$", "u").exec(value);
    if (!match) return NaN;
    letters.forEach(([letter, width], index) => {
      const piece = match[index + 1];
      if (letter === "M" && width > 2) got.M = MONTHS.findIndex((name) => name.slice(0, 3) === piece.slice(0, 3)) + 1;
      else got[letter] = letter === "a" ? piece.toUpperCase() : Number(piece);
    });
    if (got.y < 100 && pattern.includes("yy") && !pattern.includes("yyyy")) got.y += 2000;
    const hours = got.h === null ? got.H : (got.h % 12) + (got.a === "PM" ? 12 : 0);
    const ms = Date.UTC(got.y, got.M - 1, got.d, hours, got.m, got.s, got.S);
    return got.M > 12 || got.d > 31 || hours > 24 || got.m > 59 || got.s > 59 ? NaN : ms;
  }

  const INTERNAL = "yyyy-MM-dd HH:mm:ss";
  const internal = (ms) => format(ms, INTERNAL);
  function parseInternal(value) {
    const found = /^\s*(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?Z?\s*$/.exec(value);
    if (!found) return NaN;
    const [year, month, day, hour, minute, second] = found.slice(1).map((part) => Number(part || 0));
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 59) return NaN;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  }
  const now = () => ask({ clock: true });
  const daysIn = (date) => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();

  function monthsLater(ms, count) {
    const date = new Date(ms), day = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + Math.trunc(Number(count)));
    date.setUTCDate(Math.min(day, daysIn(date)));
    return date.getTime();
  }
  function weekOf(ms) { // ISO week
    const date = new Date(Math.floor(ms / DAY) * DAY);
    date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
    return Math.ceil(((date - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY + 1) / 7);
  }
  const span = (value) => (value && typeof value === "object" && "__ms" in value ? value.__ms : Number(value) || 0);

  class GlideDateTime {
    constructor(value, isDisplayed) {
      this.__ms = now();
      this.__error = "";
      if (value === undefined || value === null) return;
      if (value instanceof GlideDateTime || value instanceof Date) this.__ms = value.getTimeMs ? value.getTimeMs() : value.getTime();
      else if (value instanceof GlideDate) this.__ms = value.__ms;
      else if (isDisplayed === true) this.setDisplayValue(value);
      else this.setValue(value);
    }
    getTimeMs() { return this.__ms; }
    __put(ms, value) {
      this.__ms = ms;
      this.__error = isNaN(ms) ? "Could not parse DateTime: " + value : "";
    }
    isValid() { return !isNaN(this.__ms); }
    getErrorMsg() { return this.__error; }
    hasDate() { return this.isValid(); }
    getValue() { return this.isValid() ? internal(this.__ms) : ""; }
    getUTCValue() { return this.getValue(); }
    getXMLValue() { return this.getValue(); }
    toString() { return this.getValue(); }
    toJSON() { return this.getValue(); }
    valueOf() { return this.__ms; }
    [Symbol.toPrimitive](hint) { return hint === "number" ? this.__ms : this.getValue(); }
    getNumericValue() { return this.isValid() ? this.__ms : 0; }
    hashCode() { return Number(BigInt.asIntN(32, BigInt(Math.trunc(this.__ms || 0)))); }
    setValue(value) {
      if (typeof value === "number") this.__put(value, value);
      else if (value instanceof GlideDateTime) this.__put(value.__ms, value);
      else this.__put(parseInternal(text(value)), text(value));
    }
    setInitialValue(value) { this.setValue(value); }
    setXMLValue(value) { this.setValue(value); }
    setGlideDateTime(other) { this.__put(other.__ms, other); }
    setNumericValue(value) { this.__put(Number(value), value); }
    setValueUTC(value, pattern) { this.__put(read(text(value), text(pattern)), value); }
    setDisplayValue(value, pattern) {
      const shape = pattern === undefined ? zone.dateFormat + " " + zone.timeFormat : text(pattern);
      let ms = read(text(value), shape);
      if (isNaN(ms) && pattern === undefined) ms = read(text(value), zone.dateFormat);
      if (isNaN(ms) && pattern === undefined) ms = parseInternal(text(value));
      this.__put(isNaN(ms) ? ms : fromLocal(ms), value);
    }
    setDisplayValueInternal(value) {
      const ms = parseInternal(text(value));
      this.__put(isNaN(ms) ? ms : fromLocal(ms), value);
    }
    setDisplayValueInternalWithAlternates(value) { this.setDisplayValueInternal(value); }
    getDisplayValue() { return this.isValid() ? format(toLocal(this.__ms), zone.dateFormat + " " + zone.timeFormat) : ""; }
    getDisplayValueLang(style, language) {
      return dateLang("GlideDateTime", toLocal(this.__ms), style, language) + " " + format(toLocal(this.__ms), zone.timeFormat);
    }
    getDisplayValueInternal() { return this.isValid() ? internal(toLocal(this.__ms)) : ""; }
    getDisplayValueWithoutTZ() { return this.isValid() ? format(this.__ms, zone.dateFormat + " " + zone.timeFormat) : ""; }
    getUserFormattedLocalTime() { return this.isValid() ? format(toLocal(this.__ms), zone.timeFormat) : ""; }
    getInternalFormattedLocalTime() { return this.isValid() ? format(toLocal(this.__ms), "HH:mm:ss") : ""; }
    getByFormat(pattern) { return format(toLocal(this.__ms), text(pattern)); }
    getDate() { return dateOf(this.__ms); }
    getLocalDate() { return dateOf(toLocal(this.__ms)); }
    getTime() { return timeOf(this.__ms); }
    getLocalTime() { return timeOf(toLocal(this.__ms)); }
    getTZOffset() { return offset(this.__ms); }
    getDSTOffset() { return zone.fixed ? 0 : ask({ zone: this.__ms }).dst; }
    isDST() { return this.getDSTOffset() !== 0; }
    getUserTimeZone() { return { getID: () => zone.name, toString: () => zone.name }; }
    setTimeZone() { return true; }
    setTZ() {}
    before(other) { return this.__ms < other.__ms; }
    after(other) { return this.__ms > other.__ms; }
    onOrBefore(other) { return this.__ms <= other.__ms; }
    onOrAfter(other) { return this.__ms >= other.__ms; }
    equals(other) { return this.getValue() === text(other instanceof GlideDateTime ? other.getValue() : other); }
    compareTo(other) { const ms = other.__ms; return this.__ms < ms ? -1 : this.__ms > ms ? 1 : 0; }
    add(value) { this.__ms += span(value); }
    addSeconds(value) { this.__ms += Number(value) * 1000; }
    // Of two dates: the time between them; with one number or time: that much earlier.
    subtract(value, end) {
      if (end !== undefined) return GlideDateTime.subtract(value, end);
      this.__ms -= span(value);
      return this;
    }
    static subtract(start, end) { return new GlideDuration(end.__ms - start.__ms); }
    getUTCMidnight(day) { return midnight(this, day, (ms) => ms, (ms) => ms); }
    getInternalMidnight(day) { return midnight(this, day, toLocal, fromLocal); }
    getSpanTime(day) {
      const span = new GlideTime();
      span.__ms = this.__ms - midnight(this, day, toLocal, fromLocal).__ms;
      return span;
    }
  }

  function midnight(date, day, there, back) {
    const start = Math.floor(there(date.__ms) / DAY) * DAY;
    const weekday = new Date(start).getUTCDay() || 7;
    const made = new GlideDateTime();
    made.__ms = back(start + (Number(day) >= 1 ? (Number(day) - weekday) * DAY : 0));
    return made;
  }

  // The families that exist for UTC, for local time, and without a word (UTC for years, months and days of dates).
  const families = {
    addDays: (ms, count) => ms + Math.trunc(Number(count)) * DAY,
    addWeeks: (ms, count) => ms + Math.trunc(Number(count)) * 7 * DAY,
    addMonths: monthsLater,
    addYears: (ms, count) => monthsLater(ms, 12 * Number(count)),
    setYear: (ms, year) => new Date(ms).setUTCFullYear(Number(year)),
    setMonth: (ms, month) => monthsLater(ms, Number(month) - 1 - new Date(ms).getUTCMonth()),
    setDayOfMonth: (ms, day) => new Date(ms).setUTCDate(Number(day)),
  };
  const readings = {
    getYear: (date) => date.getUTCFullYear(),
    getMonth: (date) => date.getUTCMonth() + 1,
    getDayOfMonth: (date) => date.getUTCDate(),
    getDayOfWeek: (date) => date.getUTCDay() || 7,
    getDaysInMonth: daysIn,
    getWeekOfYear: (date) => weekOf(date.getTime()),
    getHourOfDay: (date) => date.getUTCHours(),
    getHour: (date) => date.getUTCHours() % 12,
    getMinutes: (date) => date.getUTCMinutes(),
  };
  const method = (made, name, value) => Object.defineProperty(made.prototype, name, { value: value, writable: true, configurable: true });
  for (const name of Object.keys(families)) {
    const utc = function (value) { this.__ms = families[name](this.__ms, value); };
    const local = function (value) { this.__ms = fromLocal(families[name](toLocal(this.__ms), value)); };
    method(GlideDateTime, name, local);
    method(GlideDateTime, name + "UTC", utc);
    method(GlideDateTime, name + "LocalTime", local);
  }
  for (const name of Object.keys(readings)) {
    method(GlideDateTime, name + "UTC", function () { return readings[name](new Date(this.__ms)); });
    method(GlideDateTime, name + "LocalTime", function () { return readings[name](new Date(toLocal(this.__ms))); });
  }
  for (const name of ["getYear", "getMonth", "getDayOfMonth", "getDayOfWeek", "getDaysInMonth"]) {
    method(GlideDateTime, name, function () { return readings[name](new Date(this.__ms)); });
  }

  // A date, without a time

  class GlideDate extends GlideDateTime {
    constructor(value, isDisplayed) {
      super(value, isDisplayed);
      if (value === undefined || value === null) this.__ms = toLocal(this.__ms);
      this.__ms = Math.floor(this.__ms / DAY) * DAY;
    }
    getValue() { return this.isValid() ? format(this.__ms, "yyyy-MM-dd") : ""; }
    setValue(value) { super.setValue(value); this.__ms = Math.floor(this.__ms / DAY) * DAY; }
    setDisplayValue(value) {
      let ms = read(text(value), zone.dateFormat);
      if (isNaN(ms)) ms = parseInternal(text(value));
      this.__put(ms, value);
    }
    getDisplayValueLang(style, language) { return dateLang("GlideDate", this.__ms, style, language); }
    getDisplayValue() { return this.isValid() ? format(this.__ms, zone.dateFormat) : ""; }
    getDisplayValueInternal() { return this.getValue(); }
    getByFormat(pattern) { return format(this.__ms, text(pattern)); }
    getDayOfMonthNoTZ() { return new Date(this.__ms).getUTCDate(); }
    getMonthNoTZ() { return new Date(this.__ms).getUTCMonth() + 1; }
    getYearNoTZ() { return new Date(this.__ms).getUTCFullYear(); }
    static subtract(start, end) { return new GlideDuration(end.__ms - start.__ms); }
  }
  const dateOf = (ms) => { const made = new GlideDate(); made.__ms = Math.floor(ms / DAY) * DAY; return made; };

  // A time of day, or a span of time

  class GlideTime {
    constructor(value) {
      this.__ms = value === undefined || value === null ? ((now() % DAY) + DAY) % DAY : 0;
      if (value !== undefined && value !== null) this.setValue(value);
    }
    setValue(value) {
      if (typeof value === "number") this.__ms = value;
      else if (value && typeof value === "object" && "__ms" in value) this.__ms = value.__ms;
      else this.__ms = spanOf(text(value));
    }
    setXMLValue(value) { this.setValue(value); }
    setDisplayValue(value) { const ms = read(text(value), zone.timeFormat); this.__ms = isNaN(ms) ? spanOf(text(value)) : ms; }
    getValue() { return internal(this.__ms); }
    getXMLValue() { return this.getValue(); }
    getNumericValue() { return this.__ms; }
    getByFormat(pattern) { return format(this.__ms, text(pattern)); }
    getDisplayValue() { return format(this.__ms, zone.timeFormat); }
    getDisplayValueInternal() { return format(this.__ms, "HH:mm:ss"); }
    getHourUTC() { return new Date(this.__ms).getUTCHours() % 12; }
    getHourLocalTime() { return this.getHourUTC(); }
    getHourOfDayUTC() { return new Date(this.__ms).getUTCHours(); }
    getHourOfDayLocalTime() { return this.getHourOfDayUTC(); }
    getMinutesUTC() { return new Date(this.__ms).getUTCMinutes(); }
    getMinutesLocalTime() { return this.getMinutesUTC(); }
    getSeconds() { return new Date(this.__ms).getUTCSeconds(); }
    toString() { return this.getValue(); }
    toJSON() { return this.getValue(); }
    static subtract(start, end) { return new GlideDuration(end.__ms - start.__ms); }
  }
  const timeOf = (ms) => new GlideTime(((ms % DAY) + DAY) % DAY);

  // `1970-01-02 03:04:05`, `1 03:04:05` or `03:04:05` in milliseconds
  function spanOf(value) {
    const found = /^\s*(?:(\d+)\s+)?(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\s*$/.exec(value);
    if (found) return (found[1] || 0) * DAY + found[2] * HOUR + found[3] * MINUTE + (found[4] || 0) * 1000;
    const ms = parseInternal(value);
    if (!isNaN(ms)) return ms;
    return /^-?\d+$/.test(value) ? Number(value) * DAY : 0;
  }

  class GlideDuration extends GlideTime {
    constructor(value) { super(value === undefined ? 0 : value); }
    getDayPart() { return Math.trunc(this.__ms / DAY); }
    getRoundedDayPart() { return Math.round(this.__ms / DAY); }
    getDurationValue() {
      const ms = Math.abs(this.__ms), days = Math.floor(ms / DAY);
      return (this.__ms < 0 ? "-" : "") + (days ? days + " " : "") + format(ms % DAY, "HH:mm:ss");
    }
    getDisplayValue() {
      const ms = Math.abs(this.__ms);
      const units = [["Day", Math.floor(ms / DAY)], ["Hour", Math.floor(ms / HOUR) % 24], ["Minute", Math.floor(ms / MINUTE) % 60]];
      const shown = units.filter((unit) => unit[1]);
      if (!shown.length) shown.push(["Second", Math.floor(ms / 1000) % 60]);
      return shown.map(([name, count]) => count + " " + name + (count === 1 ? "" : "s")).join(" ");
    }
    setDisplayValue(value) { this.setValue(text(value)); }
    isShowTimerAlert() { return false; }
    add(other) { return new GlideDuration(this.__ms + span(other)); }
    subtract(other) { return new GlideDuration(this.__ms - span(other)); }
  }

  return {
    GlideDateTime: p.callable(GlideDateTime), GlideDate: p.callable(GlideDate), GlideTime: p.callable(GlideTime),
    GlideDuration: p.callable(GlideDuration),
  };
})
