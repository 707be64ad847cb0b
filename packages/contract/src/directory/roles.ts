import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { userId } from "../fields.ts";
import { grantableRoles } from "../roles.ts";
import { code, delegationId, roleGrantId, time } from "./fields.ts";

/** `GET /causeway/v1/directory/roles`. */
export const listRoles = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/roles",
  access: { action: "roles.read" },
  summary: "The roles that are given to persons at present.",
  errors: [],
  rate: "read",
});

/** `POST /causeway/v1/directory/roles`. */
export const giveRole = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/roles",
  access: { action: "directory.roles" },
  summary: "Gives somebody a role. Nobody can hold both administrator roles.",
  body: z.object({
    user_id: userId,
    role: z.enum(grantableRoles),
    department: code.optional(),
    until: time.optional(),
  }),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "ROLES_EXCLUDE", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST /causeway/v1/directory/roles/{roleGrantId}/take`. */
export const takeRole = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/roles/:roleGrantId/take",
  access: { action: "directory.roles", on: "roleGrantId" },
  summary: "Takes a role away.",
  params: z.object({ roleGrantId }),
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "NOT_PERMITTED"],
  rate: "write",
});

/** What a delegate may decide at most; what is left out is not limited. */
export const delegationLimits = z.strictObject({
  /** The longest authorisation, in days. */
  max_days: z.number().int().min(1).max(3660).optional(),
  /** The kinds of service, by the names of the catalogue. */
  categories: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, "not the name of a category"))
    .min(1)
    .max(50)
    .optional(),
  /** The highest label of the data. */
  label: z.enum(["unclassified", "RESTRICTED"]).optional(),
  /** False: never with upload. */
  upload: z.boolean().optional(),
  /** Only for posts that came from this department, which has been merged since. */
  from_department: code.optional(),
});

/** What a delegate may decide at most. */
export type DelegationLimits = z.output<typeof delegationLimits>;

const ofDepartment = z.object({ code });

/** `GET /causeway/v1/directory/departments/{code}/delegations`. */
export const listDelegations = endpoint({
  method: "GET",
  path: "/causeway/v1/directory/departments/:code/delegations",
  access: { action: "directory.read", on: "code" },
  summary:
    "Who may decide in the Head's place in a department, within which dates and limits; what is over for those who may see roles.",
  params: ofDepartment,
  errors: ["DIRECTORY_UNKNOWN"],
  rate: "read",
});

/** `POST /causeway/v1/directory/departments/{code}/delegations`. */
export const delegate = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/departments/:code/delegations",
  access: { action: "directory.delegate", on: "code" },
  summary: "The Head, or a security administrator, lets somebody of the department decide in the Head's place.",
  params: ofDepartment,
  body: z.object({
    user_id: userId,
    from: time.optional(),
    until: time,
    limits: delegationLimits.omit({ from_department: true }).default({}),
  }),
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST /causeway/v1/directory/delegations/{delegationId}/revoke`. */
export const revokeDelegation = endpoint({
  method: "POST",
  path: "/causeway/v1/directory/delegations/:delegationId/revoke",
  access: { action: "directory.delegate", on: "delegationId" },
  summary: "Ends a delegation at once.",
  params: z.object({ delegationId }),
  bodyOptional: true,
  errors: ["DIRECTORY_UNKNOWN", "DIRECTORY_CONFLICT", "NOT_PERMITTED"],
  rate: "write",
});
