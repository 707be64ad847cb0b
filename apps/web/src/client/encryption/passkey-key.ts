import type { CausewayApi } from "../causeway-api.ts";
import { askPasskey, unlockOptions } from "../passkeys/ceremony.ts";
import type { PasskeyFault } from "../passkeys/passkey-fault.ts";
import { keepSealed, ownPasskeys, type PasskeyView } from "../passkeys/passkeys.ts";
import { openSealed, sealKey, type PasskeyUnlock } from "../passkeys/sealing.ts";

type Key = Uint8Array<ArrayBuffer>;

/** The key of secret storage by way of passkeys: sealed for each that can open things, by this client alone. */
export class PasskeyKey {
  #api: CausewayApi;
  #userId: string;
  /** Of the passkey that one has just signed in with. */
  #unlock: PasskeyUnlock | undefined;

  constructor(api: CausewayApi, userId: string, unlock: PasskeyUnlock | undefined) {
    this.#api = api;
    this.#userId = userId;
    this.#unlock = unlock;
  }

  /** The key, when it is sealed for the passkey that one has just signed in with. */
  async find(): Promise<Key | undefined> {
    const unlock = this.#unlock;
    if (unlock === undefined) return undefined;
    const passkeys = await ownPasskeys(this.#api).catch(() => []);
    return await this.#open(unlock, passkeys);
  }

  async #open(unlock: PasskeyUnlock, passkeys: readonly PasskeyView[]): Promise<Key | undefined> {
    const sealed = passkeys.find(({ id }) => id === unlock.passkey)?.sealed;
    return sealed === undefined ? undefined : await openSealed(unlock, this.#userId, sealed);
  }

  /** Passkeys for which the key is sealed. */
  async opening(): Promise<readonly PasskeyView[]> {
    return (await ownPasskeys(this.#api)).filter(({ sealed }) => sealed !== undefined);
  }

  /** Asks for one of those, and gives the key; undefined when what it opens is not one. */
  async ask(passkeys: readonly PasskeyView[]): Promise<Key | PasskeyFault | undefined> {
    const given = await askPasskey(unlockOptions(passkeys));
    if (!given.ok) return given.fault;
    return given.unlock === undefined ? undefined : await this.#open(given.unlock, passkeys);
  }

  /** Seals the key for the passkey that one has just signed in with, where it is not yet, or was for an earlier key. */
  async keep(key: Key): Promise<void> {
    const unlock = this.#unlock;
    this.#unlock = undefined;
    if (unlock === undefined) return;
    const passkeys = await ownPasskeys(this.#api).catch(() => []);
    if (!passkeys.some(({ id }) => id === unlock.passkey)) return;
    const kept = await this.#open(unlock, passkeys);
    if (kept === undefined || !isSame(kept, key)) await this.sealFor(unlock, key).catch(() => undefined);
  }

  /** Seals the key for a passkey: with it a new device will read everything. */
  async sealFor(unlock: PasskeyUnlock, key: Key): Promise<void> {
    await keepSealed(this.#api, unlock.passkey, await sealKey(unlock, this.#userId, key));
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
