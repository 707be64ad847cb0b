import { z } from "zod";
import { endpoint } from "../endpoint.ts";

/** An address that somebody was kept from; what it may be is looked at by the page itself, which says so in its own words. */
const blockedUrl = z.string().max(8192).default("");
/** What the proxy's page says of the machine that was stopped, signed. */
const machineHint = z.string().max(1024).optional();

/** `GET /blocked`: the block page (CONTRACT.md). */
export const getBlockPage = endpoint({
  method: "GET",
  path: "/blocked",
  access: { open: "says why something is blocked to whoever was stopped; the same to everybody on a machine" },
  summary: "The block page: what was stopped, why, safer routes, and where to ask.",
  query: z.object({ url: blockedUrl, machine_hint: machineHint, lang: z.string().max(32).optional() }),
  errors: [],
  rate: "read",
  head: true,
});

/** `GET /blocked/page.js`: what makes the block page say that it is open now. */
export const getBlockPageScript = endpoint({
  method: "GET",
  path: "/blocked/page.js",
  access: { open: "a script that is the same for everybody" },
  summary: "The block page's script.",
  errors: [],
  rate: "read",
});

/** `GET /causeway/v1/blocked/state`: waits until the answer is another one than `known`. */
export const getBlockedState = endpoint({
  method: "GET",
  path: "/causeway/v1/blocked/state",
  access: { open: "says to a machine whether something is open on it, which it could try itself" },
  summary: "Whether an address that was blocked is open on this machine by now; waits for a change of `known`.",
  query: z.object({ url: blockedUrl, machine_hint: machineHint, known: z.enum(["open", "closed"]).optional() }),
  output: z.object({ open: z.boolean(), until: z.number().optional() }),
  errors: ["M_INVALID_PARAM", "M_LIMIT_EXCEEDED"],
  rate: "read",
});

const byToken = z.object({ token: z.string().min(1).max(200) });

/** `GET /dns-query/{machine token}?dns=…` (RFC 8484, section 4.1). */
export const getDnsQuery = endpoint({
  method: "GET",
  path: "/dns-query/:token",
  access: { open: "the token in the path says which machine asks" },
  summary: "DNS over HTTPS for a machine.",
  params: byToken,
  query: z.object({ dns: z.string().max(90_000).optional() }),
  errors: ["M_NOT_FOUND", "M_INVALID_PARAM", "M_LIMIT_EXCEEDED"],
  rate: "none",
});

/** `POST /dns-query/{machine token}`: the query is the body. */
export const postDnsQuery = endpoint({
  method: "POST",
  path: "/dns-query/:token",
  access: { open: "the token in the path says which machine asks" },
  summary: "DNS over HTTPS for a machine.",
  params: byToken,
  bodyKind: "stream",
  errors: ["M_NOT_FOUND", "M_INVALID_PARAM", "M_TOO_LARGE", "M_LIMIT_EXCEEDED"],
  rate: "none",
});
