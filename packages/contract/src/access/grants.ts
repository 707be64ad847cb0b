import { z } from "zod";
import { time } from "../directory/fields.ts";
import { endpoint } from "../endpoint.ts";
import { grantId, words } from "./fields.ts";
import { grantView, requestView, stepView, useView } from "./views.ts";

const BASE = "/causeway/v1/access/grants";
const ofGrant = z.object({ grantId });

/** `GET …/grants`: what is open for the caller. */
export const listGrants = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "access.use" },
  summary:
    "The grants that are in force for the caller: their own, those of their posts and groups, those of the machine that they call from.",
  output: z.object({ grants: z.array(grantView) }),
  errors: [],
  rate: "read",
});

/** `GET …/grants/{grantId}`. */
export const getGrant = endpoint({
  method: "GET",
  path: `${BASE}/:grantId`,
  access: { action: "access.use", on: "grantId" },
  summary: "A grant with everything that happened to it, for those whom it concerns.",
  params: ofGrant,
  output: grantView.extend({ steps: z.array(stepView), use: useView.optional() }),
  errors: ["ACCESS_UNKNOWN"],
  rate: "read",
});

/** `POST …/grants/{grantId}/extend`: asks for more time; a decision like the first one. */
export const extendGrant = endpoint({
  method: "POST",
  path: `${BASE}/:grantId/extend`,
  access: { action: "access.use", on: "grantId" },
  summary: "Asks for more time for a grant that is in force. It is decided like a request, and shows the use so far.",
  params: ofGrant,
  body: z.strictObject({ need: words, until: time }),
  output: requestView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_ENDED", "ACCESS_UNTIL_REFUSED", "ACCESS_TOO_MANY", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST …/grants/{grantId}/revoke`: ends it at once; what is open is closed. */
export const revokeGrant = endpoint({
  method: "POST",
  path: `${BASE}/:grantId/revoke`,
  access: { action: "access.use", on: "grantId" },
  summary:
    "Ends a grant at once: by whoever may decide, the DITSO, a security administrator, or its officer, who hands it back.",
  params: ofGrant,
  body: z.object({ reason: words }),
  output: grantView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_ENDED", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST …/grants/{grantId}/glass-review`: the DITSO's look at a grant by break-glass. */
export const reviewGlass = endpoint({
  method: "POST",
  path: `${BASE}/:grantId/glass-review`,
  access: { action: "access.advise", on: "grantId" },
  summary: "The DITSO says whether a break-glass was justified. One that was not ends at once if it is still in force.",
  params: ofGrant,
  body: z.object({ verdict: z.enum(["justified", "not-justified"]), reason: words }),
  output: grantView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_STATE", "NOT_PERMITTED"],
  rate: "write",
});
