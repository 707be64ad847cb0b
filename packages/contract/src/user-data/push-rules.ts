import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { jsonObject } from "../fields.ts";

const access = { action: "matrix.use" } as const;
const base = "/_matrix/client/v3/pushrules";
const one = `${base}/global/:kind/:ruleId`;
const params = z.object({
  kind: z.enum(["override", "content", "room", "sender", "underride"]),
  ruleId: z.string().min(1).max(255),
});
const actions = z.array(z.union([z.string().max(64), z.looseObject({ set_tweak: z.string().max(64) })])).max(20);

/** `GET /pushrules` (client-server API, "Push rules"). */
export const getPushRules = endpoint({
  method: "GET",
  path: [base, `${base}/`],
  access,
  summary: "One's push rules.",
  errors: [],
  rate: "read",
});
/** `GET /pushrules/global`. */
export const getGlobalPushRules = endpoint({
  method: "GET",
  path: [`${base}/global`, `${base}/global/`],
  access,
  summary: "One's push rules.",
  errors: [],
  rate: "read",
});
/** `GET /pushrules/global/{kind}/{ruleId}`. */
export const getPushRule = endpoint({
  method: "GET",
  path: one,
  access,
  summary: "One push rule.",
  params,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `PUT /pushrules/global/{kind}/{ruleId}`. */
export const putPushRule = endpoint({
  method: "PUT",
  path: one,
  access,
  summary: "Adds or replaces a push rule.",
  params,
  query: z.object({ before: z.string().optional(), after: z.string().optional() }),
  body: z.object({
    actions,
    conditions: z.array(jsonObject).max(20).optional(),
    pattern: z.string().max(500).optional(),
  }),
  errors: ["M_INVALID_PARAM", "M_NOT_FOUND"],
  rate: "write",
});
/** `DELETE /pushrules/global/{kind}/{ruleId}`. */
export const deletePushRule = endpoint({
  method: "DELETE",
  path: one,
  access,
  summary: "Removes a push rule.",
  params,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});
/** `GET /pushrules/global/{kind}/{ruleId}/enabled`. */
export const getPushRuleEnabled = endpoint({
  method: "GET",
  path: `${one}/enabled`,
  access,
  summary: "Whether a push rule is on.",
  params,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `PUT /pushrules/global/{kind}/{ruleId}/enabled`. */
export const putPushRuleEnabled = endpoint({
  method: "PUT",
  path: `${one}/enabled`,
  access,
  summary: "Switches a push rule.",
  params,
  body: z.object({ enabled: z.boolean() }),
  errors: ["M_NOT_FOUND"],
  rate: "write",
});
/** `GET /pushrules/global/{kind}/{ruleId}/actions`. */
export const getPushRuleActions = endpoint({
  method: "GET",
  path: `${one}/actions`,
  access,
  summary: "What a push rule does.",
  params,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
/** `PUT /pushrules/global/{kind}/{ruleId}/actions`. */
export const putPushRuleActions = endpoint({
  method: "PUT",
  path: `${one}/actions`,
  access,
  summary: "Changes what a push rule does.",
  params,
  body: z.object({ actions }),
  errors: ["M_NOT_FOUND"],
  rate: "write",
});
