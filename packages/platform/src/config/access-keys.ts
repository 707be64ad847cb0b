import { z } from "zod";
import { key } from "./config-key.ts";

const count = z.number().int().min(0).max(1_000_000_000);
const some = z.number().int().min(1).max(1_000_000_000);
const points = z.number().min(-100).max(100);
const code = z.string().min(1).max(100);
const byCode = z.record(code, code);
const labels = ["unclassified", "RESTRICTED", "CONFIDENTIAL"] as const;

const risk = z.strictObject({
  high: points,
  labels: z.strictObject({ unclassified: points, RESTRICTED: points, CONFIDENTIAL: points }),
  categories: z.record(code, points),
  upload: points,
  days: z.array(z.strictObject({ over: count, points })).max(20),
  scopes: z.strictObject({ post: points, group: points, machine: points }),
  firstUse: points,
  endedEarly: points,
});

/** Requests and grants (`access.…`): every number and every rule that departments may want to be different. */
export const accessKeys = {
  accessRisk: key(
    "access.risk",
    risk,
    {
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
    "What makes a request a risk, in points; from `high` points on it needs the DITSO's advice and a fresh confirmation.",
  ),
  accessMaxDays: key("access.maxDays", some.max(3660), 366, "The longest grant, in days."),
  accessMaxOpenRequests: key("access.maxOpenRequests", some, 50, "Open requests of one person."),
  accessMaxDrafts: key("access.maxDrafts", count, 50, "Drafts of one person."),
  accessWarnMinutes: key(
    "access.warnMinutes",
    z.array(some).max(10),
    [4320, 1440, 60],
    "How long before its end a grant warns, in minutes.",
  ),
  accessBreakGlassMinutes: key("access.breakGlassMinutes", some, 120, "How long a break-glass opens, in minutes."),
  accessBreakGlassLabels: key<(typeof labels)[number][]>(
    "access.breakGlassLabels",
    z.array(z.enum(labels)),
    ["unclassified", "RESTRICTED"],
    "The labels of data for which the glass can be broken.",
  ),
  accessMaxBreakGlassPerDay: key("access.maxBreakGlassPerDay", count, 3, "Break-glasses of one person in a day."),
  accessGlassReviewDays: key("access.glassReviewDays", some, 7, "Until when a break-glass is reviewed, in days."),
  accessEscalateMinutes: key(
    "access.escalateMinutes",
    some,
    480,
    "How long a request waits before the next ones are asked as well, in minutes.",
  ),
  accessEscalateTo: key<("delegates" | "authority")[]>(
    "access.escalateTo",
    z.array(z.enum(["delegates", "authority"])).max(10),
    ["delegates", "authority"],
    "Who is asked then, step by step.",
  ),
  accessAuthorities: key(
    "access.authorities",
    byCode,
    {},
    "The next authority up by department: the code of a department (its Head) or DEPARTMENT/POST; `*` for every other.",
  ),
  accessAdvisers: key(
    "access.advisers",
    byCode,
    {},
    "Whose DITSO advises for a department that has none, by codes of departments.",
  ),
  accessDirectorate: key(
    "access.directorate",
    z.array(code).max(500),
    [],
    "Posts whose holders are directorate officers beside the Heads: DEPARTMENT/POST.",
  ),
  accessStepUp: key(
    "access.stepUp",
    z.enum(["any", "passkey"]),
    "any",
    "What confirms a decision of high risk: anything that the account signs in with, or a passkey only.",
  ),
  accessQuarterMonths: key(
    "access.quarterMonths",
    z.array(z.number().int().min(1).max(12)).min(1).max(12),
    [1, 4, 7, 10],
    "The months with which a review of necessity begins.",
  ),
  accessReviewDays: key("access.reviewDays", some, 21, "How long a review of necessity may take, in days."),
  accessMaxLookDays: key("access.maxLookDays", some, 30, "The longest look at one person's records, in days."),
  accessMaxOpenLooks: key("access.maxOpenLooks", count, 20, "Open looks of one person."),
  accessMaxExportRows: key("access.maxExportRows", some, 20_000, "Rows of one export of the register."),
} as const;
