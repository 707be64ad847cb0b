import { canonicalJson } from "@causeway/base";
import type { Person } from "@causeway/testkit";
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** A signing key as a client has it. */
export interface SigningKey {
  readonly publicKey: string;
  readonly secret: KeyObject;
}

/** Makes a signing key. */
export function signingKey(): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { x = "" } = publicKey.export({ format: "jwk" });
  return {
    publicKey: Buffer.from(x, "base64url").toString("base64").replace(/=+$/, ""),
    secret: privateKey,
  };
}

/** The object with a signature more. */
export function signed(
  object: Readonly<Record<string, unknown>>,
  by: { readonly user: string; readonly keyId: string; readonly key: SigningKey },
): Record<string, unknown> {
  const { signatures, unsigned: _unsigned, ...rest } = object;
  const text = canonicalJson(rest);
  const signature = sign(null, Buffer.from(text), by.key.secret).toString("base64").replace(/=+$/, "");
  const all: Record<string, object> = { ...Object(signatures) };
  return { ...rest, signatures: { ...all, [by.user]: { ...all[by.user], [`ed25519:${by.keyId}`]: signature } } };
}

/** The keys of a device, signed by itself. */
export function deviceKeys(person: Pick<Person, "userId" | "deviceId">, key: SigningKey): Record<string, unknown> {
  const { userId, deviceId } = person;
  const keys = {
    user_id: userId,
    device_id: deviceId,
    algorithms: ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
    keys: { [`curve25519:${deviceId}`]: "curve", [`ed25519:${deviceId}`]: key.publicKey },
  };
  return signed(keys, { user: userId, keyId: deviceId, key });
}

/** A cross-signing key; all but the master key are signed by it. */
export function crossSigningKey(
  user: string,
  usage: "master" | "self_signing" | "user_signing",
  keys: { readonly key: SigningKey; readonly master?: SigningKey },
): Record<string, unknown> {
  const { key, master } = keys;
  const object = { user_id: user, usage: [usage], keys: { [`ed25519:${key.publicKey}`]: key.publicKey } };
  return master === undefined ? object : signed(object, { user, keyId: master.publicKey, key: master });
}

/** A whole identity, ready to be uploaded. */
export interface TestIdentity {
  readonly master: SigningKey;
  readonly selfSigning: SigningKey;
  readonly userSigning: SigningKey;
  readonly body: Record<string, Record<string, unknown>>;
}

/** Makes an identity. */
export function identity(user: string): TestIdentity {
  const [master, selfSigning, userSigning] = [signingKey(), signingKey(), signingKey()];
  return {
    master,
    selfSigning,
    userSigning,
    body: {
      master_key: crossSigningKey(user, "master", { key: master }),
      self_signing_key: crossSigningKey(user, "self_signing", { key: selfSigning, master }),
      user_signing_key: crossSigningKey(user, "user_signing", { key: userSigning, master }),
    },
  };
}
