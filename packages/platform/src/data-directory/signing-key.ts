import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerName } from "@causeway/base";
import { DataDirectoryError } from "./data-directory.ts";
import { writeDurably } from "./durable-file.ts";

/** The name of the key's file in a data directory and in a backup. */
export const signingKeyFile = "signing.key";

/** The server's signing key, and how it signs. */
export interface ServerSigner {
  readonly serverName: ServerName;
  /** `ed25519:<id>`. */
  readonly keyId: string;
  /** Unpadded base64, as every text here. */
  readonly publicKey: string;
  readonly privateKey: KeyObject;
  sign(text: string): string;
  sha256(text: string): string;
}

/** Reads the server's signing key of a data directory, or makes one: `ed25519 <key id> <seed in base64>` on one line, mode 600. */
export function openSigner(directory: { readonly path: string }, serverName: ServerName): ServerSigner {
  const file = join(directory.path, signingKeyFile);
  // The key must be there after a power cut that leaves what it has signed.
  if (!existsSync(file)) writeDurably(file, newKeyLine());
  return readSigner(file, serverName);
}

/** Reads a signing key. @throws DataDirectoryError when it is none. */
export function readSigner(file: string, serverName: ServerName): ServerSigner {
  if (!existsSync(file)) throw new DataDirectoryError(`${file}, the server's signing key, is not there`);
  const match = /^ed25519 ([A-Za-z0-9_]+) ([A-Za-z0-9+/]{43})=?\s*$/.exec(readFileSync(file, "utf8"));
  if (match === null) throw new DataDirectoryError(`${file} is not a signing key`);
  const key = privateKeyOf(Buffer.from(match[2] ?? "", "base64"));
  return {
    serverName,
    keyId: `ed25519:${match[1]}`,
    publicKey: unpadded(Buffer.from(createPublicKey(key).export({ format: "jwk" }).x ?? "", "base64url")),
    privateKey: key,
    sign: (text) => unpadded(sign(null, Buffer.from(text), key)),
    sha256: (text) => hash("sha256", text, "base64").replace(/=+$/, ""),
  };
}

function newKeyLine(): string {
  const seed = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }).d ?? "";
  return `ed25519 a_${randomBytes(3).toString("hex")} ${unpadded(Buffer.from(seed, "base64url"))}\n`;
}

/** RFC 8410: an ed25519 private key in PKCS #8 is this prefix and the seed. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

function privateKeyOf(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

const verifiers = new Map<string, KeyObject>();

/** Checks an ed25519 signature with a public key, both unpadded base64 (`VerifySignature` of matrix/events). */
export function verifySignature(publicKey: string, signature: string, text: string): boolean {
  let key = verifiers.get(publicKey);
  if (key === undefined) {
    const x = Buffer.from(publicKey, "base64").toString("base64url");
    key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    verifiers.clear(); // one server has few keys
    verifiers.set(publicKey, key);
  }
  return verify(null, Buffer.from(text), key, Buffer.from(signature, "base64"));
}
