import {
  parseGrantId,
  parseLookId,
  parseRequestId,
  parseReviewId,
  type GrantId,
  type LookId,
  type RequestId,
  type ReviewId,
} from "@causeway/base";
import { z } from "zod";
import { branded, keptText } from "../fields.ts";

/** The id of a request. */
export const requestId: z.ZodType<RequestId, string> = branded(parseRequestId, "id of a request");
/** The id of a grant. */
export const grantId: z.ZodType<GrantId, string> = branded(parseGrantId, "id of a grant");
/** The id of a review. */
export const reviewId: z.ZodType<ReviewId, string> = branded(parseReviewId, "id of a review");
/** The id of a look at one person's records. */
export const lookId: z.ZodType<LookId, string> = branded(parseLookId, "id of a look");

/** Every state of a request and of the grant that comes of it. */
export const requestStates = [
  "draft",
  "asked",
  "advised",
  "approved",
  "approved-with-less",
  "question",
  "refused",
  "withdrawn",
  "active",
  "extended",
  "revoked",
  "lapsed",
] as const;

/** One of `requestStates`. */
export type RequestState = (typeof requestStates)[number];

/** The labels of data that an outside service may see; SECRET and above are never in the system. */
export const requestLabels = ["unclassified", "RESTRICTED", "CONFIDENTIAL"] as const;

/** One of `requestLabels`. */
export type RequestLabel = (typeof requestLabels)[number];

/** Labels as they are said; the two highest are read so that they can be refused by their name. */
export const saidLabel = z.enum([...requestLabels, "SECRET", "TOP SECRET"]);

/** Whom a grant opens for: who asked, the holders of posts, everybody of a division or section, or whoever uses a machine. */
export const grantScopes = ["officer", "post", "group", "machine"] as const;

/** One of `grantScopes`. */
export type GrantScope = (typeof grantScopes)[number];

/** The longest text that somebody writes as a need, a reason, a question or an answer. */
export const MAX_WORDS = 2000;

/** What somebody writes: not blank, without characters that cannot be kept. */
export const words: z.ZodType<string, string> = keptText(MAX_WORDS)
  .transform((text) => text.trim())
  .refine((text) => text !== "", "is blank");

/** The id of a service in the catalogue. */
export const serviceId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._~-]{0,119}$/, "not the id of a service");

/** Times of the day in the installation's own time. 1 is Monday; minutes from midnight; a span with `to` ≤ `from` goes on into the next day. */
export const grantHours = z.strictObject({
  days: z
    .array(z.number().int().min(1).max(7))
    .min(1)
    .max(7)
    .refine((days) => new Set(days).size === days.length, "names a day twice"),
  from: z.number().int().min(0).max(1439),
  to: z.number().int().min(0).max(1440),
});

/** Times of the day. */
export type GrantHours = z.output<typeof grantHours>;

/** What the client passes of a user-interactive authentication. */
export const stepUpAuth = z.record(z.string(), z.unknown()).optional();

/** The three languages of the interface. */
export const textsView = z.object({ en: z.string(), zhHant: z.string(), zhHans: z.string() });
