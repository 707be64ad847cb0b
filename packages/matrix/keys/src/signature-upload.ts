import { failure, ok, parseUserId, type Result, type UserId } from "@causeway/base";
import { signaturesIn, type Identities, type Identity, type KeyJson } from "./identities.ts";
import { isSignedBy, publicKeyOf } from "./signatures.ts";
import type { SignatureRow } from "./store-devices.ts";

type Fault = { readonly errcode: "M_INVALID_SIGNATURE" | "M_NOT_FOUND"; readonly error: string };

const MISSING: Fault = { errcode: "M_NOT_FOUND", error: "There is no such key." };
const INVALID: Fault = { errcode: "M_INVALID_SIGNATURE", error: "The signature is not good." };
/** Base64 of 64 bytes, with or without padding. */
const SIGNATURE = /^[A-Za-z0-9+/]{86}(?:==)?$/;

/** Takes uploaded signatures: each is checked with the signer's own key, and kept beside the key that it is on. */
export class SignatureUpload {
  #identities: Identities;
  #signer: UserId;
  #maxKeys: number;

  constructor(identities: Identities, signer: UserId, maxKeys: number) {
    this.#identities = identities;
    this.#signer = signer;
    this.#maxKeys = maxKeys;
  }

  /** Keeps what is good; answers with what is not, by user and key. */
  async take(
    uploaded: Readonly<Record<string, Readonly<Record<string, KeyJson>>>>,
  ): Promise<Result<Record<string, Record<string, Fault>>>> {
    const count = Object.values(uploaded).reduce((sum, keys) => sum + Object.keys(keys).length, 0);
    if (count > this.#maxKeys) return failure("M_TOO_LARGE", "These are too many keys for one request.");
    const faults: Record<string, Record<string, Fault>> = {};
    for (const [name, keys] of Object.entries(uploaded)) {
      const target = parseUserId(name);
      const good: SignatureRow[] = [];
      for (const [key, signed] of Object.entries(keys)) {
        const found = target === undefined ? MISSING : await this.#look(target, key, signed);
        if (Array.isArray(found)) good.push(...found);
        else (faults[name] ??= {})[key] = found;
      }
      if (target !== undefined && good.length > 0) await this.#identities.putSignatures(target, this.#signer, good);
    }
    return ok(faults);
  }

  /** The signatures that are good; what is signed must be the key as it was published, or the signature does not fit. */
  async #look(target: UserId, name: string, signed: KeyJson): Promise<SignatureRow[] | Fault> {
    const present = findKey(await this.#identities.of(target), name);
    if (present === undefined) return MISSING;
    const rows: SignatureRow[] = [];
    for (const [keyId, signature] of Object.entries(signaturesIn(signed)[this.#signer] ?? {})) {
      const publicKey = await this.#ownKey(keyId, target);
      if (publicKey === undefined) continue;
      if (typeof signature !== "string" || !SIGNATURE.test(signature)) return INVALID;
      const carried = { ...signed, signatures: { [this.#signer]: { [keyId]: signature } } };
      const kept = { ...present, signatures: carried.signatures };
      const by = { user: this.#signer, keyId, publicKey };
      if (!isSignedBy(kept, by) || !isSignedBy(carried, by)) return INVALID;
      rows.push({ target_key: name, signer: this.#signer, signer_key: keyId, signature });
    }
    return rows.length > 0 ? rows : INVALID;
  }

  /** The signer's key of an id: for their own keys a device's or a cross-signing key, for others' the user-signing key. */
  async #ownKey(keyId: string, target: UserId): Promise<string | undefined> {
    const own = await this.#identities.of(this.#signer);
    for (const row of own.crossSigning) {
      const publicKey = publicKeyOf(JSON.parse(row.key));
      const counts = target === this.#signer || row.usage === "user_signing";
      if (publicKey !== undefined && counts && keyId === `ed25519:${publicKey}`) return publicKey;
    }
    if (target !== this.#signer) return undefined;
    const device = own.devices.find((row) => keyId === `ed25519:${row.device}`);
    const keys: { readonly keys?: Readonly<Record<string, unknown>> } =
      device === undefined ? {} : JSON.parse(device.keys);
    const key = keys.keys?.[keyId];
    return typeof key === "string" ? key : undefined;
  }
}

function findKey(identity: Identity, name: string): KeyJson | undefined {
  const device = identity.devices.find((row) => row.device === name);
  if (device !== undefined) return JSON.parse(device.keys);
  const cross = identity.crossSigning.find((row) => publicKeyOf(JSON.parse(row.key)) === name);
  return cross === undefined ? undefined : JSON.parse(cross.key);
}
