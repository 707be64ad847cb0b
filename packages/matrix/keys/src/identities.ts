import { failure, ok, type DeviceId, type Result, type UserId } from "@causeway/base";
import type { Tx } from "@causeway/platform";
import type { KeysOptions } from "./create-keys.ts";
import { keptJson } from "./kept-json.ts";
import { isSignedBy, publicKeyOf } from "./signatures.ts";
import {
  addDeviceListChange,
  putCrossSigning,
  putDeviceKeys,
  putKeySignature,
  readCrossSigning,
  readDevices,
  readSignatures,
  removeDeviceRows,
  removeSignatures,
  type CrossSigningRow,
  type DeviceKeysRow,
  type SignatureRow,
} from "./store-devices.ts";

/** JSON of a key. */
export type KeyJson = Readonly<Record<string, unknown>>;

/** A user's published keys, as kept. */
export interface Identity {
  readonly devices: readonly DeviceKeysRow[];
  readonly crossSigning: readonly CrossSigningRow[];
  readonly signatures: readonly SignatureRow[];
}

/** Keys of a device that may be published. */
export interface PreparedDevice {
  /** They are published as they are. */
  readonly isPublished: boolean;
  /** Collects them into a transaction whose commit follows at once. */
  readonly publish: (tx: Tx) => void;
}

/** The three cross-signing keys. */
export type Usage = "master" | "self_signing" | "user_signing";

/** The published keys of users: devices, cross-signing keys, signatures. Kept in memory for those who are asked for. */
export class Identities {
  #options: KeysOptions;
  #known = new Map<UserId, Promise<Identity>>();

  constructor(options: KeysOptions) {
    this.#options = options;
  }

  /** A user's keys; empty for somebody without any. */
  of(user: UserId): Promise<Identity> {
    const known = this.#known.get(user);
    if (known !== undefined) return known;
    const reading = this.#read(user);
    this.#known.set(user, reading);
    reading.catch(() => this.#known.delete(user));
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= this.#options.limits.maxUsersInMemory) break;
      this.#known.delete(oldest);
    }
    return reading;
  }

