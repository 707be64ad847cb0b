import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { deviceId, queryInt, userId } from "../fields.ts";

const authDict = z.record(z.string(), z.unknown()).optional();

/** `GET /account/whoami`. */
export const whoami = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/account/whoami",
  access: { action: "matrix.use" },
  summary: "Whose token this is.",
  errors: [],
  rate: "read",
});

/** `POST /account/password`. */
export const changePassword = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/account/password",
  access: { action: "matrix.use" },
  summary: "Changes the password.",
  body: z.object({
    new_password: z.string().max(4096).optional(),
    logout_devices: z.boolean().default(true),
    auth: authDict,
  }),
  errors: ["M_FORBIDDEN", "M_WEAK_PASSWORD"],
  rate: "write",
});

/** `POST /account/deactivate`. */
export const deactivateAccount = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/account/deactivate",
  access: { action: "matrix.use" },
  summary: "Ends this account for good.",
  body: z.object({ auth: authDict, erase: z.boolean().optional(), id_server: z.string().optional() }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN"],
  rate: "write",
});

/** `GET /account/3pid`: there are none here. */
export const getThreepids = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/account/3pid",
  access: { action: "matrix.use" },
  summary: "E-mail addresses and telephone numbers of the account: none.",
  errors: [],
  rate: "read",
});

/** The endpoints that would change them. */
export const changeThreepids = endpoint({
  method: "POST",
  path: [
    "/_matrix/client/v3/account/3pid",
    "/_matrix/client/v3/account/3pid/add",
    "/_matrix/client/v3/account/3pid/bind",
    "/_matrix/client/v3/account/3pid/delete",
    "/_matrix/client/v3/account/3pid/unbind",
  ],
  access: { action: "matrix.use" },
  summary: "Refused: how people can be reached is for the directory to say.",
  errors: ["M_THREEPID_DENIED"],
  rate: "write",
});

/** The endpoints that would prove an address. */
export const requestThreepidToken = endpoint({
  method: "POST",
  path: [
    "/_matrix/client/v3/account/3pid/email/requestToken",
    "/_matrix/client/v3/account/3pid/msisdn/requestToken",
    "/_matrix/client/v3/account/password/email/requestToken",
    "/_matrix/client/v3/account/password/msisdn/requestToken",
    "/_matrix/client/v3/register/email/requestToken",
    "/_matrix/client/v3/register/msisdn/requestToken",
  ],
  access: { open: "refused to everybody" },
  summary: "Refused: no e-mail address or telephone number proves anything here.",
  errors: ["M_THREEPID_DENIED"],
  rate: "register",
});

/** `GET /devices`. */
export const getDevices = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/devices",
  access: { action: "matrix.use" },
  summary: "One's devices.",
  errors: [],
  rate: "read",
});

const deviceParams = z.object({ deviceId });

/** `GET /devices/{deviceId}`. */
export const getDevice = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/devices/:deviceId",
  access: { action: "matrix.use" },
  summary: "One of one's devices.",
  params: deviceParams,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});

/** `PUT /devices/{deviceId}`. */
export const renameDevice = endpoint({
  method: "PUT",
  path: "/_matrix/client/v3/devices/:deviceId",
  access: { action: "matrix.use" },
  summary: "Names one of one's devices.",
  params: deviceParams,
  body: z.object({ display_name: z.string().max(255).optional() }),
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** `DELETE /devices/{deviceId}`. */
export const deleteDevice = endpoint({
  method: "DELETE",
  path: "/_matrix/client/v3/devices/:deviceId",
  access: { action: "matrix.use" },
  summary: "Signs a device out.",
  params: deviceParams,
  body: z.object({ auth: authDict }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN"],
  rate: "write",
});

/** `POST /delete_devices`. */
export const deleteDevices = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/delete_devices",
  access: { action: "matrix.use" },
  summary: "Signs several devices out.",
  body: z.object({ devices: z.array(deviceId).max(200), auth: authDict }),
  errors: ["M_FORBIDDEN"],
  rate: "write",
});

/** `PUT /causeway/v1/accounts/{userId}/devices/{deviceId}/class`. */
export const setDeviceClass = endpoint({
  method: "PUT",
  path: "/causeway/v1/accounts/:userId/devices/:deviceId/class",
  access: { action: "devices.manage", on: "userId" },
  summary: "Says whether a device is managed by the government.",
  params: z.object({ userId, deviceId }),
  body: z.object({ class: z.enum(["managed", "personal"]) }),
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** `GET /causeway/v1/accounts/{userId}/devices`. */
export const listDeviceClasses = endpoint({
  method: "GET",
  path: "/causeway/v1/accounts/:userId/devices",
  access: { action: "devices.manage", on: "userId" },
  summary: "Somebody's devices with their classes, and the record of who said what they are; empty for nobody.",
  params: z.object({ userId }),
  errors: [],
  rate: "read",
});

/** `POST /causeway/v1/accounts`. */
export const createAccount = endpoint({
  method: "POST",
  path: "/causeway/v1/accounts",
  access: { action: "accounts.write" },
  summary: "Makes an account.",
  body: z.object({ localpart: z.string().max(255), password: z.string().max(4096) }),
  errors: ["M_USER_IN_USE", "M_INVALID_USERNAME", "M_WEAK_PASSWORD"],
  rate: "write",
});

/** `GET /causeway/v1/accounts`: in pages; `next` of one is `after` of the following. */
export const listAccounts = endpoint({
  method: "GET",
  path: "/causeway/v1/accounts",
  access: { action: "accounts.read" },
  summary: "Accounts, in the order of their ids.",
  query: z.object({ after: z.string().max(255).optional(), limit: queryInt({ min: 1, max: 1000 }).default(100) }),
  errors: [],
  rate: "read",
});

/** `POST /causeway/v1/accounts/{userId}/deactivate`. */
export const deactivateOther = endpoint({
  method: "POST",
  path: "/causeway/v1/accounts/:userId/deactivate",
  access: { action: "accounts.write", on: "userId" },
  summary: "Ends somebody's account and everything that is signed in with it.",
  params: z.object({ userId }),
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** `POST /causeway/v1/accounts/{userId}/password`. */
export const resetPassword = endpoint({
  method: "POST",
  path: "/causeway/v1/accounts/:userId/password",
  access: { action: "accounts.write", on: "userId" },
  summary:
    "Sets somebody's password and ends their sessions; never of one who holds the other administrator role, which is done at the machine.",
  params: z.object({ userId }),
  body: z.object({ new_password: z.string().max(4096) }),
  errors: ["M_NOT_FOUND", "M_WEAK_PASSWORD", "NOT_PERMITTED"],
  rate: "write",
});
