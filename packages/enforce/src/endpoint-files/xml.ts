/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text of an element that has no children. */
  readonly text: string;
}

/** What an element may have beside its name. */
export interface XmlParts {
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly XmlElement[];
  readonly text?: string;
}

/** Makes an element. */
export function element(name: string, parts: XmlParts = {}): XmlElement {
  return { name, attributes: parts.attributes ?? {}, children: parts.children ?? [], text: parts.text ?? "" };
}

/** Characters that XML 1.0 cannot hold, not even escaped. */
// oxlint-disable-next-line no-control-regex
const NEVER = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g;

/** A text as it may stand in an element or an attribute. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(NEVER, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\t", "&#9;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\r", "&#13;");
}

/** Writes a document. */
export function writeXml(root: XmlElement): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${written(root, "")}`;
}

function written({ name, attributes, children, text }: XmlElement, indent: string): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const open = `${indent}<${name}${given.join("")}`;
  if (children.length === 0) return text === "" ? `${open} />\n` : `${open}>${escapeXml(text)}</${name}>\n`;
  return `${open}>\n${children.map((child) => written(child, `${indent}  `)).join("")}${indent}</${name}>\n`;
}
