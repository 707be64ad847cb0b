import { isIPv4 } from "node:net";
import { BLOCK_TTL, flags, IN, PLAIN_UDP_SIZE, rcodes, types, UDP_SIZE } from "./constants.ts";
import type { Query } from "./query.ts";

/** Extended errors (RFC 8914) that are said to clients of EDNS. */
export const extendedErrors = { blocked: 15, notReady: 14, noReachableAuthority: 22 } as const;

/** What a reply of our own is made of. */
interface Made {
  readonly rcode: number;
  readonly records?: Buffer;
  readonly answers?: number;
  readonly authorities?: number;
  readonly isTruncated?: boolean;
  readonly extendedError?: number;
}

/** Question and header bytes of the query, records of ours, and OPT where the client speaks EDNS. */
export function makeReply(bytes: Buffer, query: Query, made: Made): Buffer {
  const { records = NONE } = made;
  const opt = query.edns === undefined ? NONE : optRecord(query, made);
  const reply = Buffer.allocUnsafe(query.end + records.length + opt.length);
  bytes.copy(reply, 0, 0, query.end);
  reply.writeUInt16BE(replyFlags(query, made), 2);
  reply.writeUInt16BE(1, 4);
  reply.writeUInt16BE(made.answers ?? 0, 6);
  reply.writeUInt16BE(made.authorities ?? 0, 8);
  reply.writeUInt16BE(opt.length === 0 ? 0 : 1, 10);
  records.copy(reply, query.end);
  opt.copy(reply, query.end + records.length);
  return reply;
}

const NONE = Buffer.alloc(0);

function replyFlags(query: Query, { rcode, isTruncated }: Made): number {
  const kept = query.flags & (flags.RD | flags.CD);
  return flags.QR | flags.RA | kept | (isTruncated === true ? flags.TC : 0) | (rcode & 15);
}

/** The OPT record of a reply. */
export function optRecord(query: Query, made: { readonly rcode: number; readonly extendedError?: number }): Buffer {
  const { extendedError } = made;
  const opt = Buffer.alloc(extendedError === undefined ? 11 : 17);
  opt.writeUInt16BE(types.OPT, 1);
  opt.writeUInt16BE(UDP_SIZE, 3);
  opt[5] = made.rcode >> 4;
  if (query.edns?.isDnssec === true) opt[7] = 0x80;
  if (extendedError === undefined) return opt;
  opt.writeUInt16BE(6, 9);
  opt.writeUInt16BE(15, 11);
  opt.writeUInt16BE(2, 13);
  opt.writeUInt16BE(extendedError, 15);
  return opt;
}

/** A reply with a code and nothing else. */
export function errorReply(bytes: Buffer, query: Query, rcode: number): Buffer {
  const error = rcode === rcodes.SERVFAIL ? { extendedError: extendedErrors.noReachableAuthority } : {};
  return makeReply(bytes, query, { rcode, ...error });
}

/** A reply to what could not be read as a query: the header alone. */
export function headerReply(bytes: Buffer, rcode: number): Buffer {
  const reply = Buffer.alloc(12);
  bytes.copy(reply, 0, 0, 2);
  reply.writeUInt16BE(flags.QR | (bytes.readUInt16BE(2) & (0x7800 | flags.RD)) | rcode, 2);
  return reply;
}

/** A reply that says that the whole of it is to be asked for over TCP. */
export function truncatedReply(bytes: Buffer, query: Query, rcode: number): Buffer {
  return makeReply(bytes, query, { rcode, isTruncated: true });
}

/** The SOA of "blocked": it says how long that may be kept, and nothing else. Its owner is the name that was asked for. */
const SOA = Buffer.concat([
  Buffer.from([0xc0, 12, 0, types.SOA, 0, IN, 0, 0, 0, BLOCK_TTL, 0, 22, 0, 0]),
  ...[1, 3600, 600, 86_400, BLOCK_TTL].map((number) => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(number);
    return word;
  }),
]);

/** How blocked names are answered. */
export interface BlockAnswer {
  /** Addresses of a page of ours; none: the name does not exist. */
  readonly v4: readonly Buffer[];
  readonly v6: readonly Buffer[];
}

/** Reads the addresses that blocked names are answered with. */
export function blockAnswerOf(addresses: readonly string[]): BlockAnswer {
  const v4 = addresses.filter(isIPv4).map((one) => Buffer.from(one.split(".").map(Number)));
  return { v4, v6: addresses.filter((one) => one.includes(":")).map(bytesOfV6) };
}

function bytesOfV6(address: string): Buffer {
  const [head = "", tail = ""] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::");
  const groups = (text: string): readonly number[] =>
    text === "" ? [] : text.split(":").map((one) => Number.parseInt(one, 16));
  const [before, after] = [groups(head), groups(tail)];
  const bytes = Buffer.alloc(16);
  before.forEach((group, at) => bytes.writeUInt16BE(group, at * 2));
  after.forEach((group, at) => bytes.writeUInt16BE(group, 16 - (after.length - at) * 2));
  return bytes;
}

/** The reply for a blocked name, of whatever type it is asked for. */
export function blockReply(bytes: Buffer, query: Query, answer: BlockAnswer): Buffer {
  const error = { extendedError: extendedErrors.blocked };
  const isPage = answer.v4.length + answer.v6.length > 0;
  const found = query.type === types.A ? answer.v4 : query.type === types.AAAA ? answer.v6 : [];
  if (found.length === 0)
    return makeReply(bytes, query, {
      ...{ rcode: isPage ? rcodes.NOERROR : rcodes.NXDOMAIN, records: SOA, authorities: 1 },
      ...error,
    });
  const records = Buffer.concat(found.map((data) => record(query.type, data)));
  return makeReply(bytes, query, { rcode: rcodes.NOERROR, records, answers: found.length, ...error });
}

function record(type: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0xc0, 12, 0, type, 0, IN, 0, 0, 0, BLOCK_TTL, 0, data.length]), data]);
}

const HINFO_DATA = Buffer.concat([Buffer.from([7]), Buffer.from("RFC8482"), Buffer.from([0])]);

/** The reply to ANY: one small record, so that nobody makes a weapon of it (RFC 8482). */
export function anyReply(bytes: Buffer, query: Query): Buffer {
  const records = record(types.HINFO, HINFO_DATA);
  return makeReply(bytes, query, { rcode: rcodes.NOERROR, records, answers: 1 });
}

/** How long a reply over UDP may be. */
export function udpSizeOf({ edns }: Query): number {
  return edns === undefined ? PLAIN_UDP_SIZE : Math.min(UDP_SIZE, Math.max(PLAIN_UDP_SIZE, edns.size));
}
