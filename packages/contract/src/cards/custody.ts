import { z } from "zod";
import { code } from "../directory/fields.ts";
import { endpoint } from "../endpoint.ts";
import { keptText, userId } from "../fields.ts";

const BASE = "/causeway/v1/custody";

/** The id of a recovery. */
const recoveryId = z.string().regex(/^rc_[A-Za-z0-9_-]{8,40}$/, "not the id of a recovery");
const ofRecovery = z.object({ recoveryId });

/** A public key to which shares are sealed; what it is made of is between clients (docs/custody.md). */
const sealingKey = z.strictObject({
  algorithm: keptText(100),
  public_key: keptText(1000),
  signature: keptText(2000).optional(),
});
/** A share, sealed by a client: the server cannot open it. */
const sealed = keptText(8000);
const reason = keptText(500);

/** What the server says of one custodian. */
const custodianView = z.object({
  user_id: z.string(),
  display_name: z.string().optional(),
  /** Missing while their client has made none. */
  key: sealingKey.optional(),
});

/** A department's custodians, and how the caller's own shares stand. */
export const custodyView = z.object({
  department: z.string().optional(),
  enabled: z.boolean(),
  custodians: z.array(custodianView),
  shares: z
    .object({
      custodians: z.array(z.string()),
      shared_at: z.number().int(),
      /** False when one of the two is a custodian no more, or has another key: the recovery key is to be split anew. */
      current: z.boolean(),
    })
    .optional(),
  /** For somebody who is a custodian of any department: their own key as it is kept, once there is one. */
  duty: z.object({ key: sealingKey.optional() }).optional(),
});

/** Somebody's recovery, as the person and the two custodians see it. */
export const recoveryView = z.object({
  recovery_id: z.string(),
  person: z.object({ user_id: z.string(), display_name: z.string().optional() }),
  state: z.enum(["asked", "open", "refused", "withdrawn", "lapsed"]),
  asked_at: z.number().int(),
  expires_at: z.number().int(),
  device: z.string(),
  key: sealingKey,
  custodians: z.array(z.object({ user_id: z.string(), agreed_at: z.number().int().optional() })),
  refused: z.object({ by: z.string(), reason: z.string() }).optional(),
  /** For a custodian who has not answered: their own share, sealed to them. */
  my_share: z.string().optional(),
  /** For the device that asked, once both have agreed: the two shares, sealed to it. */
  shares: z.array(z.string()).optional(),
});

/** `PUT …/departments/{department}`. */
export const setCustodians = endpoint({
  method: "PUT",
  path: `${BASE}/departments/:department`,
  access: { action: "custody.manage", on: "department" },
  summary:
    "Names the custodians of a department, or switches custody off for it, which deletes every share of its people.",
  params: z.object({ department: code }),
  body: z.strictObject({ enabled: z.boolean(), custodians: z.array(userId).max(20).default([]) }),
  output: custodyView,
  errors: ["NOT_PERMITTED", "DIRECTORY_UNKNOWN", "M_INVALID_PARAM"],
  rate: "write",
});

/** `GET …/departments/{department}`. */
export const getDepartmentCustody = endpoint({
  method: "GET",
  path: `${BASE}/departments/:department`,
  access: { action: "custody.manage", on: "department" },
  summary: "A department's custodians, for those who name them.",
  params: z.object({ department: code }),
  output: custodyView,
  errors: ["NOT_PERMITTED", "DIRECTORY_UNKNOWN"],
  rate: "read",
});

/** `GET …`. */
export const getCustody = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "matrix.use" },
  summary: "The custodians of the caller's department with their keys, and how the caller's own shares stand.",
  output: custodyView,
  errors: [],
  rate: "read",
});

/** `PUT …/key`. */
export const putCustodianKey = endpoint({
  method: "PUT",
  path: `${BASE}/key`,
  access: { action: "matrix.use" },
  summary:
    "A custodian's own key, to which others' clients seal shares. Another one makes the shares sealed to the last useless.",
  body: sealingKey,
  output: z.object({}),
  errors: ["NOT_PERMITTED"],
  rate: "write",
});

