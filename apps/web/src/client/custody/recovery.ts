import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import type { Said } from "../../i18n/i18n.ts";
import type { CausewayCalls } from "../causeway-api.ts";
import type { EncryptionModel } from "../encryption/encryption.ts";
import { reasonOf } from "../refusal.ts";
import { Model } from "../view-model.ts";
import {
  actOnRecovery,
  askForRecovery,
  ownCustody,
  recoveriesOf,
  recoveryOf,
  type RecoveryView,
} from "./custody-api.ts";
import { numberOf } from "./number.ts";
import { keyFromHalves } from "./recover.ts";
import { ALGORITHM, makePair, publicKeyOf } from "./sealing.ts";
import type { CustodySecrets } from "./secrets.ts";

/** Getting one's key back from two custodians, as the device sees it that may not read yet. */
export interface Recovering {
  /**
   * `none`: there is nothing to ask for. `outdated`: custodians have changed, and no device of the person's has made shares for them
   * since. `elsewhere`: another device of the person's has asked. `ended`: it was refused, taken back or
   * has lapsed, and can be asked anew.
   */
  readonly step: "none" | "possible" | "outdated" | "elsewhere" | "waiting" | "ended";
  readonly busy: boolean;
  readonly recovery?: RecoveryView;
  /** What the person and the custodians compare. */
  readonly number?: string;
  readonly fault?: Said;
}

/** What it needs of encryption, and of what this device keeps. */
type Encryption = Pick<EncryptionModel, "snapshot" | "subscribe" | "admitWith">;
type Secrets = Pick<CustodySecrets, "askedWith" | "keepAskedWith" | "forgetAskedWith">;

/** How often the device looks whether both have agreed. */
const LOOK_MS = 4000;

/** Asks the custodians for this device, waits for both, and lets it in. */
export class RecoveryModel extends Model<Recovering> {
  #api: CausewayCalls;
  #userId: string;
  #secrets: Secrets;
  #encryption: Encryption;
  #admitted: () => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;
  #isWanted = false;
  #stopFollowing: () => void;

  constructor(
    api: CausewayCalls,
    of: {
      readonly userId: string;
      readonly secrets: Secrets;
      readonly encryption: Encryption;
      /** The key was put together, and this device is in. */
      readonly admitted: () => Promise<void>;
    },
  ) {
    super({ step: "none", busy: false });
    this.#api = api;
    this.#userId = of.userId;
    this.#secrets = of.secrets;
    this.#encryption = of.encryption;
    this.#admitted = of.admitted;
    this.#stopFollowing = of.encryption.subscribe(() => this.#follow());
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#stopFollowing();
  }

  /** A device that may not read yet looks whether custodians could help it; one that reads needs nobody. */
  #follow(): void {
    const { step } = this.#encryption.snapshot();
    if (step === "needs-recovery" && !this.#isWanted) {
      this.#isWanted = true;
      void this.#look();
    }
    if (step !== "ready" || !this.#isWanted) return;
    this.#isWanted = false;
    void this.#tidy();
  }

