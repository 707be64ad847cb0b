import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryBool } from "../fields.ts";
import { code, name, postId, reorganisationId, time, unitId } from "./fields.ts";

const codeById = <Id extends z.ZodType<string, string>>(id: Id) =>
  z.array(z.strictObject({ id, code })).max(10_000).default([]);

/** Which departments end, what they become, and who takes what. */
export const reorganisationPlan = z.strictObject({
  /** The departments that end; what they have must all be taken. */
  ends: z.array(code).max(100).default([]),
  into: z
    .array(
      z.strictObject({
        /** A department that stays, or the code of a new one. */
        code,
        /** The names of a new one. */
        name_en: name.optional(),
        name_zh: name.optional(),
        /** Whole departments that end. */
        departments: z.array(code).max(100).default([]),
        /** Divisions, and sections that are in none, with everything in them. */
        units: z.array(unitId).max(10_000).default([]),
        /** Posts directly under their department. */
        posts: z.array(postId).max(10_000).default([]),
        /** The post of its Head. Left out: a new department has none yet. */
        head: postId.optional(),
      }),
    )
    .min(1)
    .max(100),
  /** New codes for divisions and sections, where two would have the same. */
  rename_units: codeById(unitId),
  /** New codes for posts. */
  rename_posts: codeById(postId),
});

/** Which departments end, what they become, and who takes what. */
export type ReorganisationPlan = z.output<typeof reorganisationPlan>;

/** `POST /causeway/v1/directory/reorganisations`. */
export const reorganise = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/reorganisations",
  access: { action: "directory.write" },
  summary:
    "Merges or splits departments, now or at a time: posts, people, roles, delegations and machines move; old codes lead to what came of them.",
  body: reorganisationPlan.extend({ at: time.optional() }),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "M_INVALID_PARAM"],
  rate: "write",
});

/** `GET /causeway/v1/directory/reorganisations`. */
export const listReorganisations = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/reorganisations",
  access: { action: "directory.write" },
  summary: "Mergers and splits, done and to come.",
  errors: [],
  rate: "read",
});

/** `POST /causeway/v1/directory/reorganisations/{reorganisationId}/cancel`. */
export const cancelReorganisation = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/reorganisations/:reorganisationId/cancel",
  access: { action: "directory.write", on: "reorganisationId" },
  summary: "Cancels one that is to come.",
  params: z.object({ reorganisationId }),
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT"],
  rate: "write",
});

/** `POST /causeway/v1/directory/import`: the body is CSV, as docs/runbooks/directory.md describes it. */
export const importDirectory = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/import",
  access: { action: "directory.write" },
  summary:
    "Brings the directory to what a CSV file says, or lists what would change. With a fault anywhere nothing changes, and every fault is listed.",
  query: z.object({ dry_run: queryBool.default(false), absent: z.enum(["keep", "leave"]).default("keep") }),
  bodyKind: "stream",
  errors: ["IMPORT_REFUSED", "M_TOO_LARGE"],
  rate: "write",
});
