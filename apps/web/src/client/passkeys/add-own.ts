import type { CausewayApi } from "../causeway-api.ts";
import type { EncryptionModel } from "../encryption/encryption.ts";
import type { Proof } from "../step-up.ts";
import { askPasskey, canUnlock, makePasskey, unlockOptions } from "./ceremony.ts";
import type { PasskeyFault } from "./passkey-fault.ts";
import { addPasskey, passkeyCreation, type PasskeyView } from "./passkeys.ts";

/** What came of adding a passkey. */
export type Added =
  | { readonly kind: "fault"; readonly fault: PasskeyFault }
  | {
      readonly kind: "added";
      readonly passkey: PasskeyView;
      /** Whether it lets new devices read everything; or would, had it been asked once more. */
      readonly opens: "yes" | "no" | "once-more";
    };

/** What it is added with. */
export interface Adding {
  readonly api: CausewayApi;
  readonly encryption: EncryptionModel;
  /** Runs something that the server wants a proof for; undefined when the person did not give it. */
  readonly confirm: <T>(work: (auth: Proof | undefined) => Promise<T>) => Promise<T | undefined>;
}

/** Adds a passkey of a name, and seals the key of secret storage for it where it can open things. Undefined when the person let it be. */
export async function addOwnPasskey({ api, encryption, confirm }: Adding, name: string): Promise<Added | undefined> {
  const options = await confirm((auth) => passkeyCreation(api, auth));
  if (options === undefined) return undefined;
  const made = await makePasskey(options);
  if (!made.ok) return { kind: "fault", fault: made.fault };
  const passkey = await addPasskey(api, name, made.response);
  if (!canUnlock(made.response) || !encryption.canSeal()) return { kind: "added", passkey, opens: "no" };
  // Some authenticators open things only when they are asked, not while they make a passkey.
  if (made.unlock === undefined) return { kind: "added", passkey, opens: await letOpen(encryption, passkey) };
  const isSealed = await encryption.sealFor(made.unlock).catch(() => false);
  return { kind: "added", passkey, opens: isSealed ? "yes" : "once-more" };
}

async function letOpen(encryption: EncryptionModel, passkey: PasskeyView): Promise<"yes" | "once-more"> {
  const fault = await letPasskeyOpen(encryption, passkey).catch(() => "surprise" as const);
  return fault === undefined ? "yes" : "once-more";
}

/** Asks for a passkey and seals the key of secret storage for it; says why not. */
export async function letPasskeyOpen(
  encryption: EncryptionModel,
  passkey: PasskeyView,
): Promise<PasskeyFault | undefined> {
  const given = await askPasskey(unlockOptions([passkey]));
  if (!given.ok) return given.fault;
  if (given.unlock === undefined) return "unsupported";
  return (await encryption.sealFor(given.unlock)) ? undefined : "surprise";
}
