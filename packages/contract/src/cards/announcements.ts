import { z } from "zod";
import { code, time } from "../directory/fields.ts";
import { endpoint } from "../endpoint.ts";
import { keptText, queryInt } from "../fields.ts";

const BASE = "/causeway/v1/announcements";

/** The id of an announcement. */
const announcementId = z.string().regex(/^an_[A-Za-z0-9_-]{8,40}$/, "not the id of an announcement");
const ofOne = z.object({ announcementId });

/** A text that is the same for all, or one in some of the languages of the interface. */
function announcementText(most: number) {
  const text = keptText(most)
    .transform((given) => given.trim())
    .refine((given) => given !== "", "is blank");
  return z.union([
    text,
    z
      .strictObject({ en: text.optional(), "zh-Hant-HK": text.optional(), "zh-Hans": text.optional() })
      .refine((given) => Object.values(given).some((one) => one !== undefined), "has no language"),
  ]);
}

/** To whom an announcement goes: everybody, or everybody who has a post in some departments, or in some divisions of one. */
const announcementAudience = z.union([
  z.strictObject({ everybody: z.literal(true) }),
  z
    .strictObject({
      departments: z.array(code).min(1).max(200),
      divisions: z.array(code).min(1).max(200).optional(),
    })
    .refine(
      (given) => given.divisions === undefined || given.departments.length === 1,
      "divisions are named for one department",
    ),
]);

/** What an office announces. */
export const announcementInput = z.strictObject({
  title: announcementText(200),
  body: announcementText(2000),
  audience: announcementAudience,
  /** By when it is to be acknowledged. */
  due: time.optional(),
  /** The same one of the same sender makes nothing twice. */
  txn_id: keptText(200).optional(),
});

/** What an office announces. */
export type AnnouncementInput = z.output<typeof announcementInput>;

const texts = z.union([z.string(), z.record(z.string(), z.string())]);

/** Readers and acknowledgements of one division: counts, never who. */
const divisionCount = z.object({
  department: z.string(),
  division: z.string().optional(),
  name_en: z.string(),
  name_zh: z.string(),
  readers: z.number().int(),
  noted: z.number().int(),
  percent: z.number().int(),
});

/** An announcement. */
export const announcementView = z.object({
  announcement_id: z.string(),
  title: texts,
  body: texts,
  from: z.string(),
  office: texts.optional(),
  posted_at: z.number().int(),
  due: z.number().int().optional(),
  withdrawn_at: z.number().int().optional(),
  /** Set for those to whom it is addressed: when they acknowledged it; `null` when they have not. */
  noted_at: z.number().int().nullable().optional(),
  /** For whoever sent it, and those who may announce to the same people. */
  progress: z
    .object({
      readers: z.number().int(),
      noted: z.number().int(),
      percent: z.number().int(),
      /** Cards that have yet to be posted. */
      waiting: z.number().int(),
      divisions: z.array(divisionCount),
      chased_at: z.number().int().optional(),
      chases: z.number().int(),
    })
    .optional(),
});

/** An announcement, as it is answered. */
export type AnnouncementView = z.output<typeof announcementView>;

/** `POST /causeway/v1/announcements`. */
export const postAnnouncement = endpoint({
  method: "POST",
  path: BASE,
  access: { action: "announcements.post" },
  summary:
    "Announces something to everybody of departments, or of divisions of one, each of whom acknowledges it once. Heads and security officers announce to their own departments, the DPO to all.",
  body: announcementInput,
  output: announcementView,
  errors: ["NOT_PERMITTED", "DIRECTORY_UNKNOWN", "M_INVALID_PARAM"],
  rate: "write",
});

/** `GET /causeway/v1/announcements`. */
export const listAnnouncements = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "matrix.use" },
  summary: "What was announced to the caller (`to-me`), or what they sent (`sent`), newest first.",
  query: z.object({
    list: z.enum(["to-me", "sent"]).default("to-me"),
    limit: queryInt({ min: 1, max: 100 }).default(50),
    from: announcementId.optional(),
  }),
  output: z.object({
    announcements: z.array(announcementView),
    /** How many the caller has yet to acknowledge. */
    unnoted: z.number().int(),
    next: z.string().optional(),
  }),
  errors: ["M_NOT_FOUND"],
  rate: "read",
});

/** `GET /causeway/v1/announcements/{announcementId}`. */
export const getAnnouncement = endpoint({
  method: "GET",
  path: `${BASE}/:announcementId`,
  access: { action: "matrix.use", on: "announcementId" },
  summary: "An announcement, for those to whom it is addressed, and with its progress by division for whoever sent it.",
  params: ofOne,
  output: announcementView,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});

/** `POST …/{announcementId}/ack`. */
export const ackAnnouncement = endpoint({
  method: "POST",
  path: `${BASE}/:announcementId/ack`,
  access: { action: "matrix.use", on: "announcementId" },
  summary: "Acknowledges an announcement. Done already is done.",
  params: ofOne,
  bodyOptional: true,
  body: z.object({}),
  output: announcementView,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** `POST …/{announcementId}/chase`. */
export const chaseAnnouncement = endpoint({
  method: "POST",
  path: `${BASE}/:announcementId/chase`,
  access: { action: "announcements.post", on: "announcementId" },
  summary:
    "Reminds those who have not acknowledged an announcement, and nobody else; not more often than is configured.",
  params: ofOne,
  bodyOptional: true,
  body: z.object({}),
  output: announcementView,
  errors: ["M_NOT_FOUND", "M_LIMIT_EXCEEDED", "M_BAD_STATE", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST …/{announcementId}/withdraw`. */
export const withdrawAnnouncement = endpoint({
  method: "POST",
  path: `${BASE}/:announcementId/withdraw`,
  access: { action: "announcements.post", on: "announcementId" },
  summary: "Takes an announcement back: its cards say so, and it need not be acknowledged any more.",
  params: ofOne,
  bodyOptional: true,
  body: z.object({}),
  output: announcementView,
  errors: ["M_NOT_FOUND", "NOT_PERMITTED"],
  rate: "write",
});
