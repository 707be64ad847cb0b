import type { RecordAudit } from "@causeway/audit";
import { canonicalJson, instant, type Clock, type Instant } from "@causeway/base";
import { UnmetExpectation, type Database } from "@causeway/platform";
import type {
  PolicyDelta,
  PolicyDocument,
  PolicyGrant,
  PolicyMachine,
  PolicyRule,
  PolicyService,
} from "@causeway/policy";
import { hash } from "node:crypto";
import type { RulesInEffect } from "../policies/rules-in-effect.ts";
import type { PolicyKeys } from "./keys.ts";
import { PolicyRows, type RowsChange } from "./rows.ts";
import { policyHead, putPolicyHead, type PolicyHeadRow } from "./store.ts";

/** What a policy is made of; asked each time that something in it has changed. */
export interface PolicySources {
  services(): readonly PolicyService[];
  rules(): RulesInEffect;
  /** Authorisations in force, and those that will be. */
  grants(now: Instant): readonly PolicyGrant[];
  machines(): readonly PolicyMachine[];
  /** When time itself next changes something: an edition comes into effect, a grant ends. */
  nextChange(now: Instant): Instant | undefined;
}

/** What the publisher is made of. */
export interface PublisherParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: RecordAudit;
  readonly keys: PolicyKeys;
  readonly sources: PolicySources;
  readonly installation: string;
  readonly utcOffsetMinutes: number;
  /** How long a version is good for; halfway a new one is issued, if only to say that nothing changed. */
  readonly lifetimeMs: number;
  /** Told of what failed after its cause was answered; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** A version that was published. */
export interface Published {
  readonly document: PolicyDocument;
  /** How it follows from the one before; undefined for the first of this process. */
  readonly step: PolicyDelta | undefined;
  /** The step, signed, as it is sent. */
  readonly stepText: string | undefined;
  /** When what it says had become true: the decision's commit, as near as is known. */
  readonly since: Instant;
}

/** What may have changed. */
export type PolicyPart = "services" | "rules" | "grants" | "machines";

const PARTS: readonly PolicyPart[] = ["services", "rules", "grants", "machines"];
const DAY_SECONDS = 86_400;
const ATTEMPTS = 20;

type Changes = {
  readonly services?: RowsChange<PolicyService> | undefined;
  readonly rules?: RowsChange<PolicyRule> | undefined;
  readonly grants?: RowsChange<PolicyGrant> | undefined;
  readonly machines?: RowsChange<PolicyMachine> | undefined;
};

