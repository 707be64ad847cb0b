import { decodeRecoveryKey, encodeRecoveryKey, type CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { MatrixClient } from "matrix-js-sdk";
import type { DeviceKeys } from "../matrix/device-keys.ts";
import { sendHeldIdentity } from "../matrix/held-identity.ts";
import type { PasskeyFault } from "../passkeys/passkey-fault.ts";
import type { PasskeyView } from "../passkeys/passkeys.ts";
import type { PasskeyUnlock } from "../passkeys/sealing.ts";
import { Model } from "../view-model.ts";
import type { PasskeyKey } from "./passkey-key.ts";

/** What came of letting this device in with a key: it is in; the key does not open the account's storage; or it could not be done now. */
export type Admitted = "in" | "other-key" | "not-now";

/** Whether this device is one of the account's own and can read everything. */
export type EncryptionState =
  | { readonly step: "setting-up" }
  | { readonly step: "ready" }
  | { readonly step: "needs-recovery"; readonly busy: boolean; readonly fault?: "wrong" | "not-now" }
  | { readonly step: "restoring"; readonly done: number; readonly total: number }
  | { readonly step: "failed" };

/** Sets encryption up without a question on an account's first device, and lets a later one in. */
export class EncryptionModel extends Model<EncryptionState> {
  #client: MatrixClient;
  #keys: DeviceKeys;
  #passkey: PasskeyKey;

  constructor(client: MatrixClient, keys: DeviceKeys, passkey: PasskeyKey) {
    super({ step: "setting-up" });
    this.#client = client;
    this.#keys = keys;
    this.#passkey = passkey;
    client.on(CryptoEvent.UserTrustStatusChanged, (userId) => {
      // While the identity is being made this device is not yet signed, and nobody has a phrase to ask for.
      if (userId === client.getSafeUserId() && this.snapshot().step !== "setting-up") void this.#look();
    });
  }

  get #crypto(): CryptoApi {
    const crypto = this.#client.getCrypto();
    if (crypto === undefined) throw new Error("encryption was not started");
    return crypto;
  }

  /** The account's recovery phrase, when this device knows it and the server has what it opens. */
  recoveryPhrase(): string | undefined {
    const key = this.#keys.recoveryKey();
    return key === undefined || this.snapshot().step !== "ready" ? undefined : encodeRecoveryKey(key);
  }

  /** Makes the account's identity when it has none; on a later device looks whether it is trusted already. */
  async setUp(): Promise<void> {
    try {
      const userId = this.#client.getSafeUserId();
      const hasIdentity = await this.#crypto.userHasCrossSigningKeys(userId, true);
      if (!hasIdentity) await this.#makeIdentity();
      else if (await this.#holdsIdentity()) await this.#complete();
      else await this.#admitAtOnce();
      await this.#look();
    } catch (error) {
      // Another tab took over, or the person signed out, in the middle: whoever comes next makes it good.
      if (!this.#client.clientRunning) return;
      console.error("encryption could not be set up", error instanceof Error ? error.name : "");
      this.set({ step: "failed" });
    }
  }

  /** A later device that brings the key along, or had taken it when it was cut short, asks nobody. */
  async #admitAtOnce(): Promise<void> {
    if (await this.#isSigned()) return;
    const key = this.#keys.recoveryKey() ?? (await this.#passkey.find());
    if (key !== undefined) await this.admitWith(key);
  }

  async #look(): Promise<void> {
    if (this.snapshot().step === "restoring") return;
    if (await this.#isSigned()) this.#ready();
    else if (this.snapshot().step !== "needs-recovery") this.set({ step: "needs-recovery", busy: false });
  }

  #ready(): void {
    this.set({ step: "ready" });
    const key = this.#keys.recoveryKey();
    if (key !== undefined) void this.#passkey.keep(key);
  }

  /** Cross-signing, secret storage and key backup of a new account. The server asks nothing for the first keys. */
  async #makeIdentity(): Promise<void> {
    const crypto = this.#crypto;
    // Held already: it was made at a start that was cut short before the server had it.
    if (await this.#holdsIdentity()) await sendHeldIdentity(crypto);
    else await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (request) => request(null) });
    await this.#makeStorage();
  }

  async #makeStorage(): Promise<void> {
    const crypto = this.#crypto;
    await crypto.bootstrapSecretStorage({
      createSecretStorageKey: async () => {
        // A start that was cut short had a key already; it stays the account's.
        const known = this.#keys.recoveryKey();
        if (known !== undefined) return { privateKey: known, encodedPrivateKey: encodeRecoveryKey(known) ?? "" };
        const key = await crypto.createRecoveryKeyFromPassphrase();
        await this.#keys.keepRecoveryKey(new Uint8Array(key.privateKey));
        return key;
      },
      setupNewKeyBackup: true,
    });
  }

  async #holdsIdentity(): Promise<boolean> {
    const { privateKeysCachedLocally: held } = await this.#crypto.getCrossSigningStatus();
    return held.masterKey && held.selfSigningKey && held.userSigningKey;
  }

  /** What a start that was cut short left undone: its own signature on this device, the storage, the backup. */
  async #complete(): Promise<void> {
    if (!(await this.#isSigned())) await sendHeldIdentity(this.#crypto);
    if (!(await this.#crypto.isSecretStorageReady())) await this.#makeStorage();
  }

  async #isSigned(): Promise<boolean> {
    const { deviceId } = this.#client;
    const status = await this.#crypto.getDeviceVerificationStatus(this.#client.getSafeUserId(), deviceId ?? "");
    return status?.signedByOwner === true;
  }

  /** Lets this device in with the recovery phrase, and reads all history. */
  async recover(phrase: string): Promise<void> {
    this.set({ step: "needs-recovery", busy: true });
    const key = await this.#checked(phrase);
    if (key === undefined) {
      this.set({ step: "needs-recovery", busy: false, fault: "wrong" });
      return;
    }
    await this.#keys.keepRecoveryKey(key);
    await this.#admit();
  }

  /** Lets this device in with a passkey; says why not. */
  async admitWithPasskey(passkeys: readonly PasskeyView[]): Promise<PasskeyFault | "stale" | undefined> {
    const key = await this.#passkey.ask(passkeys);
    if (typeof key === "string") return key;
    return key === undefined || (await this.admitWith(key)) === "other-key" ? "stale" : undefined;
  }

  /** Passkeys that can let this device in. */
  passkeysThatOpen(): Promise<readonly PasskeyView[]> {
    return this.#passkey.opening();
  }

  /** Whether a passkey can be made to open everything from here: this device knows the key. */
  canSeal(): boolean {
    return this.snapshot().step === "ready" && this.#keys.recoveryKey() !== undefined;
  }

  /** Seals the key for a passkey; false when this device does not know it. */
  async sealFor(unlock: PasskeyUnlock): Promise<boolean> {
    const key = this.#keys.recoveryKey();
    if (key === undefined || !this.canSeal()) return false;
    await this.#passkey.sealFor(unlock, key);
    return true;
  }

  /** Lets this device in with a key that came another way; nothing is changed when it does not open the account's storage. */
  async admitWith(key: Uint8Array<ArrayBuffer>): Promise<Admitted> {
    if (!(await this.#opens(key))) return "other-key";
    await this.#keys.keepRecoveryKey(key);
    return await this.#admit();
  }

  /** Lets this device in once the key of secret storage is known, whichever way it came. */
  async #admit(): Promise<Admitted> {
    const crypto = this.#crypto;
    this.set({ step: "restoring", done: 0, total: 0 });
    try {
      await crypto.bootstrapCrossSigning({});
      await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
      await crypto.checkKeyBackupAndEnable();
      await crypto.restoreKeyBackup({
        progressCallback: (progress) => {
          if (progress.stage !== "load_keys") return;
          this.set({ step: "restoring", done: progress.successes + progress.failures, total: progress.total });
        },
      });
      this.#ready();
      return "in";
    } catch (error) {
      console.error("this device could not be let in", error instanceof Error ? error.name : "");
      this.set({ step: "needs-recovery", busy: false, fault: "not-now" });
      return "not-now";
    }
  }

  async #checked(phrase: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const key = new Uint8Array(decodeRecoveryKey(phrase));
      return (await this.#opens(key)) ? key : undefined;
    } catch {
      return undefined;
    }
  }

  async #opens(key: Uint8Array<ArrayBuffer>): Promise<boolean> {
    const stored = await this.#client.secretStorage.getKey();
    return stored !== null && (await this.#client.secretStorage.checkKey(key, stored[1]).catch(() => false));
  }
}
