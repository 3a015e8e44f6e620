// XMLDocument2, XMLDocument, GlideXMLDocument, XMLHelper. The parent parses and answers XPath; the tree lives here:
// an element is {name, attributes: [[name, value]], children: [element | text], parent}.
(function (p) {
  "use strict";
  const { askXML: ask, text } = p;
  const ELEMENT = 1, TEXT = 3, CDATA = 4, DOCUMENT = 9;
  const escaped = (value, quotes) => {
    const plain = String(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    return quotes ? plain.replace(/"/g, "&quot;") : plain;
  };

  // Attributes as org.w3c.dom.NamedNodeMap, with java.util.Map's get().
  // A NamedNodeMap is sorted: docs print <three boo="yah" att="yyy"> back as <three att="yyy" boo="yah">.
  const sorted = (attributes) => attributes.slice().sort((one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0));
  const attributesOf = (node) => {
    const items = sorted(node.__attributes).map(([name, value]) => new Attribute(name, value));
    items.item = (index) => items[index];
    items.getLength = () => items.length;
    items.get = (name) => node.getAttribute(name);
    items.getNamedItem = (name) => items.find((one) => one.nodeName === name) || null;
    return items;
  };
  class Attribute {
    constructor(name, value) { this.nodeName = name; this.nodeValue = value; }
    getNodeName() { return this.nodeName; }
    getNodeValue() { return this.nodeValue; }
    getTextContent() { return this.nodeValue; }
    getNodeType() { return 2; }
    toString() { return this.nodeValue; }
  }

  const nodeList = (nodes) => {
    nodes.item = (index) => (nodes[index] === undefined ? null : nodes[index]);
    nodes.getLength = () => nodes.length;
    return p.list(nodes);
  };

  class XMLNode {
    constructor(name, value, type) {
      this.__name = name;
      this.__type = type || ELEMENT;
      this.__attributes = [];
      this.__children = [];
      this.__parent = null;
      this.__text = value === undefined ? null : value;
      this.__document = null;
    }
    get nodeName() { return this.getNodeName(); }
    get nodeValue() { return this.getNodeValue(); }
    get attributes() { return attributesOf(this); }
    get firstChild() { return this.getFirstChild(); }
    get lastChild() { return this.getLastChild(); }
    get nextSibling() { return this.getNextSibling(); }
    get childNodes() { return nodeList(this.__children.slice()); }
    get documentElement() { return this.__document ? this.__document.__root : null; }
    getNodeType() { return this.__type; }
    getNodeName() { return this.__type === TEXT ? "#text" : this.__name; }
    getTagName() { return this.__name; }
    getLocalName() { return this.__name.split(":").pop(); }
    getNodeValue() { return this.__type === TEXT ? this.__text : null; }
    getTextContent() {
      return this.__type === TEXT ? this.__text : this.__children.map((child) => child.getTextContent()).join("");
    }
    setTextContent(value) {
      this.__children.slice().forEach((child) => this.removeChild(child));
      this.appendChild(new XMLNode("#text", text(value), TEXT));
    }
    getFirstChild() { return this.__children[0] || null; }
    getLastChild() { return this.__children[this.__children.length - 1] || null; }
    getParentNode() { return this.__parent; }
    getChildNodes() { return this.childNodes; }
    getChildNodeIterator() { return new XMLNodeIterator(this.__children); }
    hasChildNodes() { return this.__children.length > 0; }
    getNextSibling() {
      if (!this.__parent) return null;
      const all = this.__parent.__children;
      return all[all.indexOf(this) + 1] || null;
    }
    getAttribute(name) {
      const found = this.__attributes.find((pair) => pair[0] === String(name));
      return found ? found[1] : "";
    }
    getAttributes() { return attributesOf(this); }
    hasAttribute(name) { return this.__attributes.some((pair) => pair[0] === String(name)); }
    hasAttributes() { return this.__attributes.length > 0; }
    setAttribute(name, value) {
      const found = this.__attributes.find((pair) => pair[0] === String(name));
      if (found) found[1] = text(value);
      else this.__attributes.push([String(name), text(value)]);
      this.__touch();
    }
    removeAttribute(name) { this.__attributes = this.__attributes.filter((pair) => pair[0] !== String(name)); this.__touch(); }
    appendChild(child) {
      if (child.__parent) child.__parent.removeChild(child);
      child.__parent = this;
      this.__children.push(child);
      this.__touch();
      return child;
    }
    removeChild(child) {
      this.__children = this.__children.filter((one) => one !== child);
      child.__parent = null;
      this.__touch();
      return child;
    }
    normalize() {}
    isCDATANode() { return this.__cdata === true; }
    getElementsByTagName(name) {
      const found = [];
      const look = (node) => node.__children.forEach((child) => {
        if (child.__type !== ELEMENT) return;
        if (name === "*" || child.__name === String(name)) found.push(child);
        look(child);
      });
      look(this);
      return nodeList(found);
    }
    __touch() { let node = this; while (node.__parent) node = node.__parent; if (node.__document) node.__document.__changed(); }
    __owner() { let node = this; while (node.__parent) node = node.__parent; return node.__document; }
    toString() { return serialized(this); }
    toJSON() { return this.toString(); }
  }

  class XMLNodeIterator {
    constructor(nodes) { this.__nodes = nodes.slice(); this.__at = 0; }
    hasNext() { return this.__at < this.__nodes.length; }
    next() { return this.hasNext() ? this.__nodes[this.__at++] : null; }
  }

  function serialized(node, indent, depth) {
    if (node.__cdata) return "<![CDATA[" + node.__text.replace(/]]>/g, "]]]]><![CDATA[>") + "]]>";
    if (node.__type === TEXT) return escaped(node.__text);
    const attributes = sorted(node.__attributes).map(([name, value]) => " " + name + '="' + escaped(value, true) + '"').join("");
    if (!node.__children.length) return "<" + node.__name + attributes + "/>";
    const inner = (depth || 0) + 1, textOnly = node.__children.some((child) => child.__type === TEXT && child.__text.trim());
    const children = indent && !textOnly ? node.__children.filter((child) => child.__type !== TEXT) : node.__children;
    const gap = indent && !textOnly ? "\n" + indent.repeat(inner) : "";
    const end = gap ? "\n" + indent.repeat(inner - 1) : "";
    return "<" + node.__name + attributes + ">" +
      children.map((child) => gap + serialized(child, indent, inner)).join("") + end + "</" + node.__name + ">";
  }

  // The text nodes of a text; a CDATA section, where it is reported, stands between U+FDD0 and U+FDD1.
  const textNodes = (value) => value.split(/(\ufdd0[^\ufdd1]*\ufdd1)/).filter(Boolean).map((piece) => {
    const isSection = piece[0] === "\ufdd0";
    const made = new XMLNode("#text", isSection ? piece.slice(1, -1) : piece, TEXT);
    made.__cdata = isSection;
    return made;
  });

  // [name, attributes, children] as the parent sends it
  function built(told, sections) {
    const node = new XMLNode(told[0]);
    node.__attributes = told[1];
    for (const child of told[2]) {
      const plain = (value) => [new XMLNode("#text", value, TEXT)];
      for (const made of typeof child !== "string" ? [built(child, sections)] : sections ? textNodes(child) : plain(child)) {
        made.__parent = node;
        node.__children.push(made);
      }
    }
    return node;
  }

  // One document: its tree, and the number under which the parent knows it as it was last told.
  class Tree {
    constructor() { this.__root = null; this.__number = null; this.__aware = false; this.__sections = false; this.__error = ""; this.__current = null; }
    parse(source) {
      const told = ask({ xml: text(source), aware: this.__aware, sections: this.__sections });
      this.__error = told.error || "";
      this.__root = told.root ? built(told.root, this.__sections) : null;
      this.__number = told.root ? told.number : null;
      if (this.__root) this.__root.__document = this;
      this.__current = this.__root;
      return !this.__error;
    }
    __changed() { this.__number = null; }
    setRoot(node) { this.__root = node; node.__document = this; this.__current = node; this.__changed(); }
    elements() {
      const all = [];
      const walk = (node) => { all.push(node); node.__children.forEach((child) => child.__type === ELEMENT && walk(child)); };
      if (this.__root) walk(this.__root);
      return all;
    }
    // What an XPath gives: nodes, or a text.
    select(path, context) {
      if (!this.__root) return [];
      const elements = this.elements();
      const at = context ? elements.indexOf(context) : -1;
      const asked = () => ask({ xpath: String(path), number: this.__number, context: at });
      const told = this.__number === null ? null : asked();
      if (told === null) this.__number = ask({ xml: serialized(this.__root), aware: this.__aware, sections: false }).number;
      return (told || asked()).map((found) => {
        if (typeof found === "number") return elements[found];
        return found.length === 2 ? new Attribute(found[0], found[1]) : new XMLNode("#text", found[0], TEXT);
      });
    }
    create(name, value) {
      const node = new XMLNode(String(name));
      if (value !== undefined && value !== null) node.setTextContent(value);
      if (!this.__root) this.setRoot(node);
      else (this.__current || this.__root).appendChild(node);
      return node;
    }
    toString() {
      return this.__root ? '<?xml version="1.0" encoding="UTF-8"?>' + serialized(this.__root) : "";
    }
  }

  class XMLDocument2 {
    constructor(source) { this.__tree = new Tree(); if (typeof source === "string") this.parseXML(source); }
    parseXML(source) { return this.__tree.parse(source); }
    setNamespaceAware(aware) { this.__tree.__aware = aware === true || String(aware) === "true"; }
    setEnableCDATAReporting(reported) { this.__tree.__sections = reported === true || String(reported) === "true"; }
    isValid() { return this.__tree.__root !== null && !this.__tree.__error; }
    getDocumentElement() { return this.__tree.__root; }
    getNode(path) { return this.__tree.select(path)[0] || null; }
    getFirstNode(path) { this.__found = this.__tree.select(path); return this.__found[0] || null; }
    getNextNode(previous) { const all = this.__found || []; return all[all.indexOf(previous) + 1] || null; }
    getNodeText(path) { const node = this.getNode(path); return node ? node.getTextContent() : null; }
    createElement(name) { return this.__tree.create(name); }
    createElementWithTextValue(name, value) { return this.__tree.create(name, text(value)); }
    createComment() {}
    importElementToParent(node, parent) { return parent.appendChild(built(copied(node))); }
    setCurrentElement(node) { this.__tree.__current = node; }
    getErrorMsg() { return this.__tree.__error; }
    toString() { return this.__tree.toString(); }
    toIndentedString() { return this.__tree.__root ? serialized(this.__tree.__root, "  ", 0) : ""; }
    toJSON() { return this.toString(); }
  }
  const copied = (node) => [node.__name, node.__attributes.map((pair) => pair.slice()),
    node.__children.map((child) => (child.__type === TEXT ? child.__text : copied(child)))];

  // The Java class under the older XMLDocument.
  class GlideXMLDocument {
    constructor(name) { this.__tree = new Tree(); if (name !== undefined) this.__tree.setRoot(new XMLNode(String(name))); }
    parse(source) { return this.__tree.parse(source); }
    load(source) { return this.__tree.parse(source); }
    setNamespaceAware(aware) { this.__tree.__aware = Boolean(aware); }
    isValid() { return this.__tree.__root !== null && !this.__tree.__error; }
    getErrorCode() { return this.__tree.__error ? 1 : 0; }
    getDocumentElement() { return this.__tree.__root; }
    getDocument() { return this; }
    get documentElement() { return this.__tree.__root; }
    getNodeType() { return DOCUMENT; }
    setCurrent(node) { this.__tree.__current = node; }
    getCurrent() { return this.__tree.__current; }
    pop() { const at = this.__tree.__current; if (at && at.__parent) this.__tree.__current = at.__parent; }
    createElement(name, value) { return this.__tree.create(name, value); }
    createCDATAElement(name, value) { return this.__tree.create(name, text(value)); }
    setAttribute(name, value) { if (this.__tree.__current) this.__tree.__current.setAttribute(name, value); }
    selectSingleNode(path) { return this.__tree.select(path)[0] || null; }
    selectNodes(path) { return nodeList(this.__tree.select(path)); }
    selectSingleNodeText(path) { const node = this.selectSingleNode(path); return node ? node.getTextContent() : null; }
    getElementsByTagName(name) {
      const root = this.__tree.__root;
      if (!root) return nodeList([]);
      return nodeList((root.__name === String(name) ? [root] : []).concat(root.getElementsByTagName(name)));
    }
    getElementByTagName(name) { return this.getElementsByTagName(name)[0] || null; }
    getElementValueByTagName(name) { const node = this.getElementByTagName(name); return node ? node.getTextContent() : null; }
    getChildTextByTagName(parent, name) {
      const node = parent ? parent.getElementsByTagName(name)[0] : null;
      return node ? node.getTextContent() : "";
    }
    toString() { return this.__tree.toString(); }
    toIndentedString() { return this.__tree.__root ? serialized(this.__tree.__root, "  ", 0) : ""; }
  }

  // Base-system script include XMLDocument
  class XMLDocument {
    constructor(source, aware) {
      this.xmlDoc = new GlideXMLDocument();
      if (typeof source === "string" || source instanceof String || (source && source.trimLeft)) {
        this.xmlDoc.setNamespaceAware(aware);
        this.xmlDoc.parse(String(source));
      }
    }
    getDocument() { return this.xmlDoc; }
    getDocumentElement() { return this.xmlDoc.getDocumentElement(); }
    setCurrent(node) { this.xmlDoc.setCurrent(node); }
    setAttribute(name, value) { this.xmlDoc.setAttribute(name, value); }
    createElement(name, value) { return this.xmlDoc.createElement(name, value ? value : undefined); }
    createCDATAElement(name, value) { return this.xmlDoc.createCDATAElement(name, value); }
    getElementByTagName(name) { return this.xmlDoc.getElementByTagName(name); }
    getElementValueByTagName(name) { return this.xmlDoc.getElementValueByTagName(name); }
    getChildTextByTagName(parent, name) { return this.xmlDoc.getChildTextByTagName(parent, name); }
    getNode(path) { return this.xmlDoc.selectSingleNode(path); }
    getNodes(path) { return this.xmlDoc.selectNodes(path); }
    getNodeText(path) { return this.xmlDoc.selectSingleNodeText(path); }
    getNodeInt(path) { return parseInt(this.getNodeText(path), 10); }
    getNodeName(path) { return this.getNode(path).getNodeName(); }
    getNodeType(path) { return this.getNode(path).getNodeType(); }
    getAttribute(path, name) {
      const node = this.getNode(path);
      return node && node.hasAttribute(name) ? node.getAttribute(name) : null;
    }
    load(source) { this.xmlDoc.load(source); }
    isValid() { return this.xmlDoc.isValid(); }
    toIndentedString() { return this.xmlDoc.toIndentedString(); }
    toString() { return this.xmlDoc.toString(); }
    get type() { return "XMLDocument"; }
  }

  // Base-system script include XMLHelper: elements become properties, attributes "@name", text beside them "#text".
  function toObject(node) {
    const kept = node.__children.filter((child) => child.__type !== TEXT || child.__text.trim() !== "");
    const elements = kept.filter((child) => child.__type === ELEMENT);
    const made = {};
    node.__attributes.forEach(([name, value]) => { made["@" + name] = value; });
    if (!node.__attributes.length && !kept.length) return null;
    if (!elements.length) {
      const value = kept.map((child) => child.__text).join("");
      if (!node.__attributes.length) return value;
      if (kept.length) made["#text"] = value;
      return made;
    }
    if (kept.length - elements.length > 1) { // mixed content stays as it is
      const inner = node.__children.map((child) => serialized(child)).join("");
      if (!node.__attributes.length) return inner;
      made["#text"] = inner;
      return made;
    }
    for (const child of kept) {
      if (child.__type === TEXT) { made["#text"] = child.__text; continue; }
      const value = toObject(child), name = child.__name;
      if (!made[name]) made[name] = value;
      else if (Array.isArray(made[name])) made[name].push(value);
      else made[name] = [made[name], value];
    }
    return made;
  }
  const toXML = (value, name) => {
    if (typeof value === "function" || value === undefined) return "";
    if (Array.isArray(value)) return value.map((item) => toXML(item, name)).join("");
    if (value === null || typeof value !== "object") return "<" + name + ">" + escaped(text(value)) + "</" + name + ">";
    const keys = Object.keys(value), attributes = keys.filter((key) => key[0] === "@");
    const inner = keys.filter((key) => key[0] !== "@").map((key) =>
      key === "#text" ? escaped(text(value[key])) : key === "#cdata" ? "<![CDATA[" + value[key] + "]]>" : toXML(value[key], key));
    const head = name + attributes.map((key) => " " + key.slice(1) + '="' + escaped(text(value[key]), true) + '"').join("");
    return inner.length ? "<" + head + ">" + inner.join("") + "</" + name + ">" : "<" + head + "/>";
  };
  const parsed = (source) => { const tree = new Tree(); tree.parse(source); return tree; };

  class XMLHelper {
    constructor(source) { this.setXML(source); }
    setXML(source) {
      const isText = typeof source === "string" || source instanceof String || (source && source.trimLeft);
      this.xml = isText ? parsed(String(source)).__root : source && source.documentElement ? source.documentElement : source;
    }
    setTrim() {}
    toObject(source) {
      if (source) this.setXML(source);
      return this.xml ? toObject(this.xml) : undefined;
    }
    toXMLStr(value) { return Object.keys(value).map((key) => toXML(value[key], key)).join(""); }
    toXMLDoc(value) { const made = new GlideXMLDocument(); made.parse(this.toXMLStr(value)); return made; }
    get type() { return "XMLHelper"; }
  }

  const parseXML = (source) => { const made = new GlideXMLDocument(); made.parse(source); return made; };
  const GlideXMLUtil = {
    parse: parseXML,
    validateXML: (source) => parsed(source).__error || null,
    escape: (value) => escaped(text(value), true),
    removeInvalidChars: (value) => text(value).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\ud800-\udfff]/g, ""),
    getText: (node) => node.getTextContent(),
  };

  return {
    XMLDocument2, XMLNode, XMLNodeIterator, XMLDocument, XMLHelper, GlideXMLDocument, GlideXMLUtil,
    textAt: (source, path) => { const node = parsed(source).select(path)[0]; return node ? node.getTextContent() : ""; },
    nodeList: (source) => nodeList(parsed(source).__root ? parsed(source).__root.__children : []),
    toJSON: (source) => {
      const root = parsed(source).__root;
      return root ? { [root.__name]: toObject(root) } : null;
    },
  };
})
