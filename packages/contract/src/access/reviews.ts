import { z } from "zod";
import { code } from "../directory/fields.ts";
import { endpoint } from "../endpoint.ts";
import { grantId, reviewId, words } from "./fields.ts";
import { grantView, namedView } from "./views.ts";

const BASE = "/causeway/v1/access/reviews";

/** A quarter's review of necessity. */
export const reviewView = z.object({
  review_id: z.string(),
  department: z.string(),
  /** `2026-Q4`. */
  quarter: z.string(),
  begun: z.number().int(),
  due: z.number().int(),
  ended: z.number().int().optional(),
  kept: z.number().int(),
  dropped: z.number().int(),
  /** What is still to be judged: unused ones first, then those that were used longest ago. */
  grants: z.array(grantView),
  judged: z.array(
    z.object({
      grant_id: z.string(),
      verdict: z.enum(["keep", "drop", "ended"]),
      by: namedView.optional(),
      at: z.number().int(),
      reason: z.string().optional(),
    }),
  ),
});

/** A review, as it is answered. */
export type ReviewView = z.output<typeof reviewView>;

/** `GET …/reviews`. */
export const listReviews = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "access.review" },
  summary: "The reviews of necessity of the caller's departments, open ones first.",
  query: z.object({ department: code.optional() }),
  output: z.object({ reviews: z.array(reviewView) }),
  errors: ["NOT_PERMITTED"],
  rate: "read",
});

/** `POST …/reviews`: begins this quarter's now. */
export const beginReview = endpoint({
  method: "POST",
  path: BASE,
  access: { action: "access.review" },
  summary:
    "Begins this quarter's review of a department before the server does; the one that is there when it has begun.",
  body: z.object({ department: code }),
  output: reviewView,
  errors: ["NOT_PERMITTED"],
  rate: "write",
});

/** `POST …/reviews/{reviewId}/verdicts`. */
export const judgeReview = endpoint({
  method: "POST",
  path: `${BASE}/:reviewId/verdicts`,
  access: { action: "access.review", on: "reviewId" },
  summary:
    "Keeps or drops grants in a review; dropped ones end at once. Nobody judges a grant that opens for themselves.",
  params: z.object({ reviewId }),
  body: z.object({
    keep: z.array(grantId).max(500).default([]),
    drop: z.array(grantId).max(500).default([]),
    reason: words.optional(),
  }),
  output: reviewView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_STATE", "NOT_PERMITTED"],
  rate: "write",
});
