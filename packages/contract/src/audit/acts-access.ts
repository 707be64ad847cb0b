import type { Acts } from "./fact-kinds.ts";

/** What every step of a request says. */
const step = { department: "id?", reason: "text?", post: "id?" } as const;
const scope = { scope: "code", services: "codes", sites: "text?", until: "instant", upload: "flag?" } as const;

/** Requests, their decisions, and grants: on the request (`rq_…`) or the grant (`gr_…`). */
export const accessActs = {
  "request.asked": { ...step, services: "codes", sites: "text?", until: "instant", label: "code?", level: "code?" },
  "request.advised": { ...step, advice: "code" },
  "request.approved": { ...step, grant: "id?", less: "flag?", how: "code?" },
  "request.questioned": step,
  "request.answered": step,
  "request.refused": step,
  "request.withdrawn": step,
  /** Nobody decided before the time that was asked for had passed. */
  "request.lapsed": step,
  "request.escalated": { ...step, to: "user?" },
  "grant.began": { ...scope, request: "id?", officer: "user?", department: "id?", how: "code?" },
  "grant.extended": { until: "instant", request: "id?", reason: "text?" },
  "grant.warned": { left: "code" },
  "grant.revoked": { reason: "text?", cause: "code?" },
  "grant.lapsed": { until: "instant" },
  /** What was opened by break-glass was looked at. */
  "grant.glass-reviewed": { verdict: "code", reason: "text" },
  "grant.opened": { ...scope, officer: "user?", department: "id?", reason: "text?" },
  "grant.kept": { review: "id?", uses: "count?", reason: "text?" },
  "grant.dropped": { review: "id?", uses: "count?", reason: "text?" },
  "review.begun": { department: "id?", grants: "count" },
  "review.ended": { department: "id?", kept: "count", dropped: "count" },
  "register.exported": { format: "code", rows: "count", digest: "digest?" },
  "look.asked": { person: "user", until: "instant", reason: "text" },
  "look.approved": { person: "user", until: "instant" },
  "look.refused": { person: "user", reason: "text?" },
  "look.used": { person: "user", records: "count" },
  "look.ended": { person: "user?" },
  "look.told": { person: "user" },
  "look.kept-silent": { person: "user", reason: "text" },
} as const satisfies Acts;
