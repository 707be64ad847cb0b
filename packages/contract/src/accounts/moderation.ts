import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { deviceId, userId } from "../fields.ts";

const params = z.object({ userId });
const held = { action: "accounts.hold", on: "userId" } as const;
const errors = ["M_FORBIDDEN", "M_INVALID_PARAM", "M_NOT_FOUND"] as const;

/** `GET /admin/whois/{userId}`: for oneself, and for those who may read accounts. */
export const whois = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/admin/whois/:userId",
  access: { action: "matrix.use" },
  summary: "Somebody's devices, and when they were last seen. No addresses: none are kept.",
  params,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "read",
});

/** `GET /admin/lock/{userId}`. */
export const getLock = endpoint({
  method: "GET",
  path: "/_matrix/client/v1/admin/lock/:userId",
  access: held,
  summary: "Whether an account is locked.",
  params,
  errors,
  rate: "read",
});

/** `PUT /admin/lock/{userId}`. */
export const setLock = endpoint({
  method: "PUT",
  path: "/_matrix/client/v1/admin/lock/:userId",
  access: held,
  summary: "Locks an account, or unlocks it: a locked one can only sign out, and loses nothing.",
  params,
  body: z.object({ locked: z.boolean() }),
  errors,
  rate: "write",
});

/** `GET /admin/suspend/{userId}`. */
export const getSuspension = endpoint({
  method: "GET",
  path: "/_matrix/client/v1/admin/suspend/:userId",
  access: held,
  summary: "Whether an account is suspended.",
  params,
  errors,
  rate: "read",
});

/** `PUT /admin/suspend/{userId}`. */
export const setSuspension = endpoint({
  method: "PUT",
  path: "/_matrix/client/v1/admin/suspend/:userId",
  access: held,
  summary: "Suspends an account, or ends that: a suspended one reads, and says nothing.",
  params,
  body: z.object({ suspended: z.boolean() }),
  errors,
  rate: "write",
});

/** `POST /causeway/v1/accounts/{userId}/devices/{deviceId}/sign-out`: a lost phone; nobody's own, which are signed out with a proof. */
export const signOutOther = endpoint({
  method: "POST",
  path: "/causeway/v1/accounts/:userId/devices/:deviceId/sign-out",
  access: held,
  summary: "Signs somebody's device out: its session and its keys end at once.",
  params: z.object({ userId, deviceId }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "write",
});
