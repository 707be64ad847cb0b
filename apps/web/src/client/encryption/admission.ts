import { ClientEvent, type MatrixClient } from "matrix-js-sdk";
import type { CryptoApi } from "matrix-js-sdk/lib/crypto-api/index.js";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import { decodeBase64, encodeBase64 } from "../base64.ts";
import type { DeviceKeys } from "../matrix/device-keys.ts";
import { plainName } from "../people.ts";
import { Model } from "../view-model.ts";
import { deviceNumber } from "./device-number.ts";
import type { EncryptionModel } from "./encryption.ts";

const REQUEST = "org.causeway.admission.request";
const GRANT = "org.causeway.admission.grant";

/** Another device of the account that asks to be let in. */
export interface AskingDevice {
  readonly deviceId: string;
  readonly name: string;
  /** What the other device shows as well. */
  readonly number: string;
  readonly busy: boolean;
  /** It could not be let in just now: the server did not take the message. */
  readonly hasFailed: boolean;
}

/** Letting devices in, seen from either side. */
export interface Admission {
  /** This device's own number, while it waits to be let in. */
  readonly ownNumber?: string;
  /** Devices that ask this one. */
  readonly asking: readonly AskingDevice[];
}

/** How many devices can ask at once; more is somebody playing. */
const MOST_ASKING = 5;

/**
 * Lets a later device in with one tap on an earlier one: the earlier one sends it the key of the account's secret storage, encrypted to
 * it by the library. A person compares a number on both screens first; the new device takes no key that does not open the account's own
 * storage.
 */
export class AdmissionModel extends Model<Admission> {
  #client: MatrixClient;
  #keys: DeviceKeys;
  #encryption: EncryptionModel;

  constructor(client: MatrixClient, keys: DeviceKeys, encryption: EncryptionModel) {
    super({ asking: [] });
    this.#client = client;
    this.#keys = keys;
    this.#encryption = encryption;
    encryption.subscribe(() => void this.#follow());
    client.on(ClientEvent.ReceivedToDeviceMessage, ({ message, encryptionInfo }) => {
      if (message.sender !== client.getSafeUserId()) return;
      if (message.type === REQUEST) void this.#asked(Object(message.content).device_id);
      if (message.type === GRANT && encryptionInfo !== null) void this.#granted(Object(message.content).key);
    });
    client.on(CryptoEvent.DevicesUpdated, (users) => {
      if (users.includes(client.getSafeUserId())) void this.#lookAgain();
    });
  }

  get #crypto(): CryptoApi {
    const crypto = this.#client.getCrypto();
    if (crypto === undefined) throw new Error("encryption was not started");
    return crypto;
  }

  /** A device that may not read yet asks the others once, by itself, and so tells them of the new sign-in. */
  async #follow(): Promise<void> {
    const { step } = this.#encryption.snapshot();
    if (step === "ready" && this.snapshot().ownNumber !== undefined) this.set({ asking: this.snapshot().asking });
    if (step !== "needs-recovery" || this.snapshot().ownNumber !== undefined) return;
    const userId = this.#client.getSafeUserId();
    const deviceId = this.#client.getDeviceId() ?? "";
    const { ed25519 } = await this.#crypto.getOwnDeviceKeys();
    this.patch({ ownNumber: await deviceNumber(userId, deviceId, ed25519) });
    await this.#client
      .sendToDevice(REQUEST, new Map([[userId, new Map([["*", { device_id: deviceId }]])]]))
      .catch(() => undefined); // without a connection nobody can be asked; the recovery phrase is there
  }

  async #asked(deviceId: unknown): Promise<void> {
    if (typeof deviceId !== "string" || deviceId === this.#client.getDeviceId()) return;
    if (this.#keys.recoveryKey() === undefined || this.snapshot().asking.length >= MOST_ASKING) return;
    if (this.snapshot().asking.some((one) => one.deviceId === deviceId)) return;
    const userId = this.#client.getSafeUserId();
    const devices = await this.#crypto.getUserDeviceInfo([userId], true);
    const device = devices.get(userId)?.get(deviceId);
    const fingerprint = device?.getFingerprint();
    if (device === undefined || fingerprint === undefined || (await this.#isIn(deviceId))) return;
    const number = await deviceNumber(userId, deviceId, fingerprint);
    const name = plainName(device.displayName ?? "") || deviceId;
    const others = this.snapshot().asking.filter((one) => one.deviceId !== deviceId);
    this.patch({ asking: [...others, { deviceId, name, number, busy: false, hasFailed: false }] });
  }

  async #isIn(deviceId: string): Promise<boolean> {
    const status = await this.#crypto.getDeviceVerificationStatus(this.#client.getSafeUserId(), deviceId);
    return status?.signedByOwner === true;
  }

  /** Takes away what another device has decided meanwhile, and devices that were signed out. */
  async #lookAgain(): Promise<void> {
    const userId = this.#client.getSafeUserId();
    if (this.snapshot().asking.length === 0) return;
    const known = (await this.#crypto.getUserDeviceInfo([userId])).get(userId);
    for (const { deviceId } of this.snapshot().asking) {
      if (known?.has(deviceId) !== true || (await this.#isIn(deviceId))) this.dismiss(deviceId);
    }
  }

  /** Lets a device in: from now on it reads everything that this one reads. */
  async letIn(deviceId: string): Promise<void> {
    const key = this.#keys.recoveryKey();
    if (key === undefined) return;
    this.#mark(deviceId, { busy: true, hasFailed: false });
    try {
      const userId = this.#client.getSafeUserId();
      const payload = { key: encodeBase64(key) };
      const batch = await this.#crypto.encryptToDeviceMessages(GRANT, [{ userId, deviceId }], payload);
      await this.#client.queueToDevice(batch);
      this.dismiss(deviceId);
    } catch {
      this.#mark(deviceId, { busy: false, hasFailed: true });
    }
  }

  /** Closes a question without letting anybody in. */
  dismiss(deviceId: string): void {
    this.patch({ asking: this.snapshot().asking.filter((one) => one.deviceId !== deviceId) });
  }

  #mark(deviceId: string, change: Pick<AskingDevice, "busy" | "hasFailed">): void {
    this.patch({
      asking: this.snapshot().asking.map((one) => (one.deviceId === deviceId ? { ...one, ...change } : one)),
    });
  }

  async #granted(key: unknown): Promise<void> {
    if (this.#encryption.snapshot().step !== "needs-recovery" || typeof key !== "string" || key.length > 100) return;
    const bytes = decodeBase64(key);
    if (bytes !== undefined) await this.#encryption.admitWith(bytes);
  }
}
