import { z } from "zod";
import { endpoint } from "../endpoint.ts";

const redirectQuery = z.object({
  redirectUrl: z.string().max(4096),
  action: z.enum(["login", "register"]).optional(),
});

/** `GET /login/sso/redirect` (client-server API, "SSO client login"). */
export const ssoRedirect = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/login/sso/redirect",
  access: { open: "where one begins to sign in with a provider; sends only to configured addresses" },
  summary: "Begins to sign in with the provider, or asks which.",
  query: redirectQuery,
  errors: ["M_UNRECOGNIZED"],
  rate: "write",
});

/** `GET /login/sso/redirect/{idpId}`. */
export const ssoRedirectTo = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/login/sso/redirect/:idpId",
  access: { open: "where one begins to sign in with a provider; sends only to configured addresses" },
  summary: "Begins to sign in with one provider.",
  params: z.object({ idpId: z.string().max(255) }),
  query: redirectQuery,
  errors: [],
  rate: "write",
});

/** `GET /causeway/v1/sso/callback/{idpId}`: where a provider sends the browser back to. */
export const ssoCallback = endpoint({
  method: "GET",
  path: "/causeway/v1/sso/callback/:idpId",
  access: { open: "the state, bound to the browser by a cookie, and the provider's signed answer are the proof" },
  summary: "Ends a sign-in with a provider; the browser goes on to the client with a login token.",
  params: z.object({ idpId: z.string().max(255) }),
  query: z.record(z.string().max(100), z.union([z.string().max(8192), z.array(z.string().max(8192)).max(10)])),
  errors: [],
  rate: "write",
});

/** `GET /auth/{authType}/fallback/web` (client-server API, "Fallback"). */
export const authFallback = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/auth/:authType/fallback/web",
  access: { open: "proves something for a session that only its owner can use" },
  summary: "A step of user-interactive authentication in a browser: signing in with the provider again.",
  params: z.object({ authType: z.string().max(100) }),
  query: z.object({ session: z.string().max(255) }),
  errors: [],
  rate: "write",
});

/** `POST /login/get_token`: lets a further device in. */
export const getLoginToken = endpoint({
  method: "POST",
  path: "/_matrix/client/v1/login/get_token",
  access: { action: "matrix.use" },
  summary: "A login token, usable once and for a short time, for another device of one's own.",
  body: z.object({ auth: z.record(z.string(), z.unknown()).optional() }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN"],
  rate: "login",
});
