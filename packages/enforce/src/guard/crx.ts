import { createHash, createPublicKey, sign, type KeyObject } from "node:crypto";

const MAGIC = Buffer.from("Cr24");
const VERSION = 3;
/** What the signature is over begins with this, so that it is a signature of nothing else. */
const CONTEXT = Buffer.from("CRX3 SignedData\0");
/** Field numbers of the header (a protocol buffer): proofs by RSA, and what is signed. */
const FIELD = { rsaProof: 2, signedHeader: 10_000, publicKey: 1, signature: 2, extensionId: 1 } as const;

/** The id that a browser gives an extension, by the key that it is signed with. */
export function extensionIdOf(key: KeyObject): string {
  const digits = idBytes(publicDer(key)).toString("hex");
  return [...digits].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join("");
}

/** The public key as a manifest gives it, so that an extension that is not packed has the same id. */
export function manifestKeyOf(key: KeyObject): string {
  return publicDer(key).toString("base64");
}

/** Signs a zipped extension (CRX, version 3, RSA with SHA-256). */
export function signCrx(zip: Uint8Array, key: KeyObject): Buffer {
  const publicKey = publicDer(key);
  const signedHeader = field(FIELD.extensionId, idBytes(publicKey));
  const signature = sign("sha256", Buffer.concat([CONTEXT, uint32(signedHeader.length), signedHeader, zip]), key);
  const proof = Buffer.concat([field(FIELD.publicKey, publicKey), field(FIELD.signature, signature)]);
  const header = Buffer.concat([field(FIELD.rsaProof, proof), field(FIELD.signedHeader, signedHeader)]);
  return Buffer.concat([MAGIC, uint32(VERSION), uint32(header.length), header, zip]);
}

function publicDer(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

function idBytes(publicKey: Buffer): Buffer {
  return createHash("sha256").update(publicKey).digest().subarray(0, 16);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** A field of bytes in a protocol buffer. */
function field(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = value;
  while (left > 127) {
    bytes.push((left & 127) | 128);
    left >>>= 7;
  }
  return Buffer.from([...bytes, left]);
}
