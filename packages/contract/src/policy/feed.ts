import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryInt } from "../fields.ts";

const OWN_TOKEN =
  "points and machines have tokens of their own kind; the handler asks for one, or for a session, before it answers";

/** `GET /causeway/v1/policy`: for a point all of it, for a machine or a session what concerns it. */
export const getPolicyFeed = endpoint({
  method: "GET",
  path: "/causeway/v1/policy",
  access: { open: OWN_TOKEN },
  summary:
    "The signed policy: whole, or the steps from version `since` on; nothing when there is no newer one (304 with `If-None-Match`). With `timeout` it waits for a newer one.",
  query: z.object({
    since: queryInt({ min: 0, max: Number.MAX_SAFE_INTEGER }).default(0),
    timeout: queryInt({ min: 0, max: 60_000 }).default(0),
  }),
  errors: ["POINT_TOKEN_REFUSED", "M_MISSING_TOKEN"],
  rate: "none",
});

/** `GET /causeway/v1/policy/stream`. */
export const streamPolicyFeed = endpoint({
  method: "GET",
  path: "/causeway/v1/policy/stream",
  access: { open: OWN_TOKEN },
  summary:
    "The same as server-sent events, each with its version as id; goes on after `Last-Event-ID` (or `since`). `keys` events carry the keys that policies are signed with.",
  query: z.object({ since: queryInt({ min: 0, max: Number.MAX_SAFE_INTEGER }).default(0) }),
  errors: ["POINT_TOKEN_REFUSED", "M_MISSING_TOKEN", "M_LIMIT_EXCEEDED"],
  rate: "none",
});

/** `GET /causeway/v1/policy/keys`. */
export const getPolicyKeys = endpoint({
  method: "GET",
  path: "/causeway/v1/policy/keys",
  access: { open: "public keys are public" },
  summary: "The keys that policies are signed with, signed by each of them.",
  errors: [],
  rate: "read",
});

/** `POST /causeway/v1/policy/keys/roll`. */
export const rollPolicyKey = endpoint({
  method: "POST",
  path: "/causeway/v1/policy/keys/roll",
  access: { action: "points.manage" },
  summary: "Begins a new signing key; the earlier one signs beside it until the time given (30 days when left out).",
  body: z.strictObject({ keep_days: z.number().int().min(0).max(400).default(30) }),
  bodyOptional: true,
  errors: ["NOT_PERMITTED"],
  rate: "write",
});