/** Makes each change of the catalogue, the rules, grants and machines into the next signed version of the policy. */
export class Publisher {
  #parts: PublisherParts;
  #rows = {
    services: new PolicyRows<PolicyService>("counts"),
    rules: new PolicyRows<PolicyRule>("counts"),
    grants: new PolicyRows<PolicyGrant>("free"),
    machines: new PolicyRows<PolicyMachine>("free"),
  };
  #document: PolicyDocument | undefined;
  #dirty = new Set<PolicyPart>(PARTS);
  #since: Instant | undefined;
  #isForced = false;
  #running: Promise<void> | undefined;
  #next: Instant | undefined;
  #listeners = new Set<(published: Published) => void>();
  #full: { readonly version: number; readonly text: string } | undefined;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /** Publishes the first version of this process; the parts must be loaded. */
  async start(): Promise<void> {
    await this.#publish();
  }

  /** The version in force. @throws before `start` */
  current(): PolicyDocument {
    if (this.#document === undefined) throw new Error("there is no policy before the start");
    return this.#document;
  }

  /** The whole version in force, signed, as it is sent: made once when it is asked for. */
  whole(): string {
    const document = this.current();
    if (this.#full?.version !== document.version)
      this.#full = { version: document.version, text: this.signed(document) };
    return this.#full.text;
  }

  /** Anything as a signed envelope. */
  signed(value: object): string {
    const signed = canonicalJson(value);
    return JSON.stringify({ signed, signatures: this.#parts.keys.sign(signed) });
  }

  /** Tells of each version after it is durable; the function it answers ends that. */
  onPublished(listener: (published: Published) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Something has changed, and its commit is done: what follows from it is published. Does not wait. */
  touch(...parts: readonly PolicyPart[]): void {
    for (const part of parts) this.#dirty.add(part);
    this.#since ??= this.#parts.clock.now();
    if (this.#document !== undefined) void this.#run();
  }

  /** Issues a version even when nothing in it is new: its keys are. */
  reissue(): void {
    this.#isForced = true;
    this.touch();
  }

  /** What the clock has brought, and other processes; called every second. */
  async tick(): Promise<void> {
    const now = this.#parts.clock.now();
    if (this.#parts.keys.retire(now)) this.reissue();
    if (this.#next !== undefined && this.#next <= now) this.touch(...PARTS);
    // What could not be published before is tried again.
    if (this.#dirty.size > 0) this.touch();
    const { issued, expires } = this.current();
    if (now >= issued + (expires - issued) / 2) this.reissue();
    const head = await policyHead(this.#parts.db);
    if (head !== undefined && head.version > this.current().version && this.#running === undefined)
      this.touch(...PARTS);
    await this.settle();
  }

  /** Resolves when everything that was touched is published. */
  async settle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #run(): Promise<void> {
    this.#running ??= this.#publish()
      .catch((error: unknown) => {
        for (const part of PARTS) this.#dirty.add(part);
        this.#parts.failed(error);
      })
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #publish(): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const isDone = await this.#publishOnce();
      if (isDone && this.#dirty.size === 0 && !this.#isForced) return;
    }
    throw new Error("the policy is being published by others too fast");
  }

  /** False when another process was faster. */
  async #publishOnce(): Promise<boolean> {
    const { clock, db, sources } = this.#parts;
    const dirty = new Set(this.#dirty);
    const isForced = this.#isForced;
    const since = this.#since ?? clock.now();
    this.#dirty.clear();
    this.#isForced = false;
    this.#since = undefined;
    const now = clock.now();
    const head = await policyHead(db);
    const changes = this.#changes(dirty, now);
    const rules = sources.rules();
    this.#next = sources.nextChange(now);
    const body = this.#body(rules);
    const isNew = isForced || this.#differs(changes, body);
    const adopted = this.#adoptable(head, { changes, body, isForced });
    if (adopted !== undefined) {
      this.#become({ head: adopted, changes, body, since });
      return true;
    }
    if (!isNew && head !== undefined && head.version === this.#document?.version) return true;
    const next = this.#nextHead(head, { now, digest: this.#digest(changes, body) });
    if (await this.#commit(next, { after: head?.version, grants: (changes.grants ?? this.#rows.grants).rows.length })) {
      this.#become({ head: next, changes, body, since });
      return true;
    }
    for (const part of dirty) this.#dirty.add(part);
    this.#isForced ||= isForced;
    this.#since ??= since;
    return false;
  }

  #changes(dirty: ReadonlySet<PolicyPart>, now: Instant): Changes {
    const { sources } = this.#parts;
    return {
      services: dirty.has("services") ? this.#rows.services.compare(sources.services()) : undefined,
      rules: dirty.has("rules") ? this.#rows.rules.compare(sources.rules().rules) : undefined,
      grants: dirty.has("grants") ? this.#rows.grants.compare(sources.grants(now)) : undefined,
      machines: dirty.has("machines") ? this.#rows.machines.compare(sources.machines()) : undefined,
    };
  }

  #body({ observe, addressesAllowedOn }: RulesInEffect): Body {
    const { installation, utcOffsetMinutes } = this.#parts;
    return { format: 1, installation, utcOffsetMinutes, addressesAllowedOn, observe };
  }

  #differs(changes: Changes, body: Body): boolean {
    if (PARTS.some((part) => changes[part] !== undefined) || this.#document === undefined) return true;
    const { observe, addressesAllowedOn } = this.#document;
    return (
      JSON.stringify({ observe, addressesAllowedOn }) !==
      JSON.stringify({ observe: body.observe, addressesAllowedOn: body.addressesAllowedOn })
    );
  }

  /** The version of another process that says the same, or this server's own from before it was restarted. */
  #adoptable(
    head: PolicyHeadRow | undefined,
    of: { readonly changes: Changes; readonly body: Body; readonly isForced: boolean },
  ): PolicyHeadRow | undefined {
    if (head === undefined || of.isForced || head.version === this.#document?.version) return undefined;
    if (head.epoch !== this.#parts.db.stream.epoch || head.expires <= this.#parts.clock.now()) return undefined;
    return head.digest === this.#digest(of.changes, of.body) ? head : undefined;
  }

  /** Of everything that a policy says; the rules with their order. */
  #digest(changes: Changes, body: Body): string {
    const { services, rules, grants, machines } = this.#rows;
    const sums = [
      digestAfter(services, changes.services),
      digestAfter(rules, changes.rules),
      digestAfter(grants, changes.grants),
      digestAfter(machines, changes.machines),
    ];
    const order = (changes.rules ?? this.#rows.rules).rows.map((rule) => rule.id);
    return hash("sha256", canonicalJson({ ...body, sums, order }), "base64url");
  }

  /**
   * The next version's number is at least the seconds since 1970, so that it goes on above what points have seen when a backup is restored;
   * a restored server leaps by a day more, because it may have issued more than one a second.
   */
  #nextHead(head: PolicyHeadRow | undefined, of: { readonly now: Instant; readonly digest: string }): PolicyHeadRow {
    const { epoch } = this.#parts.db.stream;
    const leap = head !== undefined && head.epoch !== epoch ? DAY_SECONDS : 0;
    const version = Math.max((head?.version ?? 0) + 1, Math.floor(of.now / 1000)) + leap;
    // Points must never see time of issue go back, whatever this machine's clock does.
    const issued = instant(Math.max(of.now, head?.issued ?? 0));
    return { version, issued, expires: instant(issued + this.#parts.lifetimeMs), digest: of.digest, epoch };
  }

  async #commit(
    next: PolicyHeadRow,
    of: { readonly after: number | undefined; readonly grants: number },
  ): Promise<boolean> {
    const tx = this.#parts.db.begin();
    putPolicyHead(tx, next, of.after);
    const facts = { version: next.version, grants: of.grants, digest: next.digest };
    this.#parts.audit(tx, { act: "policy.published", by: "system", on: "policy", at: next.issued, facts });
    try {
      await tx.commit();
      return true;
    } catch (error) {
      if (!(error instanceof UnmetExpectation)) throw error;
      return false;
    }
  }

  #become(of: {
    readonly head: PolicyHeadRow;
    readonly changes: Changes;
    readonly body: Body;
    readonly since: Instant;
  }): void {
    const { changes, body } = of;
    const { version, issued, expires } = of.head;
    const before = this.#document;
    const facts = { ...body, version, issued, expires };
    const step: PolicyDelta | undefined =
      before === undefined
        ? undefined
        : { ...facts, since: before.version, put: putOf(changes), gone: goneOf(changes) };
    take(this.#rows.services, changes.services);
    take(this.#rows.rules, changes.rules);
    take(this.#rows.grants, changes.grants);
    take(this.#rows.machines, changes.machines);
    const { services, rules, grants, machines } = this.#rows;
    const document: PolicyDocument = {
      ...facts,
      ...{ services: services.rows, rules: rules.rows, grants: grants.rows, machines: machines.rows },
    };
    this.#document = document;
    const stepText = step === undefined ? undefined : this.signed(step);
    for (const listener of this.#listeners) listener({ document, step, stepText, since: of.since });
  }
}

type Body = Pick<PolicyDocument, "format" | "installation" | "utcOffsetMinutes" | "addressesAllowedOn" | "observe">;

function take<R extends { readonly id: string }>(rows: PolicyRows<R>, change: RowsChange<R> | undefined): void {
  if (change !== undefined) rows.take(change);
}

function putOf({ services, rules, grants, machines }: Changes): PolicyDelta["put"] {
  return {
    services: services?.put ?? [],
    rules: rules?.put ?? [],
    grants: grants?.put ?? [],
    machines: machines?.put ?? [],
  };
}

function goneOf({ services, rules, grants, machines }: Changes): PolicyDelta["gone"] {
  return {
    services: services?.gone ?? [],
    rules: rules?.gone ?? [],
    grants: grants?.gone ?? [],
    machines: machines?.gone ?? [],
  };
}

function digestAfter<R extends { readonly id: string }>(
  rows: PolicyRows<R>,
  change: RowsChange<R> | undefined,
): string {
  return change === undefined ? rows.digest : rows.digestAfter(change);
}