  async #read(user: UserId): Promise<Identity> {
    const { db } = this.#options;
    const [devices, crossSigning, signatures] = await Promise.all([
      readDevices(db, user),
      readCrossSigning(db, user),
      readSignatures(db, user),
    ]);
    return { devices, crossSigning, signatures };
  }

  /** A cross-signing key of a user, parsed. */
  async crossKey(user: UserId, usage: Usage): Promise<KeyJson | undefined> {
    const row = (await this.of(user)).crossSigning.find((one) => one.usage === usage);
    return row === undefined ? undefined : { ...JSON.parse(row.key) };
  }

  /** A key as a reader gets it: with the owner's own signatures, and those that the reader made. */
  async withSignatures(
    key: KeyJson,
    of: { readonly owner: UserId; readonly name: string; readonly reader: UserId },
  ): Promise<KeyJson> {
    const { signatures } = await this.of(of.owner);
    const own: Record<string, Record<string, unknown>> = { ...signaturesIn(key) };
    for (const row of signatures) {
      if (row.target_key !== of.name || (row.signer !== of.owner && row.signer !== of.reader)) continue;
      own[row.signer] = { ...own[row.signer], [row.signer_key]: row.signature };
    }
    return { ...key, signatures: own };
  }

  /** Looks at the keys of a device. Whether they are signed well is for those who read them to find out. */
  async prepareDevice(user: UserId, device: DeviceId, keys: KeyJson): Promise<Result<PreparedDevice>> {
    const { unsigned: _unsigned, ...signed } = keys;
    if (keys["user_id"] !== user || keys["device_id"] !== device)
      return failure("M_INVALID_PARAM", "These are the keys of another device.");
    const named = Object.keys(Object(keys["keys"]));
    if (!named.every((name) => name.endsWith(`:${device}`) && name.length > device.length + 1))
      return failure("M_INVALID_PARAM", "A key is not named after the device.");
    const { crossSigning, devices } = await this.of(user);
    if (crossSigning.some((row) => publicKeyOf(JSON.parse(row.key)) === device))
      return failure("M_FORBIDDEN", "A cross-signing key has the name of this device.");
    const text = keptJson(signed, this.#options.limits.maxKeysBytes);
    if (!text.ok) return text;
    return ok({
      isPublished: devices.some((row) => row.device === device && row.keys === text.value),
      publish: (tx) => {
        putDeviceKeys(tx, user, device, text.value);
        this.announce(tx, user);
      },
    });
  }

  /** Commits a change of a user's keys, and tells everybody who may have to ask for them again, or the one whom it concerns. */
  async change(user: UserId, collect: (tx: Tx) => void, onlyFor?: UserId): Promise<void> {
    const tx = this.#options.db.begin();
    collect(tx);
    this.announce(tx, user, onlyFor);
    await tx.commit();
  }

  /** Collects that a user's keys change, in a transaction whose commit follows at once. */
  announce(tx: Tx, user: UserId, onlyFor?: UserId): void {
    const pos = tx.position();
    addDeviceListChange(tx, { pos, user, onlyFor });
    tx.onCommitted(() => {
      this.#known.delete(user);
      this.#options.listener.deviceListChanged({ user, onlyFor }, pos);
    });
  }

  /** Collects the end of devices into a transaction whose commit follows at once. */
  removeDevices(tx: Tx, user: UserId, devices: readonly DeviceId[]): void {
    if (devices.length === 0) return;
    removeDeviceRows(tx, user, devices);
    this.announce(tx, user);
  }

  /** Publishes cross-signing keys. The new master key begins a new identity: signatures on the old one go. */
  async putCrossSigning(user: UserId, keys: ReadonlyMap<Usage, KeyJson>): Promise<Result<object>> {
    const checked = await this.checkCrossSigning(user, keys);
    if (!checked.ok) return checked;
    const { crossSigning } = await this.of(user);
    const texts = checked.value.filter(
      (row) => !crossSigning.some((kept) => kept.usage === row.usage && kept.key === row.key),
    );
    if (texts.length === 0) return ok({});
    const before = await this.crossKey(user, "master");
    const master = keys.get("master");
    const isNewIdentity = master !== undefined && before !== undefined && publicKeyOf(before) !== publicKeyOf(master);
    await this.change(user, (tx) => {
      if (isNewIdentity) removeSignatures(tx, user);
      for (const row of texts) putCrossSigning(tx, user, row);
    });
    return ok({});
  }

  /** The rows of cross-signing keys that may be published. */
  async checkCrossSigning(
    user: UserId,
    keys: ReadonlyMap<Usage, KeyJson>,
  ): Promise<Result<readonly CrossSigningRow[]>> {
    const master = keys.get("master") ?? (await this.crossKey(user, "master"));
    if (master === undefined) return failure("M_MISSING_PARAM", "A master key is needed first.");
    const masterKey = publicKeyOf(master);
    const { devices } = await this.of(user);
    const rows: CrossSigningRow[] = [];
    for (const [usage, key] of keys) {
      const publicKey = publicKeyOf(key);
      const { usage: uses } = key;
      if (publicKey === undefined || key["user_id"] !== user || !Array.isArray(uses) || !uses.includes(usage))
        return failure("M_INVALID_PARAM", `The ${usage} key is not well formed.`);
      if (devices.some((row) => row.device === publicKey))
        return failure("M_FORBIDDEN", "A device has the name of this key.");
      const by = { user, keyId: `ed25519:${masterKey ?? ""}`, publicKey: masterKey ?? "" };
      if (usage !== "master" && !isSignedBy(key, by))
        return failure("M_INVALID_SIGNATURE", `The ${usage} key is not signed by the master key.`);
      const text = keptJson(key, this.#options.limits.maxKeysBytes);
      if (!text.ok) return text;
      rows.push({ usage, key: text.value });
    }
    return ok(rows);
  }

  /** Keeps good signatures on somebody's keys. Those on another person's keys are shown to the signer only, who alone hears of it. */
  async putSignatures(target: UserId, signer: UserId, rows: readonly SignatureRow[]): Promise<void> {
    const collect = (tx: Tx): void => {
      for (const row of rows) putKeySignature(tx, target, row);
    };
    await this.change(target, collect, target === signer ? undefined : signer);
  }
}

/** The signatures that an object carries. */
export function signaturesIn(key: KeyJson): Readonly<Record<string, Record<string, unknown>>> {
  const { signatures } = key;
  if (typeof signatures !== "object" || signatures === null) return {};
  return Object.fromEntries(
    Object.entries(signatures).flatMap(([user, byKey]: [string, unknown]) =>
      typeof byKey === "object" && byKey !== null ? [[user, { ...byKey }]] : [],
    ),
  );
}
