import type { CausewayCalls } from "../causeway-api.ts";
import type { EncryptionModel } from "../encryption/encryption.ts";
import { Model } from "../view-model.ts";
import { isSignedBy, signed } from "./custodian-key.ts";
import { chosenTwo, goodOnes, judged, type Custodian } from "./custodians.ts";
import {
  actOnRecovery,
  ownCustody,
  putOwnKey,
  putShares,
  recoveriesOf,
  type CustodyView,
  type RecoveryView,
} from "./custody-api.ts";
import { areCurrent, type Known } from "./known.ts";
import { numberOf } from "./number.ts";
import { halfForDevice, sealedShares, type Outcome } from "./recover.ts";
import { ALGORITHM, makePair, publicKeyOf } from "./sealing.ts";
import type { CustodySecrets } from "./secrets.ts";

/** How one's shares stand: `too-few` says that there are not two custodians yet to whom they could be sealed. */
export type SharesStanding = "current" | "too-few" | "failed" | "not-here";

/** One's custodians, and how one's own shares stand. */
export type CustodyState =
  | { readonly step: "unknown" }
  | { readonly step: "off"; readonly ownNumber?: string }
  | {
      readonly step: "on";
      readonly custodians: readonly Custodian[];
      readonly shares: SharesStanding;
      /** Those who hold the shares. */
      readonly holders: readonly string[];
      readonly sharedAt?: number;
      /** As a custodian of another department: what its people compare. */
      readonly ownNumber?: string;
    };

/** What it needs of encryption, and of what the person's devices keep. */
type Encryption = Pick<EncryptionModel, "snapshot" | "subscribe">;
type Secrets = Pick<
  CustodySecrets,
  "recoveryKey" | "ownKey" | "keepOwnKey" | "known" | "keepKnown" | "ownMaster" | "mastersOf"
>;

/** Things are looked at at the start, and so often: custodians change rarely. Oftener while somebody looks at them. */
const CHECK_MS = 10 * 60_000;
const WATCHED_MS = 10_000;

/**
 * Keeps one's shares with one's department's custodians up to date without a question, and for a custodian the key to which others
 * seal theirs.
 */
export class CustodyModel extends Model<CustodyState> {
  #api: CausewayCalls;
  #userId: string;
  #secrets: Secrets;
  #encryption: Encryption;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #working: Promise<void> | undefined;
  #isStopped = false;
  #isWatched = false;
  /** The key was put together out of the shares: others are to be made. */
  #areSpent = false;
  #ownNumber: string | undefined;
  #stopFollowing: () => void;

