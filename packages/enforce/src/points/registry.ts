import type { Counting } from "@causeway/access";
import type { RecordAudit } from "@causeway/audit";
import { failure, instant, ok, type Clock, type Instant, type Result, type UserId } from "@causeway/base";
import type { PointKind, PointReportBody } from "@causeway/contract";
import { UnmetExpectation, verifySignature, type Database } from "@causeway/platform";
import { Obedience } from "./obedience.ts";
import { hashOfSecret, newCode, newPointId, newPointToken, newStanding, type Point, type Standing } from "./point.ts";
import type { SelfTest } from "./source.ts";
import { statusOf, type PointStatus } from "./status.ts";
import { addCode, addPoint, allPoints, endPoint, findCode, pointsMark, pointStandings } from "./store.ts";
import { putStanding, useCode } from "./store.ts";

/** Numbers of the registry; configuration. */
export interface PointLimits {
  /** A point that was not heard of for so long is silent, and its proof too old. */
  readonly silentMs: number;
  /** How long a code to enrol with is good. */
  readonly codeMs: number;
  /** How long a point may take to obey before it is shown as behind. */
  readonly graceMs: number;
  readonly maxPoints: number;
}

/** What these are when nothing else is configured. */
export const defaultPointLimits: PointLimits = {
  silentMs: 86_400_000,
  codeMs: 3_600_000,
  graceMs: 60_000,
  maxPoints: 20_000,
};

/** What the registry is made of. */
export interface RegistryParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: RecordAudit;
  readonly limits: PointLimits;
  readonly counting: Pick<Counting, "collect">;
  /** What the policy in force says of counted things: anything else in a point's counts is left out. */
  readonly known: CountedThings;
  /** Told when a point was ended: its connections are closed. */
  readonly ended: (id: string) => void;
}

/** What can be counted. */
export interface CountedThings {
  isService(id: string): boolean;
  isDepartment(id: string): boolean;
  isGrant(id: string): boolean;
}

const CLASSES = new Set(["internal-desktop", "designated-machine", "personal-device"]);
/** What was only heard of is written down this often. */
const WRITE_HEARD_MS = 60_000;
/** What points tell other processes is looked at this often. */
const READ_MS = 15_000;

/** A point as the dashboard shows it. */
export interface PointSeen {
  readonly point: Point;
  readonly standing: Standing;
  readonly status: PointStatus;
}

/** The enforcement points: who they are, what they obey, whether they prove it. */
export class PointRegistry {
  #parts: RegistryParts;
  #points = new Map<string, Point>();
  #byToken = new Map<string, Point>();
  #standings = new Map<string, Standing>();
  #obedience = new Obedience();
  #version = { version: 0, since: instant(0) };
  #mark = "";
  #unwritten = new Set<string>();
  #writtenAt = instant(0);
  #readAt = instant(0);
  #silent = new Set<string>();

  constructor(parts: RegistryParts) {
    this.#parts = parts;
  }

  /** Reads the points; before the first request. */
  async load(): Promise<void> {
    await this.refresh();
    this.#standings = new Map(await pointStandings(this.#parts.db));
  }

