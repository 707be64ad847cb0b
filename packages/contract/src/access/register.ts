import { parseUserId, type UserId } from "@causeway/base";
import { z } from "zod";
import { code } from "../directory/fields.ts";
import { endpoint } from "../endpoint.ts";
import { branded } from "../fields.ts";
import { requestId, requestStates, serviceId } from "./fields.ts";
import { requestView } from "./views.ts";

const BASE = "/causeway/v1/access/register";
const MAX_TIME = 253_402_300_799_000;
const person: z.ZodType<UserId, string> = branded(parseUserId, "user id");
const queryTime = z
  .string()
  .regex(/^[0-9]{1,15}$/, "not a time in milliseconds")
  .transform(Number)
  .refine((ms) => ms <= MAX_TIME, "too late");

/** What the register is filtered by. Times are of when a request was asked. */
export const registerFilter = z.object({
  department: code.optional(),
  service: serviceId.optional(),
  /** A host that was asked for as a site. */
  site: z.string().min(1).max(253).optional(),
  person: person.optional(),
  state: z.enum(requestStates).exclude(["draft"]).optional(),
  since: queryTime.optional(),
  before: queryTime.optional(),
});

/** What the register is filtered by. */
export type RegisterFilter = z.output<typeof registerFilter>;

/** The languages in which the register is written. */
export const registerLanguages = ["en", "zh-Hant", "zh-Hans"] as const;

/** One of `registerLanguages`. */
export type RegisterLanguage = (typeof registerLanguages)[number];

const inLanguage = registerFilter.extend({ language: z.enum(registerLanguages).default("en") });

/** `GET …/register`. */
export const readRegister = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "access.register" },
  summary:
    "Requests and grants, newest first: of every department for auditors and the DPO, of their own for Heads, DITSOs and DSOs.",
  query: registerFilter.extend({
    limit: z
      .string()
      .regex(/^[0-9]{1,4}$/)
      .transform(Number)
      .default(50),
    from: requestId.optional(),
  }),
  output: z.object({ rows: z.array(requestView), total: z.number().int(), next: z.string().optional() }),
  errors: ["ACCESS_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `GET …/register/csv`. */
export const registerCsv = endpoint({
  method: "GET",
  path: `${BASE}/csv`,
  access: { action: "access.register" },
  summary: "The register as a CSV file, in one of three languages.",
  query: inLanguage,
  errors: ["NOT_PERMITTED", "ACCESS_TOO_MANY"],
  rate: "read",
});

/** `GET …/register/pdf`. */
export const registerPdf = endpoint({
  method: "GET",
  path: `${BASE}/pdf`,
  access: { action: "access.register" },
  summary: "The register as a PDF file, in one of three languages.",
  query: inLanguage,
  errors: ["NOT_PERMITTED", "ACCESS_TOO_MANY"],
  rate: "read",
});

/** `GET …/register/chart`. */
export const registerChart = endpoint({
  method: "GET",
  path: `${BASE}/chart`,
  access: { action: "access.register" },
  summary: "Grants over time: how many were in force, began and ended in each step, by category.",
  query: registerFilter.omit({ state: true }).extend({ step: z.enum(["day", "week", "month"]).default("week") }),
  output: z.object({
    step: z.enum(["day", "week", "month"]),
    points: z.array(
      z.object({
        at: z.number().int(),
        in_force: z.number().int(),
        began: z.number().int(),
        ended: z.number().int(),
        by_category: z.record(z.string(), z.number().int()),
      }),
    ),
  }),
  errors: ["NOT_PERMITTED", "ACCESS_TOO_MANY"],
  rate: "read",
});
