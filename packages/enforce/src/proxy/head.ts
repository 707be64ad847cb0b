/** A header as it came: the name in lower case beside the name as it was written. */
export interface Header {
  readonly key: string;
  readonly name: string;
  readonly value: string;
}

/** The head of a request or response: its first line, and its headers in their order. */
export interface Head {
  readonly first: string;
  readonly headers: readonly Header[];
}

/** The longest head, and the most headers in it. */
export const MAX_HEAD_BYTES = 65_536;
const MAX_HEADERS = 200;

/**
 * What has no place in a head: control characters, a line break that is half of one, a line that goes on in the next (obs-fold).
 * Each of them is read in two ways by two programs, which is how one request hides in another (RFC 9112, section 11.2).
 */
// oxlint-disable-next-line no-control-regex
const NEVER = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n|\n[ \t]/;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const END = Buffer.from("\r\n\r\n");

/** Where a head ends in what has come: -1 as long as it does not. What lies before `from` was looked at before. */
export function endOfHead(bytes: Buffer, from = 0): number {
  const at = bytes.indexOf(END, Math.max(0, from - 3));
  return at < 0 ? -1 : at + END.length;
}

/** Whether what has come can no longer become a head. */
export function isHopeless(bytes: Buffer, from = 0): boolean {
  return bytes.length > MAX_HEAD_BYTES || /(?<!\r)\n/.test(bytes.toString("latin1", Math.max(0, from - 1)));
}

/** Reads a head that is whole, the empty line with it; undefined when it is not strictly what the standard allows. Bytes are characters here (latin1). */
export function readHead(bytes: Buffer, end: number): Head | undefined {
  if (end > MAX_HEAD_BYTES) return undefined;
  const text = bytes.toString("latin1", 0, end - 2);
  if (NEVER.test(text)) return undefined;
  const firstEnd = text.indexOf("\r\n");
  const first = text.slice(0, firstEnd);
  if (first === "") return undefined;
  const headers: Header[] = [];
  let at = firstEnd + 2;
  while (at < text.length) {
    const lineEnd = text.indexOf("\r\n", at);
    const colon = text.indexOf(":", at);
    if (colon < 0 || colon > lineEnd || headers.length >= MAX_HEADERS) return undefined;
    const name = text.slice(at, colon);
    // A name with a space before its colon is one of the oldest ways to smuggle.
    if (!TOKEN.test(name)) return undefined;
    headers.push({ key: name.toLowerCase(), name, value: text.slice(colon + 1, lineEnd).trim() });
    at = lineEnd + 2;
  }
  return { first, headers };
}

/** The values of a header. */
export function valuesOf(head: Head, key: string): readonly string[] {
  const values: string[] = [];
  for (const header of head.headers) if (header.key === key) values.push(header.value);
  return values;
}

/** The elements of a list header (`Connection`), in lower case. */
export function listOf(head: Head, key: string): readonly string[] {
  const values = valuesOf(head, key);
  if (values.length === 0) return NONE;
  return values
    .join(",")
    .split(",")
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== "");
}

const NONE: readonly string[] = [];

/** Whether a text is a token of the standard. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Headers of one connection only (RFC 9110, section 7.6.1), with those that belong to the proxy itself. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization"],
  ...["proxy-authentication-info", "te", "trailer", "transfer-encoding", "upgrade", "content-length"],
]);

/** Headers that no `Connection` may take away: what comes after them would be read in another way, or go astray. */
const NEVER_NAMED: ReadonlySet<string> = new Set(["host", "content-length", "transfer-encoding", "via", "cookie"]);

/** Whether `Connection` names only what it may. */
export function isHonestConnection(options: readonly string[]): boolean {
  return options.every((one) => isToken(one) && !NEVER_NAMED.has(one));
}

/** The lines of the headers that go on to the other side: all but those of this connection. */
export function linesToPassOn(head: Head, named: readonly string[], without?: string): string {
  let lines = "";
  for (const { key, name, value } of head.headers) {
    if (HOP_BY_HOP.has(key) || key === without) continue;
    if (named.length > 0 && named.includes(key)) continue;
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