/** `PUT …/shares`. */
export const putShares = endpoint({
  method: "PUT",
  path: `${BASE}/shares`,
  access: { action: "matrix.use" },
  summary:
    "Keeps the two shares of one's own recovery key, each sealed by the client to one custodian of one's department.",
  body: z.strictObject({ shares: z.array(z.strictObject({ custodian: userId, sealed })).length(2) }),
  output: custodyView,
  errors: ["CUSTODY_OFF", "M_INVALID_PARAM"],
  rate: "write",
});

/** `DELETE …/shares`. */
export const deleteShares = endpoint({
  method: "DELETE",
  path: `${BASE}/shares`,
  access: { action: "matrix.use" },
  summary: "Forgets one's own shares.",
  output: z.object({}),
  errors: [],
  rate: "write",
});

/** `POST …/recoveries`. */
export const askRecovery = endpoint({
  method: "POST",
  path: `${BASE}/recoveries`,
  access: { action: "matrix.use" },
  summary: "Asks the two custodians who hold one's shares to give them to this device. One recovery at a time.",
  body: z.strictObject({ key: sealingKey }),
  output: recoveryView,
  errors: ["CUSTODY_OFF", "M_NOT_FOUND", "M_BAD_STATE", "M_LIMIT_EXCEEDED"],
  rate: "write",
});

/** `GET …/recoveries`. */
export const listRecoveries = endpoint({
  method: "GET",
  path: `${BASE}/recoveries`,
  access: { action: "matrix.use" },
  summary:
    "One's own recoveries (`mine`), or those that wait for the caller as custodian (`to-decide`), newest first, at most 50.",
  query: z.object({ list: z.enum(["mine", "to-decide"]).default("mine") }),
  output: z.object({ recoveries: z.array(recoveryView) }),
  errors: [],
  rate: "read",
});

/** `GET …/recoveries/{recoveryId}`. */
export const getRecovery = endpoint({
  method: "GET",
  path: `${BASE}/recoveries/:recoveryId`,
  access: { action: "matrix.use", on: "recoveryId" },
  summary: "A recovery, for the person and the two custodians.",
  params: ofRecovery,
  output: recoveryView,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});

/** `POST …/recoveries/{recoveryId}/agree`. */
export const agreeRecovery = endpoint({
  method: "POST",
  path: `${BASE}/recoveries/:recoveryId/agree`,
  access: { action: "matrix.use", on: "recoveryId" },
  summary: "A custodian who has checked the person face to face gives their share, sealed to the device that asked.",
  params: ofRecovery,
  body: z.strictObject({ sealed, checked_face_to_face: z.literal(true) }),
  output: recoveryView,
  errors: ["M_NOT_FOUND", "M_BAD_STATE"],
  rate: "write",
});

/** `POST …/recoveries/{recoveryId}/refuse`. */
export const refuseRecovery = endpoint({
  method: "POST",
  path: `${BASE}/recoveries/:recoveryId/refuse`,
  access: { action: "matrix.use", on: "recoveryId" },
  summary: "A custodian refuses; nothing is given.",
  params: ofRecovery,
  body: z.strictObject({ reason }),
  output: recoveryView,
  errors: ["M_NOT_FOUND", "M_BAD_STATE"],
  rate: "write",
});

/** `POST …/recoveries/{recoveryId}/withdraw`. */
export const withdrawRecovery = endpoint({
  method: "POST",
  path: `${BASE}/recoveries/:recoveryId/withdraw`,
  access: { action: "matrix.use", on: "recoveryId" },
  summary: "The person takes it back, from any of their devices: also when it was not them. Done already is done.",
  params: ofRecovery,
  bodyOptional: true,
  body: z.object({}),
  output: recoveryView,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** What the server says of a department's custody. */
export type CustodyView = z.output<typeof custodyView>;
/** What the server says of a recovery. */
export type RecoveryView = z.output<typeof recoveryView>;
/** A key to which shares are sealed. */
export type SealingKey = z.output<typeof sealingKey>;
