import { z } from "zod";
import { endpoint } from "../endpoint.ts";

const encoded = z.string().regex(/^[A-Za-z0-9_-]+={0,2}$/, "not base64url");
const short = encoded.max(2048);
const authDict = z.record(z.string(), z.unknown()).optional();

/** The output of PRF opens somebody's secret storage: a client that sends it is refused loudly, so that its fault is found. */
const extensionResults = z
  .record(z.string().max(100), z.unknown())
  .refine((results) => !hasPrfOutput(results["prf"]), "the output of `prf` is the client's secret and must not be sent")
  .transform((results) => ({ prf: isPrfEnabled(results["prf"]) }))
  .prefault({});

function hasPrfOutput(prf: unknown): boolean {
  return typeof prf === "object" && prf !== null && "results" in prf;
}

function isPrfEnabled(prf: unknown): boolean {
  return typeof prf === "object" && prf !== null && "enabled" in prf && prf.enabled === true;
}

/** What `navigator.credentials.create()` gave, as JSON (WebAuthn, section 5.1). */
export const passkeyRegistration = z.object({
  id: short,
  rawId: short,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: encoded.max(4096),
    attestationObject: encoded.max(65_536),
    transports: z.array(z.string().max(32)).max(10).default([]),
  }),
  clientExtensionResults: extensionResults,
});

/** What `navigator.credentials.get()` gave, as JSON. */
export const passkeyAssertion = z.object({
  id: short,
  rawId: short,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: encoded.max(4096),
    authenticatorData: encoded.max(4096),
    signature: encoded.max(4096),
    userHandle: short.nullish(),
  }),
  clientExtensionResults: extensionResults,
});

const name = z.string().trim().min(1).max(100);
const passkeyParams = z.object({ passkeyId: short });

/** `POST /causeway/v1/passkeys/options`: begins to add one; asks for another proof first. */
export const passkeyOptions = endpoint({
  method: "POST",
  path: "/causeway/v1/passkeys/options",
  access: { action: "matrix.use" },
  summary: "What a browser needs to make a passkey; after user-interactive authentication.",
  body: z.object({ auth: authDict }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "PASSKEYS_TOO_MANY"],
  rate: "write",
});

/** `POST /causeway/v1/passkeys`. */
export const addPasskey = endpoint({
  method: "POST",
  path: "/causeway/v1/passkeys",
  access: { action: "matrix.use" },
  summary: "Adds the passkey that the browser made.",
  body: z.object({ name, response: passkeyRegistration }),
  errors: ["PASSKEY_REFUSED", "PASSKEYS_TOO_MANY"],
  rate: "write",
});

/** `GET /causeway/v1/passkeys`. */
export const listPasskeys = endpoint({
  method: "GET",
  path: "/causeway/v1/passkeys",
  access: { action: "matrix.use" },
  summary: "One's passkeys.",
  errors: [],
  rate: "read",
});

/** `PUT /causeway/v1/passkeys/{passkeyId}`: a name, or what the client has sealed with the passkey's PRF output. */
export const changePasskey = endpoint({
  method: "PUT",
  path: "/causeway/v1/passkeys/:passkeyId",
  access: { action: "matrix.use" },
  summary: "Names one of one's passkeys, or keeps what the client has sealed for it.",
  params: passkeyParams,
  body: z
    .object({ name: name.optional(), sealed: z.string().max(8192).nullable().optional() })
    .refine((body) => body.name !== undefined || body.sealed !== undefined, "needs `name` or `sealed`"),
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** `DELETE /causeway/v1/passkeys/{passkeyId}`. */
export const deletePasskey = endpoint({
  method: "DELETE",
  path: "/causeway/v1/passkeys/:passkeyId",
  access: { action: "matrix.use" },
  summary: "Removes one of one's passkeys; after user-interactive authentication.",
  params: passkeyParams,
  body: z.object({ auth: authDict }),
  bodyOptional: true,
  errors: ["M_NOT_FOUND", "M_FORBIDDEN"],
  rate: "write",
});

/** `POST /causeway/v1/passkeys/sign-in/options`: begins a sign-in without a name; `POST /login` with `org.causeway.passkey` ends it. */
export const passkeySignInOptions = endpoint({
  method: "POST",
  path: "/causeway/v1/passkeys/sign-in/options",
  access: { open: "a random number to sign, the same for everybody" },
  summary: "What a browser needs to sign in with a passkey.",
  errors: [],
  // Guesses nothing: every sign-in form of an office asks for one as it opens, to offer passkeys under the name.
  rate: "write",
});
