/** What the beginning of a tunnel says of itself. `more`: not enough has come yet. */
export type Opening =
  | { readonly kind: "more" }
  | { readonly kind: "tls"; readonly serverName: string | undefined; readonly hasEncryptedHello: boolean }
  | { readonly kind: "http" }
  | { readonly kind: "other" }
  | { readonly kind: "malformed" };

const MORE: Opening = { kind: "more" };
const MALFORMED: Opening = { kind: "malformed" };
const OTHER: Opening = { kind: "other" };

/** A hello with many key shares of today's kinds has two or three kilobytes. */
export const MAX_HELLO_BYTES = 65_536;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const MAX_RECORD = 16_384;
/** Into how many records a hello may be cut. */
const MAX_RECORDS = 64;
const SERVER_NAME = 0;
const ENCRYPTED_CLIENT_HELLO = 0xfe0d;
const HTTP = /^(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH|TRACE|CONNECT|PRI) /;
const HTTP_BEGINS = /^[A-Z]{1,8}$/;

/** Reads what a client says first in a tunnel: the server name of a TLS hello (RFC 6066, section 3), nothing decrypted; in however many records the hello came. */
export function readOpening(bytes: Buffer): Opening {
  const [first] = bytes;
  if (first === undefined) return MORE;
  if (first !== HANDSHAKE) return readPlain(bytes);
  const hello = helloOf(bytes);
  return Buffer.isBuffer(hello) ? readHello(hello) : hello;
}

function readPlain(bytes: Buffer): Opening {
  const text = bytes.toString("latin1", 0, 9);
  if (HTTP.test(text)) return { kind: "http" };
  return HTTP_BEGINS.test(text) ? MORE : OTHER;
}

/** Puts the handshake message together from its records: whoever cuts it in pieces hides nothing. */
function helloOf(bytes: Buffer): Buffer | Opening {
  const parts: Buffer[] = [];
  let got = 0;
  let at = 0;
  for (;;) {
    if (bytes.length < at + 5) return bytes.length > MAX_HELLO_BYTES ? MALFORMED : MORE;
    const length = bytes.readUInt16BE(at + 3);
    if (bytes[at] !== HANDSHAKE || bytes[at + 1] !== 3 || length === 0 || length > MAX_RECORD) return MALFORMED;
    const record = bytes.subarray(at + 5, at + 5 + length);
    parts.push(record);
    if (parts.length > MAX_RECORDS) return MALFORMED;
    got += record.length;
    const message = parts.length === 1 ? record : Buffer.concat(parts);
    if (got >= 4) {
      if (message[0] !== CLIENT_HELLO) return MALFORMED;
      const whole = 4 + message.readUIntBE(1, 3);
      if (whole > MAX_HELLO_BYTES) return MALFORMED;
      if (got >= whole) return message.subarray(4, whole);
    }
    if (record.length < length) return bytes.length > MAX_HELLO_BYTES ? MALFORMED : MORE;
    at += 5 + length;
  }
}

/** Reads fields that carry their own length; undefined when they reach beyond the end. */
class Fields {
  #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  skip(count: number): boolean {
    this.#at += count;
    return this.#at <= this.#bytes.length;
  }

  number(size: 1 | 2): number | undefined {
    const at = this.#at;
    return this.skip(size) ? this.#bytes.readUIntBE(at, size) : undefined;
  }

  vector(size: 1 | 2): Buffer | undefined {
    const length = this.number(size);
    const at = this.#at;
    return length !== undefined && this.skip(length) ? this.#bytes.subarray(at, at + length) : undefined;
  }
}

function readHello(hello: Buffer): Opening {
  const fields = new Fields(hello);
  const isWhole =
    fields.skip(34) &&
    fields.vector(1) !== undefined &&
    fields.vector(2) !== undefined &&
    fields.vector(1) !== undefined;
  if (!isWhole) return MALFORMED;
  if (fields.isAtEnd) return { kind: "tls", serverName: undefined, hasEncryptedHello: false };
  const all = fields.vector(2);
  if (all === undefined || !fields.isAtEnd) return MALFORMED;
  const extensions = new Fields(all);
  const seen = new Set<number>();
  let serverName: string | undefined;
  while (!extensions.isAtEnd) {
    const kind = extensions.number(2);
    const value = extensions.vector(2);
    // NOTE An extension that is there twice is read by one program as the first and by another as the last.
    if (kind === undefined || value === undefined || seen.has(kind)) return MALFORMED;
    seen.add(kind);
    if (kind !== SERVER_NAME) continue;
    serverName = nameIn(value);
    if (serverName === undefined) return MALFORMED;
  }
  return { kind: "tls", serverName, hasEncryptedHello: seen.has(ENCRYPTED_CLIENT_HELLO) };
}

/** The one name of the extension; undefined when it is not exactly one host name. */
function nameIn(value: Buffer): string | undefined {
  const outer = new Fields(value);
  const list = outer.vector(2);
  if (list === undefined || !outer.isAtEnd) return undefined;
  const names = new Fields(list);
  const kind = names.number(1);
  const name = names.vector(2);
  if (kind !== 0 || name === undefined || !names.isAtEnd || name.length === 0) return undefined;
  return name.toString("utf8");
}