  constructor(
    api: CausewayCalls,
    of: { readonly userId: string; readonly secrets: Secrets; readonly encryption: Encryption },
  ) {
    super({ step: "unknown" });
    this.#api = api;
    this.#userId = of.userId;
    this.#secrets = of.secrets;
    this.#encryption = of.encryption;
    let isReady = false;
    this.#stopFollowing = of.encryption.subscribe(() => {
      const wasReady = isReady;
      isReady = this.#isReady;
      if (isReady && !wasReady) void this.check();
    });
  }

  get #isReady(): boolean {
    return this.#encryption.snapshot().step === "ready";
  }

  protected override watched(): void {
    this.#isWatched = true;
    void this.check();
  }

  protected override unwatched(): void {
    this.#isWatched = false;
  }

  /** Looks how things stand, and makes good what is not. One look at a time. */
  check(): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    clearTimeout(this.#timer);
    this.#working ??= this.#check()
      .catch((error: unknown) => {
        // Offline, or another device is in the middle of a change: the next look finds it.
        if (!this.#isStopped) console.info("custody could not be looked at", error instanceof Error ? error.name : "");
      })
      .finally(() => {
        this.#working = undefined;
        const pause = this.#isWatched ? WATCHED_MS : CHECK_MS;
        if (!this.#isStopped) this.#timer = setTimeout(() => void this.check(), pause);
      });
    return this.#working;
  }

  /** Ends the looking. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#stopFollowing();
  }

  async #check(): Promise<void> {
    const seen = await ownCustody(this.#api);
    const isPut = this.#isReady && seen.duty !== undefined && (await this.#keepOwnKey(seen.duty.key));
    const view = isPut ? await ownCustody(this.#api) : seen;
    this.#ownNumber = this.#isReady ? await this.#numberFor(view) : undefined;
    if (!view.enabled) {
      this.set({ step: "off", ...this.#own() });
      return;
    }
    if (!this.#isReady) {
      this.#show(view, [], "not-here");
      return;
    }
    const known = await this.#known();
    const masters = await this.#secrets.mastersOf(view.custodians.map((one) => one.user_id));
    await this.#share(view, await judged(view.custodians, masters, known.masters), known);
  }

  /** What is known; of shares that are spent nothing any more. */
  async #known(): Promise<Known> {
    const known = await this.#secrets.known();
    if (!this.#areSpent) return known;
    const { shared: _spent, ...others } = known;
    const next = { ...others, version: known.version + 1 };
    await this.#secrets.keepKnown(next);
    this.#areSpent = false;
    return next;
  }

  #own(): { readonly ownNumber?: string } {
    return this.#ownNumber === undefined ? {} : { ownNumber: this.#ownNumber };
  }

  /** One's own number, where it does not stand among one's department's custodians already. */
  async #numberFor({ duty, custodians }: CustodyView): Promise<string | undefined> {
    if (duty === undefined || custodians.some((one) => one.user_id === this.#userId)) return undefined;
    const master = await this.#secrets.ownMaster();
    return master === undefined ? undefined : await numberOf("custodian", this.#userId, master.publicKey);
  }

  #show(view: CustodyView, custodians: readonly Custodian[], shares: SharesStanding): void {
    this.set({
      ...{ step: "on", custodians, shares, holders: view.shares?.custodians ?? [] },
      ...(view.shares === undefined ? {} : { sharedAt: view.shares.shared_at }),
      ...this.#own(),
    });
  }

  /** A custodian has one key, in their secret storage, made when it is first needed; the server has its public half. True when it has got it now. */
  async #keepOwnKey(kept: NonNullable<CustodyView["duty"]>["key"]): Promise<boolean> {
    let secretKey = await this.#secrets.ownKey();
    let publicKey = secretKey === undefined ? undefined : await publicKeyOf(secretKey);
    if (secretKey === undefined || publicKey === undefined) {
      await this.#secrets.keepOwnKey((await makePair()).secretKey);
      // NOTE Another device may have made one at the same time: what lies in the storage is the one.
      secretKey = await this.#secrets.ownKey();
      publicKey = secretKey === undefined ? undefined : await publicKeyOf(secretKey);
    }
    const master = await this.#secrets.ownMaster();
    if (publicKey === undefined || master === undefined) return false;
    if (kept?.public_key === publicKey && (await isSignedBy(this.#userId, kept, master.publicKey))) return false;
    const key = await signed(this.#userId, { algorithm: ALGORITHM, public_key: publicKey }, master);
    await putOwnKey(this.#api, key);
    return true;
  }

  async #share(view: CustodyView, custodians: readonly Custodian[], known: Known): Promise<void> {
    const good = goodOnes(custodians, this.#userId);
    if (view.shares !== undefined && areCurrent(view.shares, known, good)) {
      this.#show(view, custodians, "current");
      return;
    }
    const two = chosenTwo(good, view.shares?.custodians ?? []);
    const key = this.#secrets.recoveryKey();
    if (two === undefined || key === undefined) {
      this.#show(view, custodians, "too-few");
      return;
    }
    // The halves of two splittings say nothing: none is made anew while somebody may be giving one of the last.
    if ((await recoveriesOf(this.#api, "mine")).some(({ state }) => state === "asked")) {
      this.#show(view, custodians, view.shares?.current === true ? "current" : "failed");
      return;
    }
    const next = await putShares(this.#api, await sealedShares(this.#userId, key, two));
    await this.#secrets.keepKnown({
      version: known.version + 1,
      masters: { ...known.masters, ...Object.fromEntries(two.map((one) => [one.userId, one.masterKey])) },
      ...(next.shares === undefined
        ? {}
        : {
            shared: {
              at: next.shares.shared_at,
              keys: Object.fromEntries(two.map((one) => [one.userId, one.publicKey])),
            },
          }),
    });
    this.#show(next, custodians, next.shares?.current === true ? "current" : "failed");
  }

  /** The person has compared a custodian's new number with them: from now on this key is theirs. */
  async accept(userId: string): Promise<void> {
    const state = this.snapshot();
    const masterKey =
      state.step === "on" ? state.custodians.find((one) => one.userId === userId)?.masterKey : undefined;
    if (masterKey === undefined) return;
    const known = await this.#secrets.known();
    await this.#secrets.keepKnown({
      ...known,
      version: known.version + 1,
      masters: { ...known.masters, [userId]: masterKey },
    });
    await this.#checkAnew();
  }

  /**
   * Splits the key anew after it was put together: what the custodians have seen of it is worth nothing any more. What does not succeed
   * now, the next look makes good.
   */
  async renew(): Promise<void> {
    this.#areSpent = true;
    await this.#checkAnew();
  }

  /** A look that begins now, not one that is under way and has seen what was before. */
  async #checkAnew(): Promise<void> {
    await this.#working;
    await this.check();
  }

  /** As a custodian: gives one's half to the device that asks. */
  async agree(recovery: RecoveryView): Promise<Outcome<RecoveryView>> {
    const secretKey = await this.#secrets.ownKey();
    if (secretKey === undefined) return { ok: false, fault: "not-mine" };
    const half = await halfForDevice(recovery, this.#userId, secretKey);
    if (!half.ok) return half;
    const body = { sealed: half.value, checked_face_to_face: true } as const;
    return { ok: true, value: await actOnRecovery(this.#api, recovery.recovery_id, { act: "agree", body }) };
  }
}
