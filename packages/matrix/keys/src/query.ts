import type { UserId } from "@causeway/base";
import type { DeviceKeyParts } from "./handlers-devices.ts";
import type { KeyJson } from "./identities.ts";
import { publicKeyOf } from "./signatures.ts";

/** Collects the answer of `/keys/query`. */
export class QueryAnswer {
  #parts: DeviceKeyParts;
  #reader: UserId;
  #devices: Record<string, Record<string, unknown>> = {};
  #master: Record<string, unknown> = {};
  #selfSigning: Record<string, unknown> = {};
  #userSigning: Record<string, unknown> = {};

  constructor(parts: DeviceKeyParts, reader: UserId) {
    this.#parts = parts;
    this.#reader = reader;
  }

  /** Adds a user's keys; `wanted` names devices, none meaning all. */
  async add(user: UserId, wanted: readonly string[]): Promise<void> {
    const { identities, options } = this.#parts;
    const identity = await identities.of(user);
    const names =
      user === this.#reader
        ? new Map((await options.devices.devicesOf(user)).map((one) => [one.device as string, one.name]))
        : undefined;
    const devices: Record<string, unknown> = {};
    for (const row of identity.devices) {
      if (wanted.length > 0 && !wanted.includes(row.device)) continue;
      const keys: KeyJson = JSON.parse(row.keys);
      const signed = await identities.withSignatures(keys, { owner: user, name: row.device, reader: this.#reader });
      const name = names?.get(row.device);
      // What somebody calls their devices is nobody else's business.
      devices[row.device] = name === undefined ? signed : { ...signed, unsigned: { device_display_name: name } };
    }
    this.#devices[user] = devices;
    for (const row of identity.crossSigning) {
      const key: KeyJson = JSON.parse(row.key);
      const signed = await identities.withSignatures(key, {
        owner: user,
        name: publicKeyOf(key) ?? "",
        reader: this.#reader,
      });
      if (row.usage === "master") this.#master[user] = signed;
      if (row.usage === "self_signing") this.#selfSigning[user] = signed;
      if (row.usage === "user_signing" && user === this.#reader) this.#userSigning[user] = signed;
    }
  }

  /** The answer. */
  json(): object {
    return {
      device_keys: this.#devices,
      failures: {},
      master_keys: this.#master,
      self_signing_keys: this.#selfSigning,
      user_signing_keys: this.#userSigning,
    };
  }
}
