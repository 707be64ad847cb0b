import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryInt } from "../fields.ts";
import { code } from "../directory/fields.ts";
import { comparable, editionNumber, ofDepartment, policyContent, policyLimits, publishing } from "./fields.ts";

const BASE = "/causeway/v1/policies";

/** `GET /causeway/v1/policies`. */
export const getPolicies = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "policy.read" },
  summary: "The rules in effect, where nothing is enforced yet, and the version that points are given.",
  errors: [],
  rate: "read",
});

/** `GET /causeway/v1/policies/editions`. */
export const listPolicyEditions = endpoint({
  method: "GET",
  path: `${BASE}/editions`,
  access: { action: "policy.read" },
  summary: "The published versions of the centre's rules, or of a department's own, newest first.",
  query: ofDepartment,
  errors: ["DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `GET /causeway/v1/policies/editions/{version}`. */
export const getPolicyEdition = endpoint({
  method: "GET",
  path: `${BASE}/editions/:version`,
  access: { action: "policy.read" },
  summary: "One published version with all that it says.",
  params: z.object({ version: editionNumber }),
  query: ofDepartment,
  errors: ["EDITION_UNKNOWN", "DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `POST /causeway/v1/policies/editions/{version}/withdraw`. */
export const withdrawPolicyEdition = endpoint({
  method: "POST",
  path: `${BASE}/editions/:version/withdraw`,
  access: { action: "policy.write" },
  summary: "Takes back a version that is not in effect yet.",
  params: z.object({ version: editionNumber }),
  query: ofDepartment,
  bodyOptional: true,
  errors: ["EDITION_UNKNOWN", "EDITION_CONFLICT", "DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "write",
});

/** `GET /causeway/v1/policies/differences`. */
export const comparePolicies = endpoint({
  method: "GET",
  path: `${BASE}/differences`,
  access: { action: "policy.read" },
  summary: "What differs between two versions, or between a version and the draft.",
  query: ofDepartment.extend({ from: editionNumber, to: comparable }),
  errors: ["EDITION_UNKNOWN", "DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `GET /causeway/v1/policies/draft`. */
export const getPolicyDraft = endpoint({
  method: "GET",
  path: `${BASE}/draft`,
  access: { action: "policy.write" },
  summary: "The draft of the next version; while there is none, what is in effect, as revision 0.",
  query: ofDepartment,
  errors: ["DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `PUT /causeway/v1/policies/draft`. */
export const putPolicyDraft = endpoint({
  method: "PUT",
  path: `${BASE}/draft`,
  access: { action: "policy.write" },
  summary: "Replaces the draft of the next version. `revision` is that which was read.",
  query: ofDepartment,
  body: policyContent.extend({ revision: z.number().int().min(0) }),
  errors: ["EDITION_CONFLICT", "EDITION_REFUSED", "DIRECTORY_UNKNOWN", "NOT_PERMITTED", "M_TOO_LARGE"],
  rate: "write",
  maxBodyBytes: policyLimits.bytes,
});

/** `DELETE /causeway/v1/policies/draft`. */
export const dropPolicyDraft = endpoint({
  method: "DELETE",
  path: `${BASE}/draft`,
  access: { action: "policy.write" },
  summary: "Drops the draft.",
  query: ofDepartment,
  errors: ["DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST /causeway/v1/policies/publish`. */
export const publishPolicies = endpoint({
  method: "POST",
  path: `${BASE}/publish`,
  access: { action: "policy.write" },
  summary: "Publishes the draft as the next version, at once or from a time on.",
  query: ofDepartment,
  body: publishing,
  errors: ["EDITION_UNKNOWN", "EDITION_CONFLICT", "EDITION_REFUSED", "DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "write",
});

/** `GET /causeway/v1/policies/counts`. */
export const getPolicyCounts = endpoint({
  method: "GET",
  path: `${BASE}/counts`,
  access: { action: "policy.read" },
  summary:
    "How often services were asked for, by day: allowed, opened by a grant, refused, and what would have been refused. Never who or where from.",
  query: z.object({ days: queryInt({ min: 1, max: 400 }).default(30), department: code.optional() }),
  errors: ["DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `POST /causeway/v1/policies/what-if`. */
export const askWhatIf = endpoint({
  method: "POST",
  path: `${BASE}/what-if`,
  access: { action: "policy.read" },
  summary:
    "What rules would have refused of what was asked for in the last days, by service, department and machine class.",
  query: ofDepartment,
  body: policyContent.extend({ days: z.number().int().min(1).max(400).default(30) }),
  errors: ["EDITION_REFUSED", "DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
  maxBodyBytes: policyLimits.bytes,
});
