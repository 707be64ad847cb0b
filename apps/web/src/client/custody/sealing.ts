import type * as Age from "age-encryption";

/** What keys and sealed texts are made of here: X25519 keys and texts of the age format (age-encryption.org/v1), armoured. */
export const ALGORITHM = "age.x25519";

/** A pair of keys for sealing. */
export interface SealingPair {
  readonly publicKey: string;
  /** Never leaves the device but into the owner's own secret storage. */
  readonly secretKey: string;
}

/** The package that seals is loaded when something is to be sealed or opened, and not before. */
const loadAge = async (): Promise<typeof Age> => await import("age-encryption");

/** Makes a pair of keys. */
export async function makePair(): Promise<SealingPair> {
  const age = await loadAge();
  const secretKey = await age.generateX25519Identity();
  return { secretKey, publicKey: await age.identityToRecipient(secretKey) };
}

/** The public half of a secret key; undefined for what is none. */
export async function publicKeyOf(secretKey: string): Promise<string | undefined> {
  const age = await loadAge();
  return await age.identityToRecipient(secretKey).catch(() => undefined);
}

/** Whether a public key is one to which this client seals. */
export function isSealingKey(key: { readonly algorithm: string; readonly public_key: string }): boolean {
  return key.algorithm === ALGORITHM && /^age1[02-9ac-hj-np-z]{58}$/.test(key.public_key);
}

/** Seals a text to one key. Throws for what is no key. */
export async function seal(publicKey: string, text: string): Promise<string> {
  const age = await loadAge();
  const encrypter = new age.Encrypter();
  encrypter.addRecipient(publicKey);
  return age.armor.encode(await encrypter.encrypt(text));
}

/** Opens a text that was sealed to one's key; undefined for what was sealed to another one, or was changed since. */
export async function unseal(secretKey: string, sealed: string): Promise<string | undefined> {
  const age = await loadAge();
  try {
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(secretKey);
    return await decrypter.decrypt(age.armor.decode(sealed), "text");
  } catch {
    return undefined;
  }
}
