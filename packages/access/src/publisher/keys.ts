import { canonicalJson, type Instant } from "@causeway/base";
import { writeDurably } from "@causeway/platform";
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

/** The file's name in a data directory; backups take every `.key`. */
const FILE = "policy.key";

const fileShape = z.strictObject({
  /** Rises with every change of the keys. */
  serial: z.number().int(),
  /** The last one is the newest. */
  keys: z
    .array(
      z.strictObject({
        id: z.string().regex(/^ed25519:p_[0-9a-f]+$/),
        seed: z.string(),
        until: z.number().int().optional(),
      }),
    )
    .min(1),
});
type KeyFile = z.output<typeof fileShape>;

/** A key that policies are signed with, as points know it. */
export interface PolicyVerifyKey {
  readonly id: string;
  /** Unpadded base64. */
  readonly public_key: string;
  /** It signs nothing from then on. */
  readonly until?: number;
}

interface LiveKey extends PolicyVerifyKey {
  readonly private: KeyObject;
}

/**
 * The keys that policies are signed with. While one follows another both sign, so that a point that knows either is served; the list
 * of keys is signed by all of them too, so that who trusts one learns of the next.
 */
export class PolicyKeys {
  #path: string;
  #installation: string;
  #file: KeyFile;
  #live: readonly LiveKey[] = [];

  /** Reads the keys of a data directory, or makes the first one. */
  constructor(directory: string, installation: string) {
    this.#path = `${directory}/${FILE}`;
    this.#installation = installation;
    if (!existsSync(this.#path)) writeDurably(this.#path, textOf({ serial: 1, keys: [newKey()] }));
    this.#file = fileShape.parse(JSON.parse(readFileSync(this.#path, "utf8")));
    this.#open();
  }

  /** The keys that sign, the newest last. */
  keys(): readonly PolicyVerifyKey[] {
    return this.#live.map(({ private: _private, ...key }) => key);
  }

  /** Signatures of a text by each key. */
  sign(text: string): Readonly<Record<string, string>> {
    const bytes = Buffer.from(text);
    return Object.fromEntries(this.#live.map((key) => [key.id, unpadded(sign(null, bytes, key.private))]));
  }

  /** The list of keys as a signed envelope. */
  list(): string {
    const signed = canonicalJson({
      format: 1,
      installation: this.#installation,
      serial: this.#file.serial,
      keys: this.keys(),
    });
    return JSON.stringify({ signed, signatures: this.sign(signed) });
  }

  /** Begins a new key; those before sign beside it until then. */
  roll(now: Instant, keepUntil: Instant): PolicyVerifyKey {
    const { serial, keys } = this.#file;
    const ending = keys.map((key) => ({ ...key, until: Math.min(key.until ?? keepUntil, keepUntil) }));
    this.#write({ serial: serial + 1, keys: [...ending, newKey()] });
    this.retire(now);
    const key = this.keys().at(-1);
    if (key === undefined) throw new Error("there is no key after a new one was made");
    return key;
  }

  /** Forgets keys whose time is over; whether there were any. */
  retire(now: Instant): boolean {
    const { serial, keys } = this.#file;
    const kept = keys.filter((key) => key.until === undefined || key.until > now);
    if (kept.length === keys.length || kept.length === 0) return false;
    this.#write({ serial: serial + 1, keys: kept });
    return true;
  }

  #write(file: KeyFile): void {
    writeDurably(this.#path, textOf(file));
    this.#file = file;
    this.#open();
  }

  #open(): void {
    this.#live = this.#file.keys.map(({ id, seed, until }) => {
      const key = privateKeyOf(seed);
      const x = createPublicKey(key).export({ format: "jwk" }).x ?? "";
      const publicKey = unpadded(Buffer.from(x, "base64url"));
      return { id, public_key: publicKey, private: key, ...(until === undefined ? {} : { until }) };
    });
  }
}

function textOf(file: KeyFile): string {
  return `${JSON.stringify(file)}\n`;
}

function newKey(): KeyFile["keys"][number] {
  const seed = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" }).d ?? "";
  return { id: `ed25519:p_${randomBytes(4).toString("hex")}`, seed };
}

/** RFC 8410: an ed25519 private key in PKCS #8 is this prefix and the seed. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

function privateKeyOf(seed: string): KeyObject {
  const der = Buffer.concat([PKCS8_PREFIX, Buffer.from(seed, "base64url")]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
