import type { CausewayApi } from "../causeway-api.ts";
import { plainName } from "../people.ts";
import { listIn, numberIn, partOf, textIn } from "../read-json.ts";

/** How a point stands. */
export const pointStatuses = ["enforcing", "unproved", "behind", "failing", "silent"] as const;
/** One of `pointStatuses`. */
export type PointStatus = (typeof pointStatuses)[number];

/** What a point tried, as a machine behind it would. */
export interface SelfTestRow {
  readonly at: number;
  readonly target: string;
  readonly expected: string;
  readonly found: string;
}

/** One enforcement point. */
export interface PointRow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly status: PointStatus;
  /** The version that it obeys, since when by its clock; undefined while it has said nothing. */
  readonly obeys?: { readonly version: number; readonly since: number };
  readonly heard?: number;
  readonly isConnected: boolean;
  /** A part of the server: it cannot be revoked. */
  readonly isEmbedded: boolean;
  /** A code; empty when nothing is wrong. */
  readonly fault: string;
  readonly tests: readonly SelfTestRow[];
}

/** How long a version took to be obeyed, and by how many of the points. */
export interface ChangeRow {
  readonly version: number;
  readonly since: number;
  readonly points: number;
  readonly of: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly maxMs?: number;
}

/** Which points obey which version, and how long changes took. */
export interface PointsBoard {
  readonly version: number;
  readonly issued: number;
  readonly points: readonly PointRow[];
  readonly changes: readonly ChangeRow[];
}

/** The board of enforcement points. */
export async function pointsOf(api: CausewayApi): Promise<PointsBoard> {
  const answer = await api.get("/points");
  return {
    version: numberIn(answer, "version") ?? 0,
    issued: numberIn(answer, "issued") ?? 0,
    points: listIn(answer, "points").map(pointRow),
    changes: listIn(answer, "changes").map(changeRow),
  };
}

function pointRow(one: unknown): PointRow {
  const [heard, version] = [numberIn(one, "heard"), numberIn(one, "obeys")];
  return {
    id: textIn(one, "point_id"),
    name: plainName(textIn(one, "name")),
    kind: textIn(one, "kind"),
    status: pointStatuses.find((status) => status === textIn(one, "status")) ?? "unproved",
    isConnected: partOf(one, "connected") === true,
    isEmbedded: partOf(one, "embedded") === true,
    fault: textIn(one, "fault"),
    tests: listIn(one, "tests").map((test) => ({
      ...{ at: numberIn(test, "at") ?? 0, target: plainName(textIn(test, "target")) },
      ...{ expected: textIn(test, "expected"), found: textIn(test, "found") },
    })),
    ...(version === undefined ? {} : { obeys: { version, since: numberIn(one, "obeys_since") ?? 0 } }),
    ...(heard === undefined ? {} : { heard }),
  };
}

function changeRow(one: unknown): ChangeRow {
  const points = numberIn(one, "points") ?? 0;
  const [p50Ms, p99Ms, maxMs] = [numberIn(one, "p50_ms"), numberIn(one, "p99_ms"), numberIn(one, "max_ms")];
  return {
    ...{ version: numberIn(one, "version") ?? 0, since: numberIn(one, "since") ?? 0 },
    ...{ points, of: numberIn(one, "of") ?? 0 },
    // Of nobody there are no times.
    ...(points === 0 || p50Ms === undefined ? {} : { p50Ms }),
    ...(points === 0 || p99Ms === undefined ? {} : { p99Ms }),
    ...(points === 0 || maxMs === undefined ? {} : { maxMs }),
  };
}

/** How many points stand how; those that there are none of are left out. */
export function countsByStatus(points: readonly PointRow[]): readonly (readonly [PointStatus, number])[] {
  return pointStatuses
    .map((status) => [status, points.filter((one) => one.status === status).length] as const)
    .filter(([, count]) => count > 0);
}

/** What `causeway-point` runs beside. */
export const remoteKinds = ["unbound", "bind", "squid", "probe"] as const;
/** One of `remoteKinds`. */
export type RemoteKind = (typeof remoteKinds)[number];

/** A code that one point can enrol with, once. */
export interface PointCode {
  readonly code: string;
  readonly expires: number;
}

/** Makes a code for one point. */
export async function invitePoint(
  api: CausewayApi,
  wish: { readonly kind: RemoteKind; readonly name: string },
): Promise<PointCode> {
  const answer = await api.post("/points/codes", wish);
  return { code: textIn(answer, "code"), expires: numberIn(answer, "expires") ?? 0 };
}

/** Ends a point. */
export async function revokePoint(api: CausewayApi, id: string): Promise<void> {
  await api.post(`/points/${encodeURIComponent(id)}/revoke`);
}

/** What the point's file holds, and the command that enrols and starts it. */
export function startLines(kind: RemoteKind, server: string, code: string): { file: string; command: string } {
  const mode = kind === "squid" ? "squid-helper" : kind;
  return {
    file: `server: ${server}\ndirectory: /var/lib/causeway-point\n`,
    command: `CAUSEWAY_POINT_CODE=${code} causeway-point ${mode} --config /etc/causeway-point.yaml`,
  };
}
