import { z } from "zod";
import { time } from "../directory/fields.ts";
import { endpoint } from "../endpoint.ts";
import { userId } from "../fields.ts";
import { lookId, stepUpAuth, words } from "./fields.ts";
import { grantView, namedView, useView } from "./views.ts";

const BASE = "/causeway/v1/access/looks";
const ofLook = z.object({ lookId });

/** A look at one person's records. */
export const lookView = z.object({
  look_id: z.string(),
  state: z.enum(["asked", "open", "refused", "withdrawn", "ended"]),
  person: namedView,
  reason: z.string(),
  /** When it ends. */
  until: z.number().int(),
  asked_by: namedView,
  asked_at: z.number().int(),
  decided: z.object({ by: namedView, at: z.number().int(), reason: z.string().optional() }).optional(),
  /** How often the records were looked at. */
  looked: z.number().int(),
  ended: z.object({ at: z.number().int(), by: namedView.optional() }).optional(),
  /** When the person was told. */
  told: z.number().int().optional(),
  /** Who forbade that the person is told; never shown to the person. */
  silenced: z.object({ by: namedView, at: z.number().int(), reason: z.string() }).optional(),
});

/** A look, as it is answered. */
export type LookView = z.output<typeof lookView>;

/** `POST …/looks`. */
export const askLook = endpoint({
  method: "POST",
  path: BASE,
  access: { action: "access.look" },
  summary:
    "Asks to look at one person's records, with a reason and an end; a directorate officer, who is somebody else, decides.",
  body: z.strictObject({ person: userId, reason: words, until: time }),
  output: lookView,
  errors: ["ACCESS_UNTIL_REFUSED", "ACCESS_UNKNOWN", "ACCESS_TOO_MANY", "NOT_PERMITTED"],
  rate: "write",
});

/** `GET …/looks`. */
export const listLooks = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "access.use" },
  summary:
    "Looks that the caller asked for (`mine`), may decide (`to-decide`), or was told of (`about-me`); all of them for auditors (`all`).",
  query: z.object({ list: z.enum(["mine", "to-decide", "about-me", "all"]).default("mine") }),
  output: z.object({ looks: z.array(lookView) }),
  errors: ["NOT_PERMITTED"],
  rate: "read",
});

/** `POST …/looks/{lookId}/decide`. */
export const decideLook = endpoint({
  method: "POST",
  path: `${BASE}/:lookId/decide`,
  access: { action: "access.use", on: "lookId" },
  summary: "A directorate officer allows or refuses a look; asks for a fresh confirmation.",
  params: ofLook,
  body: z.object({ decision: z.enum(["allow", "refuse"]), reason: words.optional(), auth: stepUpAuth }),
  output: lookView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_STATE", "ACCESS_REASON_NEEDED", "NOT_PERMITTED"],
  rate: "write",
});

/** `GET …/looks/{lookId}/records`. */
export const readLook = endpoint({
  method: "GET",
  path: `${BASE}/:lookId/records`,
  access: { action: "access.use", on: "lookId" },
  summary:
    "The person's grants with their use, while the look is open, for the two who opened it; each call is recorded.",
  params: ofLook,
  output: z.object({
    look: lookView,
    grants: z.array(grantView.extend({ use: useView })),
    requests: z.number().int(),
  }),
  errors: ["ACCESS_UNKNOWN", "ACCESS_STATE"],
  rate: "read",
});

/** `POST …/looks/{lookId}/end`. */
export const endLook = endpoint({
  method: "POST",
  path: `${BASE}/:lookId/end`,
  access: { action: "access.use", on: "lookId" },
  summary: "Ends a look before its time, or takes the question back.",
  params: ofLook,
  bodyOptional: true,
  output: lookView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_STATE"],
  rate: "write",
});

/** `POST …/looks/{lookId}/silence`. */
export const silenceLook = endpoint({
  method: "POST",
  path: `${BASE}/:lookId/silence`,
  access: { action: "access.use", on: "lookId" },
  summary: "A directorate officer forbids, with a reason, that the person is told of the look.",
  params: ofLook,
  body: z.object({ reason: words, auth: stepUpAuth }),
  output: lookView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_STATE", "NOT_PERMITTED"],
  rate: "write",
});
