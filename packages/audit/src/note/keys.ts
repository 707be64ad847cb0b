import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from "node:crypto";

/** What a key's signature is a signature of: the note itself, or a witness's statement about a checkpoint. */
export type KeyKind = "note" | "cosignature" | "cosignature-mldsa";

/** The kinds by the byte that stands for them (C2SP signed-note, "Signature types"), with how a raw public key becomes one that can be used. */
const KINDS: Readonly<Record<number, { readonly kind: KeyKind; readonly prefix: string; readonly bytes: number }>> = {
  1: { kind: "note", prefix: "302a300506032b6570032100", bytes: 32 },
  4: { kind: "cosignature", prefix: "302a300506032b6570032100", bytes: 32 },
  6: { kind: "cosignature-mldsa", prefix: "30820532300b06096086480165030403110382052100", bytes: 1312 },
};

/** A public key with the name that it signs under. */
export interface Verifier {
  readonly name: string;
  /** Eight hexadecimal digits: a hint, not a proof. */
  readonly id: string;
  readonly kind: KeyKind;
  /** `name+id+key`, as it is handed on (C2SP signed-note, "Verifier keys"). */
  readonly vkey: string;
  verify(message: Uint8Array, signature: Uint8Array): boolean;
}

/** A private key that signs notes. */
export interface NoteSigner extends Verifier {
  sign(message: Uint8Array): Uint8Array;
}

const NAME = /^[^\s+\p{White_Space}\p{Cc}]{1,255}$/u;

/** Whether something can be the name of a key. */
export function isKeyName(name: string): boolean {
  return NAME.test(name) && name.isWellFormed();
}

function idOf(name: string, typed: Uint8Array): string {
  return hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), typed]), "hex").slice(0, 8);
}

/** Reads a public key `name+id+base64`, or returns undefined. */
export function parseVkey(text: string): Verifier | undefined {
  const [, name = "", id = "", base64 = ""] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  const typed = Buffer.from(base64, "base64");
  if (!isKeyName(name) || typed.toString("base64") !== base64 || idOf(name, typed) !== id) return undefined;
  const known = KINDS[typed[0] ?? 0];
  if (known === undefined || typed.length !== 1 + known.bytes) return undefined;
  const der = Buffer.concat([Buffer.from(known.prefix, "hex"), typed.subarray(1)]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return {
    name,
    id,
    kind: known.kind,
    vkey: text,
    verify: (message, signature) => verify(null, message, key, signature),
  };
}

/** The key pair of a name from the 32 bytes of its secret. */
export function signerOf(name: string, seed: Uint8Array): NoteSigner {
  const key = createPrivateKey({
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]),
    format: "der",
    type: "pkcs8",
  });
  const typed = Buffer.concat([Buffer.of(1), rawPublic(key)]);
  const verifier = parseVkey(`${name}+${idOf(name, typed)}+${typed.toString("base64")}`);
  if (verifier === undefined) throw new Error("a key needs a name without spaces and plus signs");
  return { ...verifier, sign: (message) => sign(null, message, key) };
}

function rawPublic(key: KeyObject): Uint8Array {
  return Buffer.from(createPublicKey(key).export({ format: "jwk" }).x ?? "", "base64url");
}

/** A private key as it is kept, in the form that Go's `note` package reads: `PRIVATE+KEY+name+id+base64(type ‖ secret)`. */
export function privateKeyLine(signer: NoteSigner, seed: Uint8Array): string {
  return `PRIVATE+KEY+${signer.name}+${signer.id}+${Buffer.concat([Buffer.of(1), seed]).toString("base64")}\n`;
}

/** Reads such a line, or returns undefined. */
export function parsePrivateKey(line: string): NoteSigner | undefined {
  const [, name = "", id = "", base64 = ""] =
    /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})\s*$/.exec(line) ?? [];
  const typed = Buffer.from(base64, "base64");
  if (!isKeyName(name) || typed.length !== 33 || typed[0] !== 1) return undefined;
  const signer = signerOf(name, typed.subarray(1));
  return signer.id === id ? signer : undefined;
}
