import { readName } from "./names.ts";

const HEADER_BYTES = 12;
/** Type, class, time to live and length of the data. */
const FIXED_BYTES = 10;

/** A record as its bytes say it. */
export interface RawRecord {
  /** Where it begins in the message. */
  readonly start: number;
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly data: Buffer;
}

/** The last record of a message; `none` when it has none, nothing when its bytes are no message. */
export function lastRecord(bytes: Buffer): RawRecord | "none" | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const count = (place: number): number => bytes.readUInt16BE(place);
  let at = HEADER_BYTES;
  for (let left = count(4); left > 0; left -= 1) {
    const name = readName(bytes, at);
    if (name === undefined || name.end + 4 > bytes.length) return undefined;
    at = name.end + 4;
  }
  let last: RawRecord | "none" = "none";
  for (let left = count(6) + count(8) + count(10); left > 0; left -= 1) {
    const name = readName(bytes, at);
    if (name === undefined || name.end + FIXED_BYTES > bytes.length) return undefined;
    const [type, kind] = [bytes.readUInt16BE(name.end), bytes.readUInt16BE(name.end + 2)];
    const dataStart = name.end + FIXED_BYTES;
    const end = dataStart + bytes.readUInt16BE(name.end + 8);
    if (end > bytes.length) return undefined;
    const ttl = bytes.readUInt32BE(name.end + 4);
    last = { start: at, name: name.name, type, class: kind, ttl, data: bytes.subarray(dataStart, end) };
    at = end;
  }
  return at === bytes.length ? last : undefined;
}
