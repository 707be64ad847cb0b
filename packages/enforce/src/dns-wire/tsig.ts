import type { Instant } from "@causeway/base";
import { createHmac, timingSafeEqual } from "node:crypto";
import { lastRecord, type RawRecord } from "./last-record.ts";
import { readName, writeName } from "./names.ts";

/** The one algorithm that is spoken; RFC 8945 asks everybody for it. */
export const TSIG_ALGORITHM = "hmac-sha256";
const TSIG = 250;
const ANY = 255;
const FUDGE_S = 300;
const MAC_BYTES = 32;
const ADDITIONAL_COUNT = 10;

/** What is wrong with a signature, as RFC 8945 numbers it. */
export const tsigErrors = { BADSIG: 16, BADKEY: 17, BADTIME: 18, BADTRUNC: 22 } as const;
export type TsigError = keyof typeof tsigErrors;

/** A secret that two name servers share. */
export interface TsigKey {
  /** In lower case. */
  readonly name: string;
  readonly secret: Buffer;
}

/** What a message's signature turned out to be. */
export type TsigChecked =
  | { readonly kind: "unsigned" }
  | { readonly kind: "malformed" }
  | { readonly kind: "good"; readonly key: TsigKey; readonly mac: Buffer; readonly bytes: Buffer }
  | {
      readonly kind: "bad";
      readonly error: TsigError;
      readonly keyName: string;
      readonly key?: TsigKey;
      readonly mac?: Buffer;
    };

interface Signing {
  readonly key: TsigKey;
  readonly now: Instant;
  /** The signature of the request that is answered, or of the message before this one of the same answer. */
  readonly prior?: Buffer;
  /** Of the second and later messages of one answer only the time is signed beside the message (RFC 8945, 5.3.1). */
  readonly isLater?: boolean;
  readonly error?: TsigError;
}

/** Signs a message; gives it with its signature, and the signature by itself for what follows. */
export function signMessage(message: Buffer, signing: Signing): { readonly bytes: Buffer; readonly mac: Buffer } {
  const timers = timersOf(signing.now);
  const error = signing.error === undefined ? 0 : tsigErrors[signing.error];
  const other = signing.error === "BADTIME" ? timers.subarray(0, 6) : Buffer.alloc(0);
  const mac = macOf({ ...signing, message, timers, tail: tailOf(error, other) });
  return { bytes: appended(message, { keyName: signing.key.name, timers, mac, error, other }), mac };
}

/** Says in an answer why the request's signature is not taken, without signing (RFC 8945, 5.3.2): there is no key that both share. */
export function refuseSignature(
  message: Buffer,
  refused: { readonly keyName: string; readonly error: TsigError; readonly now: Instant },
): Buffer {
  const { keyName, now } = refused;
  const error = tsigErrors[refused.error];
  return appended(message, { keyName, timers: timersOf(now), mac: Buffer.alloc(0), error, other: Buffer.alloc(0) });
}

/** Looks at a message's signature. The bytes of a good one come back as they were before it was signed. */
export function checkSignature(
  bytes: Buffer,
  keys: readonly TsigKey[],
  at: { readonly now: Instant; readonly prior?: Buffer; readonly isLater?: boolean },
): TsigChecked {
  const record = lastRecord(bytes);
  if (record === undefined) return { kind: "malformed" };
  if (record === "none" || record.type !== TSIG) return { kind: "unsigned" };
  const signature = readSignature(record);
  const isPlaced = record.class === ANY && record.ttl === 0 && bytes.readUInt16BE(ADDITIONAL_COUNT) > 0;
  if (signature === undefined || !isPlaced) return { kind: "malformed" };
  const keyName = record.name;
  const key = keys.find((one) => one.name === keyName);
  if (key === undefined || signature.algorithm !== TSIG_ALGORITHM) return { kind: "bad", error: "BADKEY", keyName };
  const { mac, timers, tail, originalId } = signature;
  if (mac.length !== MAC_BYTES)
    return { kind: "bad", error: mac.length > 0 && mac.length < MAC_BYTES ? "BADTRUNC" : "BADSIG", keyName };
  const message = Buffer.from(bytes.subarray(0, record.start));
  message.writeUInt16BE(bytes.readUInt16BE(ADDITIONAL_COUNT) - 1, ADDITIONAL_COUNT);
  const signed = Buffer.from(message);
  signed.writeUInt16BE(originalId, 0);
  if (!timingSafeEqual(macOf({ ...at, key, message: signed, timers, tail }), mac))
    return { kind: "bad", error: "BADSIG", keyName };
  const off = Math.abs(Math.floor(at.now / 1000) - timers.readUIntBE(0, 6));
  if (off > timers.readUInt16BE(6)) return { kind: "bad", error: "BADTIME", keyName, key, mac };
  return { kind: "good", key, mac, bytes: message };
}

