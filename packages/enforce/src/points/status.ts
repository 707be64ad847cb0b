import type { Instant } from "@causeway/base";
import type { Point, Standing } from "./point.ts";

/** How a point stands: only `enforcing` means that it obeys what holds now, and has proved it. */
export type PointStatus =
  | "enforcing"
  /** It says that it obeys, and has not proved it with a self-test. */
  | "unproved"
  /** It obeys an older version. */
  | "behind"
  /** It says so itself, or a self-test found something open that must be closed, or the other way round. */
  | "failing"
  /** It has not been heard of for longer than configured. */
  | "silent"
  | "ended";

/** What a status is worked out from. */
export interface StatusFacts {
  readonly now: Instant;
  /** The version in force, and since when. */
  readonly version: number;
  readonly versionSince: Instant;
  readonly silentMs: number;
  /** How long a point may take to obey a new version before it is behind. */
  readonly graceMs: number;
}

/** A daily self-test may be late by a little. */
const PROOF_SLACK = 1.25;

/** How a point stands. Pure. */
export function statusOf(point: Point, standing: Standing, facts: StatusFacts): PointStatus {
  if (point.ended !== undefined) return "ended";
  if (facts.now - standing.heard > facts.silentMs) return "silent";
  if (standing.fault !== "" || standing.tests.some((test) => test.found !== test.expected)) return "failing";
  const isBehind = standing.version < facts.version && facts.now - facts.versionSince > facts.graceMs;
  if (isBehind) return "behind";
  const newest = Math.max(...standing.tests.filter((test) => test.expected === "blocked").map((test) => test.at));
  return newest >= facts.now - facts.silentMs * PROOF_SLACK ? "enforcing" : "unproved";
}
