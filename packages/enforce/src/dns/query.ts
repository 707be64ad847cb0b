import { flags, rcodes, types } from "./constants.ts";

/** What a client asks with EDNS (RFC 6891). */
export interface Edns {
  readonly size: number;
  readonly version: number;
  /** DO: wants signatures. */
  readonly isDnssec: boolean;
}

/** A query, read by hand: every one that comes passes here. */
export interface Query {
  readonly id: number;
  readonly flags: number;
  /** In lower case, without the last dot; empty for the root. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** Where the question ends. */
  readonly end: number;
  readonly edns: Edns | undefined;
}

/** Why a message is no query: `ignore` gets no answer at all, so that two servers never answer each other; a number is the answer's code. */
export type NoQuery = "ignore" | number;

const scratch = Buffer.alloc(256);
const MAX_ADDITIONAL = 8;
const OPCODE = 0x7800;

/** Reads a query. */
export function readQuery(bytes: Buffer): Query | NoQuery {
  if (bytes.length < 12) return "ignore";
  const word = bytes.readUInt16BE(2);
  if ((word & flags.QR) !== 0) return "ignore";
  if ((word & OPCODE) !== 0) return rcodes.NOTIMP;
  if (bytes.readUInt16BE(4) !== 1 || bytes.readUInt32BE(6) !== 0) return rcodes.FORMERR;
  const name = readName(bytes);
  if (name === undefined) return rcodes.FORMERR;
  const { end: at } = name;
  if (at + 4 > bytes.length) return rcodes.FORMERR;
  const end = at + 4;
  const edns = bytes.readUInt16BE(10) === 0 ? undefined : readEdns(bytes, end);
  if (edns === "malformed") return rcodes.FORMERR;
  const query = { id: bytes.readUInt16BE(0), flags: word, name: name.text, end, edns };
  return { ...query, type: bytes.readUInt16BE(at), class: bytes.readUInt16BE(at + 2) };
}

/** The name of the question: no pointers. A label with a dot in it is another name than it looks, so it is none. */
function readName(bytes: Buffer): { readonly text: string; readonly end: number } | undefined {
  let at = 12;
  let length = 0;
  let isPlain = true;
  for (;;) {
    const size = bytes[at];
    if (size === undefined || size > 63) return undefined;
    at += 1;
    if (size === 0) break;
    if (at + size > bytes.length || length + size + 1 > 254) return undefined;
    if (length > 0) scratch[length++] = 46;
    for (const stop = at + size; at < stop; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === 46) return undefined;
      if (byte > 126 || byte < 33) isPlain = false;
      scratch[length++] = byte >= 65 && byte <= 90 ? byte + 32 : byte;
    }
  }
  return { text: scratch.toString(isPlain ? "latin1" : "utf8", 0, length), end: at };
}

function readEdns(bytes: Buffer, from: number): Edns | undefined | "malformed" {
  const count = bytes.readUInt16BE(10);
  if (count > MAX_ADDITIONAL) return "malformed";
  let at = from;
  let edns: Edns | undefined;
  for (let record = 0; record < count; record += 1) {
    const name = skipName(bytes, at);
    if (name === undefined || name + 10 > bytes.length) return "malformed";
    const length = bytes.readUInt16BE(name + 8);
    if (name + 10 + length > bytes.length) return "malformed";
    if (bytes.readUInt16BE(name) === types.OPT) {
      if (edns !== undefined || name !== at + 1) return "malformed";
      const [size, version] = [bytes.readUInt16BE(name + 2), bytes[name + 5] ?? 0];
      edns = { size, version, isDnssec: ((bytes[name + 6] ?? 0) & 0x80) !== 0 };
    }
    at = name + 10 + length;
  }
  return edns;
}

/** Where a name ends; undefined when it reaches beyond the message. */
export function skipName(bytes: Buffer, from: number): number | undefined {
  let at = from;
  for (;;) {
    const size = bytes[at];
    if (size === undefined) return undefined;
    if (size >= 192) return at + 2 <= bytes.length ? at + 2 : undefined;
    if (size > 63) return undefined;
    at += size + 1;
    if (size === 0) return at;
    if (at - from > 255) return undefined;
  }
}
