import { canonicalJson, failure, ok, type DeviceId, type Result, type UserId } from "@causeway/base";
import type { Tx } from "@causeway/platform";
import type { KeysOptions } from "./create-keys.ts";
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

  /** Publishes a device's keys; the same keys again change nothing. */
  async putDevice(user: UserId, device: DeviceId, keys: KeyJson): Promise<void> {
    const text = canonicalJson(keys);
    if ((await this.of(user)).devices.some((row) => row.device === device && row.keys === text)) return;
    await this.change(user, (tx) => putDeviceKeys(tx, user, device, text));
  }

  /** Commits a change of a user's keys, and tells everybody who may have to ask for them again. */
  async change(user: UserId, collect: (tx: Tx) => void): Promise<void> {
    const tx = this.#options.db.begin();
    collect(tx);
    this.#announce(tx, user);
    await tx.commit();
  }

  #announce(tx: Tx, user: UserId): void {
    const pos = tx.position();
    addDeviceListChange(tx, pos, user);
    tx.onCommitted(() => {
      this.#known.delete(user);
      this.#options.listener.deviceListChanged(user, pos);
    });
  }

  /** Collects the end of devices into a transaction whose commit follows at once. */
  removeDevices(tx: Tx, user: UserId, devices: readonly DeviceId[]): void {
    if (devices.length === 0) return;
    this.collectRemoval(tx, user, devices);
    this.#announce(tx, user);
  }

  /** The same inside a `change`, which announces itself. */
  collectRemoval(tx: Tx, user: UserId, devices: readonly DeviceId[]): void {
    removeDeviceRows(tx, user, devices);
  }

  /** Publishes cross-signing keys. The new master key begins a new identity: signatures on the old one go. */
  async putCrossSigning(user: UserId, keys: ReadonlyMap<Usage, KeyJson>): Promise<Result<object>> {
    const master = keys.get("master") ?? (await this.crossKey(user, "master"));
    const masterKey = master === undefined ? undefined : publicKeyOf(master);
    if (masterKey === undefined) return failure("M_INVALID_PARAM", "A master key is needed first.");
    for (const [usage, key] of keys) {
      if (publicKeyOf(key) === undefined || key["user_id"] !== user)
        return failure("M_INVALID_PARAM", `The ${usage} key is not well formed.`);
      const signed =
        usage === "master" || isSignedBy(key, { user, keyId: `ed25519:${masterKey}`, publicKey: masterKey });
      if (!signed) return failure("M_INVALID_SIGNATURE", `The ${usage} key is not signed by the master key.`);
    }
    const before = await this.crossKey(user, "master");
    await this.change(user, (tx) => {
      if (keys.has("master") && before !== undefined && publicKeyOf(before) !== masterKey) removeSignatures(tx, user);
      for (const [usage, key] of keys) putCrossSigning(tx, user, { usage, key: canonicalJson(key) });
    });
    return ok({});
  }

  /** Keeps a good signature on somebody's key. */
  async putSignature(target: UserId, row: SignatureRow): Promise<void> {
    // A signature on somebody else's key is shown to the signer only; they learn of it like of any change.
    await this.change(target, (tx) => putKeySignature(tx, target, row));
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
