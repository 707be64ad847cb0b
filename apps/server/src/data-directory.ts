import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  randomBytes,
  sign,
  type KeyObject,
} from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ServerName } from "@causeway/base";
import type { Signer } from "@causeway/matrix-rooms";

/** A data directory that cannot be used, with what to do about it. */
export class DataDirectoryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "DataDirectoryError";
  }
}

const MARKER = "causeway-data";
const KEY_FILE = "signing.key";
const LOCK_FILE = "server.pid";

/** The directory that holds everything that a server keeps. */
export interface DataDirectory {
  readonly path: string;
  readonly database: string;
  readonly media: string;
  /** Whether the directory was empty before this start. */
  readonly isNew: boolean;
  /** Gives the directory to the next server. */
  release(): void;
}

/** Prepares a directory, mode 700, for one server alone. Refuses one that holds other things. */
export function openDataDirectory(path: string): DataDirectory {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const present = readdirSync(path).filter((name) => name !== "causeway.yaml");
  const isNew = present.length === 0;
  if (!isNew && !present.includes(MARKER)) {
    throw new DataDirectoryError(`${path} holds files that Causeway did not make; name an empty directory with --data`);
  }
  lock(join(path, LOCK_FILE));
  if (isNew)
    writeFileSync(join(path, MARKER), "This directory belongs to Causeway. Back it up with `causeway backup`.\n", {
      mode: 0o600,
    });
  return {
    path,
    database: join(path, "causeway.db"),
    media: join(path, "media"),
    isNew,
    release: () => rmSync(join(path, LOCK_FILE), { force: true }),
  };
}

function lock(file: string): void {
  if (existsSync(file)) {
    const owner = Number(readFileSync(file, "utf8"));
    if (isServer(owner))
      throw new DataDirectoryError(`another server (process ${owner}) uses this data directory; stop it first`);
  }
  writeFileSync(file, String(process.pid), { mode: 0o600 });
}

/** Whether a process of this number is alive and not this one: after a crash the number may be gone, or reused by this very process. */
function isServer(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && Reflect.get(error, "code") === "EPERM";
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("server/src/main.ts");
  } catch {
    return true; // no /proc here: an owner that lives is believed
  }
}

/** The server's signing key, and how it signs. */
export interface ServerSigner extends Signer {
  readonly publicKey: string;
  readonly privateKey: KeyObject;
}

/** Reads the server's signing key, or makes one: `ed25519 <key id> <seed in base64>` on one line, mode 600. */
export function openSigner(directory: DataDirectory, serverName: ServerName): ServerSigner {
  const file = join(directory.path, KEY_FILE);
  if (!existsSync(file)) writeFileSync(file, newKeyLine(), { mode: 0o600, flag: "wx" });
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
