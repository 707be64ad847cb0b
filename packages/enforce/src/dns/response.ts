import { flags, rcodes, types } from "./constants.ts";
import { skipName, type Query } from "./query.ts";
import { optRecord } from "./replies.ts";

/** A response of a resolver, looked through once: what has to be changed in it for each client, and what has to be decided on. */
export interface Response {
  /** Without OPT, which each client gets of its own. */
  readonly bytes: Buffer;
  readonly rcode: number;
  /** Where the lifetimes of its records stand. */
  readonly ttlPlaces: readonly number[];
  /** The shortest of them, in seconds; 0 when there are no records. */
  readonly ttl: number;
  /** Names that the answer leads to: CNAME, DNAME, SVCB, HTTPS. */
  readonly targets: readonly string[];
  readonly addresses: readonly string[];
  readonly isTruncated: boolean;
}

const MAX_JUMPS = 64;
const MAX_RECORDS = 2000;
const MAX_TTL = 0x7fffffff;

/** Looks through a response whose question has been compared; undefined when it is malformed. */
export function readResponse(message: Buffer, questionEnd: number): Response | undefined {
  const counts = [message.readUInt16BE(6), message.readUInt16BE(8), message.readUInt16BE(10)] as const;
  if (counts[0] + counts[1] + counts[2] > MAX_RECORDS) return undefined;
  const reading = new Reading(message, questionEnd);
  for (const [section, count] of counts.entries()) {
    for (let record = 0; record < count && !reading.isAtOpt; record += 1) if (!reading.take(section)) return undefined;
  }
  const word = message.readUInt16BE(2);
  // NOTE What stands behind OPT is left out with it: it is additional, and nothing before it points there.
  const bytes = Buffer.from(message.subarray(0, reading.at));
  bytes.writeUInt16BE(reading.additional, 10);
  return {
    ...{ bytes, rcode: (word & 15) | (reading.extended << 4), ttlPlaces: reading.ttlPlaces },
    ...{
      ttl: reading.ttlPlaces.length === 0 ? 0 : reading.ttl,
      targets: reading.targets,
      addresses: reading.addresses,
    },
    isTruncated: (word & flags.TC) !== 0,
  };
}

class Reading {
  at: number;
  additional = 0;
  extended = 0;
  isAtOpt = false;
  ttl = MAX_TTL;
  readonly ttlPlaces: number[] = [];
  readonly targets: string[] = [];
  readonly addresses: string[] = [];
  #message: Buffer;

  constructor(message: Buffer, at: number) {
    this.#message = message;
    this.at = at;
  }

  take(section: number): boolean {
    const message = this.#message;
    const name = skipName(message, this.at);
    if (name === undefined || name + 10 > message.length) return false;
    const type = message.readUInt16BE(name);
    const data = name + 10;
    const end = data + message.readUInt16BE(name + 8);
    if (end > message.length) return false;
    if (type === types.OPT) {
      this.isAtOpt = true;
      this.extended = message[name + 4] ?? 0;
      return section === 2;
    }
    this.ttlPlaces.push(name + 4);
    const ttl = message.readUInt32BE(name + 4);
    this.ttl = Math.min(this.ttl, ttl > MAX_TTL ? 0 : ttl);
    // The last number of an SOA says how long "there is none" may be kept (RFC 2308).
    if (type === types.SOA && section === 1 && end - data >= 22)
      this.ttl = Math.min(this.ttl, message.readUInt32BE(end - 4));
    if (section === 2) this.additional += 1;
    this.at = end;
    return section !== 0 || this.#look(type, data, end);
  }

  #look(type: number, data: number, end: number): boolean {
    const message = this.#message;
    if (type === types.CNAME || type === types.DNAME) return this.#target(data);
    if (type === types.SVCB || type === types.HTTPS) return end - data >= 3 && this.#target(data + 2);
    if (type === types.A && end - data === 4) this.addresses.push(message.subarray(data, end).join("."));
    if (type === types.AAAA && end - data === 16) this.addresses.push(textOfV6(message.subarray(data, end)));
    return true;
  }

  #target(at: number): boolean {
    const name = nameAt(this.#message, at);
    if (name === undefined) return false;
    if (name !== "") this.targets.push(name);
    return true;
  }
}

function textOfV6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

/** A name anywhere in a message, pointers followed; in lower case. */
export function nameAt(message: Buffer, from: number): string | undefined {
  let at = from;
  let text = "";
  for (let jump = 0; jump < MAX_JUMPS + 128; jump += 1) {
    const size = message[at];
    if (size === undefined) return undefined;
    if (size === 0) return text.toLowerCase();
    if (size >= 192) {
      const to = ((size & 63) << 8) | (message[at + 1] ?? 0);
      // A pointer leads back, so that no message can go round in circles.
      if (to >= at) return undefined;
      at = to;
      continue;
    }
    if (size > 63 || at + 1 + size > message.length || text.length + size > 254) return undefined;
    text += `${text === "" ? "" : "."}${message.toString("latin1", at + 1, at + 1 + size)}`;
    at += size + 1;
  }
  return undefined;
}

/** Writes a response for one client: its id, its spelling of the name, its flags, lifetimes that are not longer than they may be. */
export function writeResponse(
  response: Response,
  to: { readonly bytes: Buffer; readonly query: Query; readonly ageSeconds: number; readonly maxTtl: number },
): Buffer {
  const { query } = to;
  const opt = query.edns === undefined ? undefined : optRecord(query, { rcode: response.rcode });
  const { length } = response.bytes;
  const reply = Buffer.allocUnsafe(length + (opt?.length ?? 0));
  response.bytes.copy(reply);
  to.bytes.copy(reply, 0, 0, 2);
  to.bytes.copy(reply, 12, 12, query.end);
  const word = response.bytes.readUInt16BE(2) & ~(flags.RD | flags.CD | flags.TC | flags.AA);
  reply.writeUInt16BE(word | flags.QR | flags.RA | (query.flags & (flags.RD | flags.CD)), 2);
  for (const place of response.ttlPlaces) {
    const left = Math.max(0, response.bytes.readUInt32BE(place) - to.ageSeconds);
    if (left > to.maxTtl) reply.writeUInt32BE(to.maxTtl, place);
    else reply.writeUInt32BE(left, place);
  }
  if (opt !== undefined) {
    opt.copy(reply, length);
    reply.writeUInt16BE(response.bytes.readUInt16BE(10) + 1, 10);
  }
  return reply;
}

/** Whether a response can be kept. */
export function isCacheable({ rcode, ttl }: Response): boolean {
  return ttl > 0 && (rcode === rcodes.NOERROR || rcode === rcodes.NXDOMAIN);
}
