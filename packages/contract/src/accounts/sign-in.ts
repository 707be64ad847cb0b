import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { passkeyAssertion } from "./passkeys.ts";

const authDict = z.record(z.string(), z.unknown()).optional();

/** `GET /login` (client-server API, "Login"). */
export const getLoginFlows = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/login",
  access: { open: "says how to sign in, nothing about anybody" },
  summary: "How one can sign in.",
  errors: [],
  rate: "read",
});

/** `POST /login`. */
export const login = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/login",
  access: { open: "this is where one signs in; limited by address and account" },
  summary: "Signs in with a password, a login token or a passkey.",
  body: z.object({
    type: z.string(),
    identifier: z.object({ type: z.string(), user: z.string().optional() }).optional(),
    user: z.string().optional(),
    password: z.string().max(4096).optional(),
    token: z.string().max(4096).optional(),
    response: passkeyAssertion.optional(),
    device_id: z.string().min(1).max(255).optional(),
    initial_device_display_name: z.string().max(4096).optional(),
    refresh_token: z.boolean().optional(),
  }),
  errors: ["M_FORBIDDEN", "M_LIMIT_EXCEEDED", "M_INVALID_PARAM", "M_BAD_JSON"],
  rate: "login",
});

/** `POST /refresh` (client-server API, "Refreshing access tokens"). */
export const refreshToken = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/refresh",
  access: { open: "the refresh token is the proof" },
  summary: "Exchanges a refresh token for new tokens.",
  body: z.object({ refresh_token: z.string().max(1024) }),
  errors: ["M_UNKNOWN_TOKEN"],
  rate: "write",
});

/** `POST /logout`. */
export const logout = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/logout",
  access: { action: "matrix.use" },
  summary: "Ends this session.",
  errors: [],
  rate: "write",
});

/** `POST /logout/all`. */
export const logoutAll = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/logout/all",
  access: { action: "matrix.use" },
  summary: "Ends all sessions of this account.",
  errors: [],
  rate: "write",
});

/** `POST /register` (client-server API, "Account registration"). */
export const register = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/register",
  access: { open: "closed unless the configuration opens it; limited by address" },
  summary: "Makes an account, where that is open.",
  query: z.object({ kind: z.enum(["user", "guest"]).default("user") }),
  body: z.object({
    username: z.string().max(255).optional(),
    password: z.string().max(4096).optional(),
    device_id: z.string().min(1).max(255).optional(),
    initial_device_display_name: z.string().max(4096).optional(),
    inhibit_login: z.boolean().optional(),
    refresh_token: z.boolean().optional(),
    auth: authDict,
  }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_USER_IN_USE", "M_INVALID_USERNAME", "M_WEAK_PASSWORD"],
  rate: "register",
});

/** `GET /register/available`. */
export const registerAvailable = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/register/available",
  access: { open: "registration itself would tell the same; limited by address" },
  summary: "Whether a name is free.",
  query: z.object({ username: z.string().max(255) }),
  errors: ["M_USER_IN_USE", "M_INVALID_USERNAME", "M_FORBIDDEN"],
  rate: "register",
});

/** `GET /register/m.login.registration_token/validity`: there are no such tokens. */
export const registrationTokenValidity = endpoint({
  method: "GET",
  path: "/_matrix/client/v1/register/m.login.registration_token/validity",
  access: { open: "refused to everybody" },
  summary: "Refused: there is no registration by token.",
  errors: ["M_FORBIDDEN"],
  rate: "register",
});

/** `GET /_synapse/admin/v1/register`: a nonce. */
export const sharedSecretNonce = endpoint({
  method: "GET",
  path: "/_synapse/admin/v1/register",
  access: { open: "a random number, and only where a shared secret is configured" },
  summary: "A nonce for registration by shared secret.",
  errors: ["M_UNRECOGNIZED"],
  rate: "register",
});

/** `POST /_synapse/admin/v1/register`: registration by HMAC under the shared secret. */
export const sharedSecretRegister = endpoint({
  method: "POST",
  path: "/_synapse/admin/v1/register",
  access: { open: "the HMAC under the shared secret is the proof" },
  summary: "Makes an account, proved by the shared secret.",
  body: z.object({
    nonce: z.string(),
    username: z.string(),
    password: z.string().max(4096),
    displayname: z.string().optional(),
    admin: z.boolean().optional(),
    user_type: z.string().nullish(),
    mac: z.string(),
  }),
  errors: ["M_UNRECOGNIZED", "M_FORBIDDEN", "M_USER_IN_USE", "M_INVALID_USERNAME"],
  rate: "register",
});