  /**
   * This device came in another way: nobody needs to meet anybody any more. Where the server does not hear of it, what was asked lapses
   * within a day, and its key is gone: it opens nothing.
   */
  async #tidy(): Promise<void> {
    clearTimeout(this.#timer);
    const { recovery, step } = this.snapshot();
    this.set({ step: "none", busy: false });
    const asked = step === "waiting" && recovery?.state === "asked" ? recovery : undefined;
    await Promise.allSettled([
      this.#secrets.forgetAskedWith(),
      asked && actOnRecovery(this.#api, asked.recovery_id, { act: "withdraw", body: {} }),
    ]);
  }

  #again(): void {
    clearTimeout(this.#timer);
    if (!this.#isStopped && this.#isWanted) this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }

  /** Looks now. */
  look(): Promise<void> {
    return this.#look();
  }

  /** How it stands now. Without a connection it is looked at again a little later. */
  async #look(fault?: Said): Promise<void> {
    try {
      await this.#lookAt(await this.#secrets.askedWith(), fault);
    } catch {
      this.#again();
    }
  }

  async #lookAt(secretKey: string | undefined, fault: Said | undefined): Promise<void> {
    const said = { busy: false, ...(fault === undefined ? {} : { fault }) };
    const own = secretKey === undefined ? undefined : await publicKeyOf(secretKey);
    const mine = await recoveriesOf(this.#api, "mine");
    const recovery = mine.find(({ key }) => key.public_key === own);
    if (recovery !== undefined && secretKey !== undefined) {
      await this.#goOn(recovery, secretKey, said);
      return;
    }
    const other = mine.find(({ state }) => state === "asked" || state === "open");
    if (other !== undefined) {
      this.set({ step: "elsewhere", recovery: other, ...said });
      this.#again();
      return;
    }
    const { enabled, shares } = await ownCustody(this.#api);
    const isThere = enabled && shares !== undefined;
    this.set({ step: isThere ? (shares.current ? "possible" : "outdated") : "none", ...said });
  }

  async #goOn(
    recovery: RecoveryView,
    secretKey: string,
    said: { readonly busy: boolean; readonly fault?: Said },
  ): Promise<void> {
    const number = await numberOf("recovery", this.#userId, recovery.key.public_key);
    switch (recovery.state) {
      case "asked":
        this.set({ step: "waiting", recovery, number, ...said });
        this.#again();
        return;
      case "open":
        await this.#take(await this.#whole(recovery), secretKey, number);
        return;
      case "refused":
      case "withdrawn":
      case "lapsed":
        await this.#secrets.forgetAskedWith();
        this.set({ step: "ended", recovery, ...said });
    }
  }

  /** A list leaves nothing out, but what is opened is asked for by itself. */
  async #whole(recovery: RecoveryView): Promise<RecoveryView> {
    return recovery.shares === undefined ? await recoveryOf(this.#api, recovery.recovery_id) : recovery;
  }

  async #take(recovery: RecoveryView, secretKey: string, number: string): Promise<void> {
    // At once: when this device is in, nothing is left that would have to be taken back.
    this.set({ step: "waiting", recovery, number, busy: true });
    const key = await keyFromHalves(recovery, this.#userId, secretKey);
    const admitted = key.ok ? await this.#encryption.admitWith(key.value) : key.fault;
    if (admitted === "in") {
      await this.#secrets.forgetAskedWith();
      await this.#admitted();
      return;
    }
    if (admitted === "not-now") {
      this.set({ step: "waiting", recovery, number, busy: false });
      this.#again();
      return;
    }
    const fault: Said = { key: admitted === "other-key" ? "custody.fault.otherKey" : `custody.fault.${admitted}` };
    this.set({ step: "waiting", recovery, number, busy: false, fault });
  }

  /** Asks. The secret half of the key is kept first, so that a reload in the middle loses nothing. */
  async ask(): Promise<void> {
    this.patch({ busy: true });
    try {
      const { publicKey, secretKey } = await makePair();
      await this.#secrets.keepAskedWith(secretKey);
      await askForRecovery(this.#api, { algorithm: ALGORITHM, public_key: publicKey });
      await this.#look();
    } catch (error) {
      await this.#look(saidOf(error));
    }
  }

  /** Takes one's recovery back: this device's, or another one's that is in the way. */
  async withdraw(): Promise<void> {
    const { recovery } = this.snapshot();
    if (recovery === undefined) return;
    this.patch({ busy: true });
    try {
      await actOnRecovery(this.#api, recovery.recovery_id, { act: "withdraw", body: {} });
      await this.#secrets.forgetAskedWith();
      await this.#look();
    } catch (error) {
      await this.#look(saidOf(error));
    }
  }
}

function saidOf(error: unknown): Said {
  if (error instanceof MatrixError && error.errcode === "M_LIMIT_EXCEEDED") return { key: "custody.fault.tooOften" };
  return { key: "app.refused", values: { reason: reasonOf(error) } };
}