function timersOf(now: Instant): Buffer {
  const timers = Buffer.alloc(8);
  timers.writeUIntBE(Math.floor(now / 1000), 0, 6);
  timers.writeUInt16BE(FUDGE_S, 6);
  return timers;
}

function tailOf(error: number, other: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(error, 0);
  head.writeUInt16BE(other.length, 2);
  return Buffer.concat([head, other]);
}

/** The keyed hash over what RFC 8945, 4.3 lists, in its order. */
function macOf(over: {
  readonly key: TsigKey;
  readonly message: Buffer;
  readonly timers: Buffer;
  readonly tail: Buffer;
  readonly prior?: Buffer;
  readonly isLater?: boolean;
}): Buffer {
  const hash = createHmac("sha256", over.key.secret);
  if (over.prior !== undefined) hash.update(withLength(over.prior));
  hash.update(over.message);
  if (over.isLater === true) return hash.update(over.timers).digest();
  const anyAndNoTtl = Buffer.of(0, ANY, 0, 0, 0, 0);
  hash.update(writeName(over.key.name)).update(anyAndNoTtl).update(writeName(TSIG_ALGORITHM));
  return hash.update(over.timers).update(over.tail).digest();
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length, 0);
  return Buffer.concat([length, bytes]);
}

function appended(
  message: Buffer,
  record: {
    readonly keyName: string;
    readonly timers: Buffer;
    readonly mac: Buffer;
    readonly error: number;
    readonly other: Buffer;
  },
): Buffer {
  const id = message.subarray(0, 2);
  const data = Buffer.concat([
    ...[writeName(TSIG_ALGORITHM), record.timers, withLength(record.mac), id, tailOf(record.error, record.other)],
  ]);
  const head = Buffer.of(0, TSIG, 0, ANY, 0, 0, 0, 0);
  const bytes = Buffer.concat([message, writeName(record.keyName), head, withLength(data)]);
  bytes.writeUInt16BE(message.readUInt16BE(ADDITIONAL_COUNT) + 1, ADDITIONAL_COUNT);
  return bytes;
}

interface Signature {
  readonly algorithm: string;
  readonly timers: Buffer;
  readonly mac: Buffer;
  readonly originalId: number;
  readonly tail: Buffer;
}

function readSignature({ data }: RawRecord): Signature | undefined {
  const algorithm = readName(data, 0);
  if (algorithm === undefined || data.length < algorithm.end + 16) return undefined;
  const timers = data.subarray(algorithm.end, algorithm.end + 8);
  const macStart = algorithm.end + 10;
  const macEnd = macStart + data.readUInt16BE(algorithm.end + 8);
  if (data.length < macEnd + 6) return undefined;
  const tail = data.subarray(macEnd + 2);
  if (tail.length !== 4 + tail.readUInt16BE(2)) return undefined;
  const mac = data.subarray(macStart, macEnd);
  return { algorithm: algorithm.name, timers, mac, originalId: data.readUInt16BE(macEnd), tail };
}
