import type { RecordAudit } from "@causeway/audit";
import type { Clock, GrantId, LookId, RequestId, Result, UserId } from "@causeway/base";
import type { DecisionInput, RequestView } from "@causeway/contract";
import type { DirectoryEvent, DirectoryQuestions, RightsEnding } from "@causeway/directory";
import type { Database, Route } from "@causeway/platform";
import type { PolicyGrant } from "@causeway/policy";
import type { AccessListener } from "./events.ts";
import type { AccessLimits } from "./limits.ts";
import type { Services, StepUp, UsageCounts, VerifyMachineHint } from "./ports.ts";
import type { AccessRequest, Advice, DecidedVia, Grant } from "./types.ts";

/** What access is made of. */
export interface AccessOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly limits: AccessLimits;
  readonly audit: RecordAudit;
  readonly directory: DirectoryQuestions;
  readonly services: Services;
  readonly uses: UsageCounts;
  readonly stepUp: StepUp;
  readonly verifyMachineHint: VerifyMachineHint;
  /** Told of work that failed after its answer was given; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** A decision that somebody wants to make. */
export interface DecisionWish {
  readonly by: UserId;
  readonly request: RequestId;
  readonly decision: DecisionInput;
  readonly via: DecidedVia;
  /** The version that was seen, when it matters. */
  readonly version?: number | undefined;
  /** Whether it was freshly confirmed with a passkey or password; never for a reaction. */
  readonly confirmed: boolean;
}

/** Advice that somebody wants to give. */
export interface AdviceWish {
  readonly by: UserId;
  readonly request: RequestId;
  readonly advice: Advice["advice"];
  readonly reason: string | undefined;
  readonly version?: number | undefined;
}

/** Requests, decisions and grants, with the endpoints that serve them. */
export interface Access {
  readonly routes: readonly Route[];
  /** Reads what is in force into memory; before the first request. */
  load(): Promise<void>;
  /** Does what the clock has brought (warnings, lapses, escalations, reviews) and takes up what other processes changed; called every second. */
  tick(): Promise<void>;
  /** Resolves when everything that has happened was told, or could not be. */
  settle(): Promise<void>;
  /** Has a listener told of everything that happens; what was not taken before a restart is told after `load`, when the first tick runs. The function ends it. */
  subscribe(listener: AccessListener): () => void;
  /** Makes a decision; exactly one of several wins, the others get `ACCESS_DECIDED`. */
  decide(wish: DecisionWish): Promise<Result<RequestView>>;
  /** Gives a DITSO's advice. */
  advise(wish: AdviceWish): Promise<Result<RequestView>>;
  /** A request as it stands. */
  requestOf(id: RequestId): Promise<AccessRequest | undefined>;
  /** A grant as it stands. */
  grantOf(id: GrantId): Promise<Grant | undefined>;
  /** Requests that wait for advice, an answer or a decision, oldest first. */
  openRequests(): Promise<readonly AccessRequest[]>;
  /** A request as somebody may see it, with what they may do; undefined for those whom it does not concern. */
  viewOf(id: RequestId, reader: UserId): Promise<RequestView | undefined>;
  /** Those who may decide now, whoever is asked first in front. */
  approversOf(request: AccessRequest): readonly UserId[];
  /** Those who may advise now. */
  advisersOf(request: AccessRequest): readonly UserId[];
  /** What is in force now, as the policy has it: users and machines found, ends cut where a holder's time in the post ends. */
  grantsInForce(): readonly PolicyGrant[];
  /** Told after each commit, directory change or moment that may have changed `grantsInForce`. Must not throw. The function ends it. */
  onGrantsChanged(listener: () => void): () => void;
  /** For the log: the look that is open to somebody at a person now, else `LOOK_NOT_APPROVED`. */
  lookAt(wish: { readonly reader: UserId; readonly person: UserId }): Promise<Result<{ readonly look: LookId }>>;
  /** For the log: whether somebody is a party to each of these things, else `NOT_PERMITTED`, also for what does not exist. */
  partyTo(wish: { readonly reader: UserId; readonly things: readonly string[] }): Promise<Result<object>>;
  /** For the directory: what ends with posts. */
  readonly ending: RightsEnding;
  /** For the directory's listener. Must not throw. */
  directoryChanged(events: readonly DirectoryEvent[]): void;
}
