import { element, type XmlElement } from "./xml.ts";

/** A text is no XML document of the kind that is written here. */
export class XmlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "XmlError";
  }
}

const TOKEN =
  /<\?[^>]*\?>|<!DOCTYPE[^>[]*>|<!--(?:(?!--)[^])*-->|<\/([\w.:-]+)\s*>|<([\w.:-]+)((?:\s+[\w.:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const ATTRIBUTE = /([\w.:-]+)="([^"<]*)"/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** An element that is still being read. */
interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Reads a document without DTD entities: to look again at what was written. @throws XmlError */
export function readXml(source: string): XmlElement {
  const top: Open = { name: "", attributes: {}, children: [], text: "" };
  const open: Open[] = [top];
  const text = source.replace(/^\uFEFF/, "");
  let place = 0;
  TOKEN.lastIndex = 0;
  while (place < text.length) {
    const found = TOKEN.exec(text);
    if (found === null) throw new XmlError(`not XML at character ${place}`);
    place = TOKEN.lastIndex;
    take(open, found);
  }
  const [root, ...others] = top.children;
  if (open.length !== 1 || root === undefined || others.length > 0) throw new XmlError("not one whole element");
  return root;
}

function take(open: Open[], [, closed, opened, attributes = "", isEmpty, text]: RegExpExecArray): void {
  const current = open.at(-1);
  if (current === undefined) throw new XmlError("an element too many is closed");
  if (text !== undefined) current.text += text;
  else if (opened !== undefined) {
    const made: Open = { name: opened, attributes: attributesOf(attributes), children: [], text: "" };
    if (isEmpty === "/") current.children.push(finished(made));
    else open.push(made);
  } else if (closed !== undefined) {
    if (closed !== current.name || open.length === 1)
      throw new XmlError(`\`${closed}\` is closed where it is not open`);
    open.pop();
    open.at(-1)?.children.push(finished(current));
  }
}

function finished({ name, attributes, children, text }: Open): XmlElement {
  return element(name, { attributes, children, text: children.length > 0 ? "" : decoded(text) });
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(ATTRIBUTE)) {
    if (Object.hasOwn(found, name)) throw new XmlError(`the attribute \`${name}\` is there twice`);
    found[name] = decoded(value);
  }
  return found;
}

function decoded(text: string): string {
  return text.replaceAll(/&[^;]{0,10};?/g, (reference) => {
    const [, decimal, hex, name = ""] = /^&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{1,8}));$/.exec(reference) ?? [];
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (known === undefined) throw new XmlError(`${reference} is no entity`);
    return known;
  });
}
