import { Attachment, EncryptedAttachment } from "@matrix-org/matrix-sdk-crypto-wasm";

/** A file as it goes to the server, and what the others need to read it (`EncryptedFile` without its address). */
export interface SealedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly file: Readonly<Record<string, unknown>>;
}

/** Encrypts a file for an encrypted room, with a key of its own. The encryption library does it. */
export function seal(bytes: Uint8Array): SealedFile {
  using sealed = Attachment.encrypt(bytes);
  const info: unknown = JSON.parse(sealed.mediaEncryptionInfo ?? "{}");
  return { bytes: new Uint8Array(sealed.encryptedData), file: Object(info) };
}

/** Decrypts a file; throws when it is not what its sender named. */
export function unseal(bytes: Uint8Array, info: string): Uint8Array<ArrayBuffer> {
  using sealed = new EncryptedAttachment(bytes, info);
  return new Uint8Array(Attachment.decrypt(sealed));
}
