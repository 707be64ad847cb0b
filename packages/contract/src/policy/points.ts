import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { keptText } from "../fields.ts";

/** What a point is. */
export const pointKinds = [
  "dns",
  "proxy",
  "unbound",
  "bind",
  "squid",
  "rpz",
  "probe",
  "browser",
  "guard",
  "other",
] as const;
/** One of `pointKinds`. */
export type PointKind = (typeof pointKinds)[number];

const pointId = z.string().regex(/^pt_[A-Za-z0-9_-]{8,40}$/, "not the id of a point");
const params = z.object({ pointId });
const count = z.number().int().min(0).max(1_000_000_000);
const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const moment = z.number().int().min(0).max(253_402_300_799_000);
const BASE = "/causeway/v1/points";
const OWN_TOKEN = "a point has a token of its own; the handler asks for it";

/** `POST /causeway/v1/points/codes`. */
export const invitePoint = endpoint({
  method: "POST",
  path: `${BASE}/codes`,
  access: { action: "points.manage" },
  summary: "Makes a code with which one point can enrol, once, within an hour.",
  body: z.strictObject({ kind: z.enum(pointKinds), name: keptText(100) }),
  errors: ["NOT_PERMITTED"],
  rate: "write",
});

/** `POST /causeway/v1/points/enrol`. */
export const enrolPoint = endpoint({
  method: "POST",
  path: `${BASE}/enrol`,
  access: { open: "the one-time code is the proof" },
  summary: "Exchanges a code for the point's id and token, and the keys that policies are signed with.",
  body: z.strictObject({
    code: z.string().max(100),
    /** The point's own ed25519 key, unpadded base64; `proof` is its signature of the code. */
    public_key: z.string().regex(/^[A-Za-z0-9+/]{43}$/, "not an ed25519 key"),
    proof: z.string().regex(/^[A-Za-z0-9+/]{86}$/, "not a signature"),
  }),
  errors: ["POINT_CODE_REFUSED", "M_INVALID_SIGNATURE"],
  rate: "login",
});

/** What a point tells of itself. */
export const pointReport = z.strictObject({
  /** The version that it obeys, since when by its clock. */
  obeys: z.strictObject({ version: whole, since: moment }).optional(),
  tests: z
    .array(
      z.strictObject({
        at: moment,
        target: keptText(300),
        expected: z.enum(["blocked", "allowed"]),
        found: z.enum(["blocked", "allowed", "no-answer"]),
        ms: z.number().min(0).max(3_600_000).optional(),
      }),
    )
    .max(200)
    .optional(),
  /** A code; empty when nothing is wrong any more. */
  fault: z
    .string()
    .regex(/^[a-z0-9-]{0,60}$/, "not a code")
    .optional(),
  services: z
    .array(
      z.strictObject({
        service: z.string().min(1).max(80),
        department: z.string().max(40),
        machineClass: z.string().max(40),
        ...{ allowed: count, granted: count, observed: count, refused: count },
      }),
    )
    .max(20_000)
    .optional(),
  grants: z
    .array(z.strictObject({ grant: z.string().min(1).max(80), uses: count }))
    .max(20_000)
    .optional(),
  /** Tells a report that is sent again from a new one: counts are taken once. */
  serial: whole.optional(),
});
/** What a point tells of itself. */
export type PointReportBody = z.output<typeof pointReport>;

/** `POST /causeway/v1/points/report`. */
export const reportPoint = endpoint({
  method: "POST",
  path: `${BASE}/report`,
  access: { open: OWN_TOKEN },
  summary: "A point tells which version it obeys, what it tried, what is wrong, and its counts.",
  body: pointReport,
  errors: ["POINT_TOKEN_REFUSED", "M_MISSING_TOKEN"],
  rate: "none",
  maxBodyBytes: 4_194_304,
});

/** `GET /causeway/v1/points`. */
export const listPoints = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "points.read" },
  summary: "Which points obey which version, how long changes took, which are silent, which cannot prove it.",
  errors: ["NOT_PERMITTED"],
  rate: "read",
});

/** `POST /causeway/v1/points/{pointId}/revoke`. */
export const revokePoint = endpoint({
  method: "POST",
  path: `${BASE}/:pointId/revoke`,
  access: { action: "points.manage", on: "pointId" },
  summary: "Ends a point's token; it is given no more policies.",
  params,
  bodyOptional: true,
  errors: ["POINT_UNKNOWN", "NOT_PERMITTED"],
  rate: "write",
});