  /** Takes up points that other processes have made or ended. */
  async refresh(): Promise<void> {
    const mark = await pointsMark(this.#parts.db);
    if (mark === this.#mark) return;
    const points = await allPoints(this.#parts.db);
    this.#mark = mark;
    this.#points = new Map(points.map((point) => [point.id, point]));
    this.#byToken = new Map();
    for (const point of points) {
      if (point.ended !== undefined) this.#parts.ended(point.id);
      else if (point.tokenHash !== undefined) this.#byToken.set(point.tokenHash, point);
    }
  }

  /** The point of a token; undefined for any other text. Looked up by hash: the time it takes says nothing. */
  pointOfToken(token: string): Point | undefined {
    return this.#byToken.get(hashOfSecret(token));
  }

  /** A version was published. */
  published(version: number, since: Instant): void {
    this.#obedience.published(version, since);
    this.#version = { version, since };
  }

  /** Makes a code that one point can enrol with. */
  async invite(
    by: UserId,
    wish: { readonly kind: PointKind; readonly name: string },
  ): Promise<Result<{ readonly code: string; readonly expires: Instant }>> {
    const { db, clock, limits, audit } = this.#parts;
    if (this.#byToken.size >= limits.maxPoints) return failure("M_TOO_LARGE", "There are too many points.");
    const code = newCode();
    const now = clock.now();
    const expires = instant(now + limits.codeMs);
    const tx = db.begin();
    addCode(tx, { hash: hashOfSecret(code), kind: wish.kind, name: wish.name, created: now, by, expires });
    audit(tx, { act: "point.invited", by, on: "points", at: now, facts: { kind: wish.kind } });
    await tx.commit();
    return ok({ code, expires });
  }

  /** Exchanges a code for an id and a token; `proof` is the point's signature of the code. */
  async enrol(wish: {
    readonly code: string;
    readonly publicKey: string;
    readonly proof: string;
  }): Promise<
    Result<{ readonly id: string; readonly token: string; readonly kind: PointKind; readonly name: string }>
  > {
    const { db, clock, audit } = this.#parts;
    const code = wish.code.trim().toUpperCase();
    const hash = hashOfSecret(code);
    const now = clock.now();
    const found = await findCode(db, hash, now);
    if (found === undefined) return failure("POINT_CODE_REFUSED");
    if (!isSigned(wish.publicKey, wish.proof, wish.code)) return failure("M_INVALID_SIGNATURE");
    const token = newPointToken();
    const { kind, name, by } = found;
    const made = { kind, name, tokenHash: hashOfSecret(token), publicKey: wish.publicKey };
    const point: Point = { id: newPointId(), ...made, created: now, ended: undefined };
    const tx = db.begin();
    useCode(tx, hash, now);
    addPoint(tx, point, by);
    putStanding(tx, point.id, newStanding(now));
    audit(tx, { act: "point.enrolled", by: "system", on: point.id, at: now, facts: { kind } });
    try {
      await tx.commit();
    } catch (error) {
      if (!(error instanceof UnmetExpectation)) throw error;
      return failure("POINT_CODE_REFUSED");
    }
    this.#standings.set(point.id, newStanding(now));
    await this.refresh();
    return ok({ id: point.id, token, kind, name });
  }

  /** A point of this process: the same from start to start. */
  async embed(kind: PointKind, name: string): Promise<Point> {
    const { db, clock } = this.#parts;
    const id = `pt_embedded-${kind}`;
    const known = this.#points.get(id);
    if (known !== undefined) return known;
    const now = clock.now();
    const point = { id, kind, name, tokenHash: undefined, publicKey: undefined, created: now, ended: undefined };
    const tx = db.begin();
    addPoint(tx, point, undefined);
    await tx.commit();
    await this.refresh();
    return point;
  }

  /** Ends a point: its token is worth nothing any more. */
  async revoke(by: UserId, id: string): Promise<Result<object>> {
    await this.refresh();
    const point = this.#points.get(id);
    if (point === undefined || point.ended !== undefined) return failure("POINT_UNKNOWN");
    // It would go on, and nobody would see it any more.
    if (isEmbedded(point)) return failure("NOT_PERMITTED", EMBEDDED, { reason: "embedded" });
    const { db, clock, audit } = this.#parts;
    const at = clock.now();
    const tx = db.begin();
    endPoint(tx, id, { at, by });
    audit(tx, { act: "point.removed", by, on: id, at, facts: { kind: point.kind } });
    try {
      await tx.commit();
    } catch (error) {
      if (!(error instanceof UnmetExpectation)) throw error;
      return failure("POINT_UNKNOWN");
    }
    await this.refresh();
    return ok({});
  }

  /** A point was in contact. */
  heard(id: string): void {
    const now = this.#parts.clock.now();
    this.#standings.set(id, { ...this.#standingOf(id, now), heard: now });
    this.#unwritten.add(id);
    this.#silent.delete(id);
  }

  /** Takes what a point tells of itself. */
  async report(point: Point, report: PointReportBody): Promise<void> {
    const { db, clock, audit, counting } = this.#parts;
    const now = clock.now();
    const before = this.#standingOf(point.id, now);
    const isAgain = report.serial !== undefined && report.serial <= before.serial;
    const { obeys, tests, fault } = report;
    const isNewer = obeys !== undefined && obeys.version !== before.version && obeys.version <= this.#version.version;
    const standing: Standing = {
      ...before,
      ...{ heard: now, fault: fault ?? before.fault, serial: Math.max(report.serial ?? 0, before.serial) },
      tests: tests === undefined ? before.tests : readTests(tests),
      ...(isNewer ? { version: obeys.version, obeyedSince: instant(obeys.since) } : {}),
    };
    const by = auditActorOf(point.id);
    const tx = db.begin();
    putStanding(tx, point.id, standing);
    if (!isAgain) counting.collect(tx, this.#countsOf(report));
    if (isNewer) {
      const { version, since } = obeys;
      const ms = this.#obedience.obeyed({ before: before.version, version, since: instant(since), heard: now });
      audit(tx, { act: "point.obeyed", by, on: point.id, at: now, facts: { version, ms } });
    }
    if (tests !== undefined && tests.length > 0) {
      const failed = tests.filter((test) => test.found !== test.expected).length;
      const facts = { version: standing.version, tried: tests.length, failed };
      audit(tx, { act: "point.tested", by, on: point.id, at: now, facts });
    }
    this.#standings.set(point.id, standing);
    this.#silent.delete(point.id);
    await tx.commit();
  }

  #countsOf({ services = [], grants = [] }: PointReportBody): Parameters<Counting["collect"]>[1] {
    const { known } = this.#parts;
    return {
      services: services.filter(
        (one) =>
          known.isService(one.service) &&
          (one.department === "" || known.isDepartment(one.department)) &&
          CLASSES.has(one.machineClass),
      ),
      grants: grants.filter((one) => one.uses > 0 && known.isGrant(one.grant)),
    };
  }

  /** What the clock has brought; called every second. */
  async tick(): Promise<void> {
    await this.refresh();
    const { db, clock, audit, limits } = this.#parts;
    const now = clock.now();
    if (now - this.#readAt >= READ_MS) await this.#readOthers(now);
    const tx = db.begin();
    let isEmpty = true;
    for (const { point, standing } of this.points()) {
      if (point.ended !== undefined || this.#silent.has(point.id) || now - standing.heard <= limits.silentMs) continue;
      this.#silent.add(point.id);
      const facts = { version: standing.version, since: standing.heard };
      audit(tx, { act: "point.silent", by: "system", on: point.id, at: now, facts });
      isEmpty = false;
    }
    if (now - this.#writtenAt >= WRITE_HEARD_MS) {
      for (const id of this.#unwritten) putStanding(tx, id, this.#standingOf(id, now));
      isEmpty &&= this.#unwritten.size === 0;
      this.#unwritten.clear();
      this.#writtenAt = now;
    }
    if (!isEmpty) await tx.commit();
  }

  /** Takes up what points have told other processes. */
  async #readOthers(now: Instant): Promise<void> {
    this.#readAt = now;
    for (const [id, standing] of await pointStandings(this.#parts.db))
      if (standing.heard > this.#standingOf(id, instant(0)).heard) this.#standings.set(id, standing);
  }

  /** Every point with how it stands. */
  points(): readonly PointSeen[] {
    const { clock, limits } = this.#parts;
    const now = clock.now();
    const { version, since: versionSince } = this.#version;
    const facts = { now, version, versionSince, silentMs: limits.silentMs, graceMs: limits.graceMs };
    return [...this.#points.values()].map((point) => {
      const standing = this.#standingOf(point.id, point.created);
      return { point, standing, status: statusOf(point, standing, facts) };
    });
  }

  /** How long the last versions took to be obeyed, newest first. */
  obedience(): ReturnType<Obedience["recent"]> {
    return this.#obedience.recent(20);
  }

  #standingOf(id: string, heard: Instant): Standing {
    return this.#standings.get(id) ?? newStanding(heard);
  }
}

const EMBEDDED = "This point is a part of the server: the configuration of the server switches it off.";

/** Whether a point is a part of the server: it never enrolled. */
export function isEmbedded(point: Point): boolean {
  return point.publicKey === undefined;
}

function readTests(tests: NonNullable<PointReportBody["tests"]>): readonly SelfTest[] {
  return tests.map(({ at, ms, ...test }) => ({ ...test, at: instant(at), ...(ms === undefined ? {} : { ms }) }));
}

function isSigned(publicKey: string, signature: string, text: string): boolean {
  try {
    return verifySignature(publicKey, signature, text);
  } catch {
    return false; // bytes that are no key
  }
}

function auditActorOf(id: string): `pt_${string}` {
  return `pt_${id.slice(3)}`;
}
