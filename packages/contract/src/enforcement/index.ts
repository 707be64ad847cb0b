import { z } from "zod";
import { code } from "../directory/fields.ts";
import { machineClasses } from "../directory/machines.ts";
import { endpoint } from "../endpoint.ts";

const BASE = "/causeway/v1/enforcement/files";
const query = z.object({
  class: z.enum(machineClasses).default("internal-desktop"),
  /** `no`: for desktops that have no guard; their browsers then block by themselves what a grant cannot open. */
  guard: z.enum(["yes", "no"]).default("yes"),
  /** `any`: for the desktops of those to whom a private Google account was granted: a browser's policy cannot ask the server. */
  google: z.enum(["own", "any"]).default("own"),
});
const params = z.object({
  department: code,
  file: z.string().regex(/^[a-z][a-z0-9.-]{1,60}$/, "not the name of a file"),
});

/** `GET /causeway/v1/enforcement/files`. */
export const listEndpointFiles = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "enforcement.files" },
  summary: "The files for management tools that there are, and the version of the policy that they would be made from.",
  errors: ["NOT_PERMITTED"],
  rate: "read",
});

/** `GET /causeway/v1/enforcement/files/{department}/{file}`. */
export const getEndpointFile = endpoint({
  method: "GET",
  path: `${BASE}/:department/:file`,
  access: { action: "enforcement.files" },
  summary:
    "A file for the machines of a department, with the version of the policy in it; its signature is in the header `Causeway-Signature`.",
  params,
  query,
  errors: ["DIRECTORY_UNKNOWN", "M_NOT_FOUND", "NOT_PERMITTED"],
  rate: "read",
  head: true,
});

/** `GET /causeway/v1/enforcement/files/{department}/{file}/signature`. */
export const getEndpointFileSignature = endpoint({
  method: "GET",
  path: `${BASE}/:department/:file/signature`,
  access: { action: "enforcement.files" },
  summary: "The signed statement of what a file is: its digest, department, class and version; and the public keys.",
  params,
  query,
  errors: ["DIRECTORY_UNKNOWN", "M_NOT_FOUND", "NOT_PERMITTED"],
  rate: "read",
});
