import type { CausewayApi } from "../causeway-api.ts";
import { plainName } from "../people.ts";
import { listIn, numberIn, partOf, textIn } from "../read-json.ts";

/** How a point stands. */
export const pointStatuses = ["enforcing", "unproved", "behind", "failing", "silent"] as const;

/** One enforcement point. */
export interface PointRow {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly status: (typeof pointStatuses)[number];
  readonly version: number;
  readonly heard?: number;
}

/** How long a version took to be obeyed. */
export interface ChangeRow {
  readonly version: number;
  readonly points: number;
  readonly of: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

/** Which points obey which version, and how long changes took. */
export interface PointsBoard {
  readonly version: number;
  readonly points: readonly PointRow[];
  readonly changes: readonly ChangeRow[];
}

/** The board of enforcement points. */
export async function pointsOf(api: CausewayApi): Promise<PointsBoard> {
  const answer = await api.get("/points");
  return {
    version: numberIn(answer, "version") ?? 0,
    points: listIn(answer, "points").map((one) => {
      const heard = numberIn(one, "heard");
      return {
        id: textIn(one, "point_id") || textIn(one, "id"),
        name: plainName(textIn(one, "name")),
        kind: textIn(one, "kind"),
        status: pointStatuses.find((status) => status === textIn(one, "status")) ?? "unproved",
        version: numberIn(one, "version") ?? numberIn(partOf(one, "obeys"), "version") ?? 0,
        ...(heard === undefined ? {} : { heard }),
      };
    }),
    changes: listIn(answer, "changes").map((one) => {
      const [p50Ms, p99Ms] = [numberIn(one, "p50_ms"), numberIn(one, "p99_ms")];
      return {
        version: numberIn(one, "version") ?? 0,
        points: numberIn(one, "points") ?? 0,
        of: numberIn(one, "of") ?? 0,
        ...(p50Ms === undefined ? {} : { p50Ms }),
        ...(p99Ms === undefined ? {} : { p99Ms }),
      };
    }),
  };
}
