import type { RequestLabel } from "@causeway/contract";

/** What makes a request a risk: points for each fact; from `high` points on it is of high risk. */
export interface RiskRules {
  readonly high: number;
  readonly labels: Readonly<Record<RequestLabel, number>>;
  /** By category of the catalogue; `site` is a host of no service, `other` every category that is not named. */
  readonly categories: Readonly<Record<string, number>>;
  readonly upload: number;
  /** What longer times cost: the points of the longest span that the request is longer than. */
  readonly days: readonly { readonly over: number; readonly points: number }[];
  /** For more people than the one who asks. */
  readonly scopes: Readonly<Record<"post" | "group" | "machine", number>>;
  /** For somebody who has had no grant for this before. */
  readonly firstUse: number;
  /** For each earlier grant of theirs that had to be ended early. */
  readonly endedEarly: number;
}

/** To whom a request goes when nobody answers. */
export type EscalationTarget = "delegates" | "authority";

/** Numbers and rules of requests and grants: every one is configuration. */
export interface AccessLimits {
  readonly risk: RiskRules;
  /** The longest grant, in days. */
  readonly maxDays: number;
  /** Open requests of one person. */
  readonly maxOpenRequests: number;
  /** Drafts of one person. */
  readonly maxDrafts: number;
  /** How long before its end a grant warns, in minutes. */
  readonly warnMinutes: readonly number[];
  readonly breakGlassMinutes: number;
  /** The labels of data for which the glass can be broken. */
  readonly breakGlassLabels: readonly RequestLabel[];
  /** How often one person may break the glass in a day. */
  readonly maxBreakGlassPerDay: number;
  readonly glassReviewDays: number;
  /** How long a request waits for an answer before it goes on to the next of `escalateTo`. */
  readonly escalateMinutes: number;
  readonly escalateTo: readonly EscalationTarget[];
  /** The next authority up, by the code of a department: the code of a department (its Head), or `DEPARTMENT/POST`. `*`: of every other one. */
  readonly authorities: Readonly<Record<string, string>>;
  /** Whose DITSO advises for a department that has none, by codes of departments. */
  readonly advisers: Readonly<Record<string, string>>;
  /** Posts whose holders are directorate officers beside the Heads: `DEPARTMENT/POST`. */
  readonly directorate: readonly string[];
  /** Whether the confirmation of a decision of high risk must be a passkey. */
  readonly stepUp: "any" | "passkey";
  /** The months in which a quarter begins, and how long its review may take. */
  readonly quarterMonths: readonly number[];
  readonly reviewDays: number;
  /** The longest look at one person's records, in days; and those that one person may have open. */
  readonly maxLookDays: number;
  readonly maxOpenLooks: number;
  /** Rows of one export. */
  readonly maxExportRows: number;
  /** The installation's own time, in minutes east of UTC. */
  readonly utcOffsetMinutes: number;
}

/** What a new installation has. */
export const defaultAccessLimits: AccessLimits = {
  risk: {
    high: 4,
    labels: { unclassified: 0, RESTRICTED: 2, CONFIDENTIAL: 4 },
    categories: { messaging: 0, webmail: 1, "cloud-storage": 1, "file-transfer": 1, site: 0, other: 1 },
    upload: 2,
    days: [
      { over: 30, points: 1 },
      { over: 92, points: 2 },
    ],
    scopes: { post: 1, group: 2, machine: 1 },
    firstUse: 0,
    endedEarly: 1,
  },
  maxDays: 366,
  maxOpenRequests: 50,
  maxDrafts: 50,
  warnMinutes: [4320, 1440, 60],
  breakGlassMinutes: 120,
  breakGlassLabels: ["unclassified", "RESTRICTED"],
  maxBreakGlassPerDay: 3,
  glassReviewDays: 7,
  escalateMinutes: 480,
  escalateTo: ["delegates", "authority"],
  authorities: {},
  advisers: {},
  directorate: [],
  stepUp: "any",
  quarterMonths: [1, 4, 7, 10],
  reviewDays: 21,
  maxLookDays: 30,
  maxOpenLooks: 20,
  maxExportRows: 20_000,
  utcOffsetMinutes: 0,
};
