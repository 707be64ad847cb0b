const MAX_CHARACTERS = 200;
// Control characters, path separators, and the marks that turn the direction of text (they make `gpj.exe` look like `exe.jpg`).
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\0-\x1f\x7f-\x9f/\\\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const SIMPLE = /^[\x20-\x7e]+$/;

/** A file name without what could deceive or escape; undefined when nothing is left. Both scripts stay as they are. */
export function cleanFilename(name: string | undefined): string | undefined {
  const cleaned = (name ?? "").toWellFormed().replace(UNSAFE, "_").trim();
  if (cleaned === "" || /^[._ ]+$/.test(cleaned)) return undefined;
  return shorten(cleaned);
}

/** Cuts the middle of a long name, so that the extension stays. */
function shorten(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= MAX_CHARACTERS) return name;
  return [...characters.slice(0, MAX_CHARACTERS - 21), "…", ...characters.slice(-20)].join("");
}

/** A `Content-Disposition` header (RFC 6266), with the RFC 8187 form beside an ASCII one where the name needs it. */
export function contentDisposition(kind: "inline" | "attachment", filename: string | undefined): string {
  const name = cleanFilename(filename);
  if (name === undefined) return kind;
  if (SIMPLE.test(name) && !/["%]/.test(name)) return `${kind}; filename="${name}"`;
  const ascii = name.replace(/[^\x20-\x7e]|["%]/g, "_");
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encodeExtended(name)}`;
}

/** `ext-value` of RFC 8187: everything but `attr-char` in percent form. */
function encodeExtended(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
