import { parseUserId, type UserId } from "@causeway/base";
import { signaturesIn, type Identities, type Identity, type KeyJson } from "./identities.ts";
import { isSignedBy, publicKeyOf } from "./signatures.ts";

type Fault = { readonly errcode: "M_INVALID_SIGNATURE" | "M_NOT_FOUND"; readonly error: string };

/** Takes uploaded signatures: each is checked with the signer's own key, and kept beside the key that it is on. */
export class SignatureUpload {
  #identities: Identities;
  #signer: UserId;

  constructor(identities: Identities, signer: UserId) {
    this.#identities = identities;
    this.#signer = signer;
  }

  /** Keeps what is good; answers with what is not, by user and key. */
  async take(
    uploaded: Readonly<Record<string, Readonly<Record<string, KeyJson>>>>,
  ): Promise<Record<string, Record<string, Fault>>> {
    const faults: Record<string, Record<string, Fault>> = {};
    for (const [name, keys] of Object.entries(uploaded)) {
      const target = parseUserId(name);
      for (const [key, signed] of Object.entries(keys)) {
        const fault = target === undefined ? missing() : await this.#takeOne(target, key, signed);
        if (fault !== undefined) (faults[name] ??= {})[key] = fault;
      }
    }
    return faults;
  }

  async #takeOne(target: UserId, name: string, signed: KeyJson): Promise<Fault | undefined> {
    const identity = await this.#identities.of(target);
    const present = findKey(identity, name);
    if (present === undefined) return missing();
    let taken = 0;
    for (const [keyId, signature] of Object.entries(signaturesIn(signed)[this.#signer] ?? {})) {
      const publicKey = await this.#ownKey(keyId, target);
      if (publicKey === undefined || typeof signature !== "string") continue;
      const carried = { ...present, signatures: { [this.#signer]: { [keyId]: signature } } };
      if (!isSignedBy(carried, { user: this.#signer, keyId, publicKey })) return invalid();
      await this.#identities.putSignature(target, {
        target_key: name,
        signer: this.#signer,
        signer_key: keyId,
        signature,
      });
      taken += 1;
    }
    return taken > 0 ? undefined : invalid();
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

function missing(): Fault {
  return { errcode: "M_NOT_FOUND", error: "There is no such key." };
}

function invalid(): Fault {
  return { errcode: "M_INVALID_SIGNATURE", error: "The signature is not good." };
}
