// GlideStringUtil, ArrayUtil, JSUtil: small things that scripts lean on.
(function (p) {
  "use strict";
  const { ask, text, nil } = p;
  const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  const escapeHTML = (value) => text(value).replace(/[&<>"']/g, (letter) => ENTITIES[letter]);
  const unescapeHTML = (value) => text(value).replace(/&(#x?[0-9a-f]+|\w+);/gi, (whole, name) => {
    if (name[0] === "#") return String.fromCodePoint(parseInt(name.slice(name[1] === "x" ? 2 : 1), name[1] === "x" ? 16 : 10));
    return { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" }[name] || whole;
  });

  const GlideStringUtil = {
    base64Encode: (value) => ask({ encode: "base64", text: text(value) }),
    base64Decode: (value) => ask({ decode: "base64", text: text(value) }),
    urlEncode: (value) => ask({ encode: "url", text: text(value) }),
    urlDecode: (value) => ask({ decode: "url", text: text(value) }),
    escapeHTML: escapeHTML,
    unescapeHTML: unescapeHTML,
    unEscapeHTML: unescapeHTML,
    getHTMLValue: (value) => escapeHTML(value).replace(/\r?\n/g, "<br/>"),
    newLinesToBreaks: (value) => text(value).replace(/\r?\n/g, "<br/>"),
    escapeAllQuotes: (value) => text(value).replace(/['"]/g, "\\$&"),
    escapeTicks: (value) => text(value).replace(/'/g, "\\'"),
    escapeNonPrintable: (value) => p.stringify(text(value)).slice(1, -1),
    escapeQueryTermSeparator: (value) => text(value).replace(/\^/g, "^^"),
    escapeForHomePage: (value) => text(value).replace(/[^A-Za-z0-9]/g, ""),
    dotToUnderBar: (value) => text(value).replace(/\./g, "_"),
    getNumeric: (value) => text(value).replace(/[^0-9.\-]/g, ""),
    isBase64: (value) => /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text(value)),
    isEligibleSysID: (value) => /^[0-9a-f]{32}$/i.test(text(value)),
    normalizeWhitespace: (value) => text(value).replace(/\s+/g, " ").trim(),
    nil: nil,
    notNil: (value) => !nil(value),
    substituteVariables: (value, values) => text(value).replace(/\$\{([^}]+)\}/g, (whole, name) =>
      (values && values[name] !== undefined ? text(values[name]) : whole)),
    split: (value) => p.list(text(value).split(",").map((part) => part.trim())),
    capitalise: (value) => text(value).charAt(0).toUpperCase() + text(value).slice(1),
    getMD5: (value) => ask({ digest: "md5", text: text(value) }),
    strtol: (value, base) => parseInt(text(value), Number(base)),
  };

  // Base-system script include ArrayUtil
  class ArrayUtil {
    contains(items, item) { return this.convertArray(items).some((one) => one == item); }
    indexOf(items, item, from) {
      const all = this.convertArray(items), start = from === undefined || from === null ? 0 : from < 0 ? Math.max(0, from + all.length) : from;
      for (let at = start; at < all.length; at++) if (all[at] == item) return at;
      return -1;
    }
    ensureArray(value) { return value === null || value === undefined ? [] : Array.isArray(value) ? value : [value]; }
    concat(parent, children) { for (const child of children) parent.push(child); return parent; }
    convertArray(items) {
      if (Array.isArray(items) || !items || typeof items.size !== "function") return items;
      const all = [];
      for (let at = 0; at < items.size(); at++) all.push(items.get(at));
      return all;
    }
    diff(first, ...others) {
      if (first === undefined) return [];
      return others.length ? this.unique(first.filter((one) => !others.some((other) => other.includes(one)))) : first;
    }
    intersect(first, ...others) {
      if (first === undefined) return [];
      return others.length ? this.unique(first.filter((one) => others.every((other) => other.includes(one)))) : first;
    }
    union(...all) { return this.unique([].concat(...all)); }
    // Of equal items the last one stays, as in the base system's.
    unique(items) { return items.filter((one, at) => items.lastIndexOf(one) === at); }
    get type() { return "ArrayUtil"; }
  }

  // Base-system script include JSUtil
  const has = (value) => value !== null && value !== undefined;
  const typeOf = (value) => {
    if (value === null || value === undefined) return "null"; // docs: of a variable without a value, too
    if (value instanceof String) return "string";
    if (value instanceof Number) return "number";
    if (value instanceof Boolean) return "boolean";
    const kind = typeof value;
    return ["string", "number", "boolean", "function"].includes(kind) ? kind : "object";
  };
  const JSUtil = {
    nil: nil,
    notNil: (value) => !nil(value),
    has: has,
    doesNotHave: (value) => !has(value),
    isEmpty: (value) => { if (nil(value)) return false; for (const name in value) return false; return true; },
    union: (...maps) => { const made = {}; for (const map of maps) for (const name in map) made[name] = map[name]; return made; },
    removeFromMap: (map, names) => {
      const all = Array.isArray(names) ? names : names instanceof Object ? Object.keys(names) : [String(names)];
      for (const name of all) delete map[name];
    },
    toBoolean: (value) => typeof value === "boolean" ? value : typeof value === "number" ? value !== 0
      : typeof value === "string" || value instanceof String ? String(value) === "true" : has(value),
    getBooleanValue: (record, field) => ["true", "1"].includes(String(record.getValue(field))),
    contains: (container, value, identical) => Object.keys(container).some((key) =>
      identical ? container[key] === value : container[key] == value),
    instance_of: (value, kind) => typeof kind === "function" && value instanceof kind,
    type_of: typeOf,
    typeOf: (value) => value === undefined ? "undefined" : Array.isArray(value) ? "array"
      : value instanceof Date ? "date" : typeOf(value) === "object" && value && typeof value.type === "string" ? value.type
      : typeOf(value),
    isJavaObject: () => false,
    getGlobal: () => p.root,
    escapeText: (value) => text(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;"),
    unescapeText: unescapeHTML,
    escapeAttr: escapeHTML,
    unescapeAttr: unescapeHTML,
    areEqual: (one, other) => one === other || p.stringify(one) === p.stringify(other),
    logObject: (value, name) => { p.gs.log((name ? name + ": " : "") + p.stringify(value)); },
    describeObject: (value, name) => (name ? name + ": " : "") + p.stringify(value),
  };

  class GlideDigest {
    getMD5Hex(value) { return ask({ digest: "md5", text: text(value) }); }
    getSHA1Hex(value) { return ask({ digest: "sha1", text: text(value) }); }
    getSHA256Hex(value) { return ask({ digest: "sha256", text: text(value) }); }
    getMD5Base64(value) { return ask({ digest: "md5", text: text(value), base64: true }); }
    getSHA1Base64(value) { return ask({ digest: "sha1", text: text(value), base64: true }); }
    getSHA256Base64(value) { return ask({ digest: "sha256", text: text(value), base64: true }); }
  }

  // The two ways to a HMAC: base64 of the MAC, of a key that is base64 (docs, CertificateEncryption.generateMac).
  class CertificateEncryption {
    generateMac(key, algorithm, data) { return ask({ mac: text(algorithm), key: text(key), text: text(data) }); }
  }
  // Base-system script include j2js: what Java would have made of it, as JavaScript's own (docs, c_J2jsAPI).
  function j2js(value) {
    if (Array.isArray(value)) return Array.from(value, j2js);
    if (value === null || typeof value !== "object" || typeof value.keySet !== "function") return value;
    const made = {};
    for (const name of Object.keys(value)) made[name] = j2js(value[name]);
    return made;
  }

  const refusing = (name, members) => new Proxy(members, {
    get: (target, key) => key in target || typeof key === "symbol" || key === "toJSON" ? target[key]
      : () => { throw p.notSimulated(name + "." + key); },
  });
  return {
    GlideStringUtil: refusing("GlideStringUtil", GlideStringUtil), ArrayUtil: ArrayUtil, JSUtil: refusing("JSUtil", JSUtil),
    GlideDigest: GlideDigest, CertificateEncryption: CertificateEncryption,
    GlideCertificateEncryption: class GlideCertificateEncryption extends CertificateEncryption {},
    escapeHTML: escapeHTML, j2js: j2js,
  };
})
