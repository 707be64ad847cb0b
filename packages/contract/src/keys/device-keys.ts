import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { deviceId, jsonObject, keptText, userId } from "../fields.ts";

const keysById = z.record(keptText(255), z.union([z.string(), jsonObject]));
/** The keys of a device (client-server API, "DeviceKeys"). */
const deviceKeys = z.looseObject({
  user_id: userId,
  device_id: deviceId,
  algorithms: z.array(z.string()).max(50),
  keys: z.record(z.string(), z.string()),
  signatures: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});

/** `POST /keys/upload` (client-server API, "Key distribution"). */
export const uploadKeys = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/keys/upload",
  access: { action: "matrix.use" },
  summary: "Publishes the keys of this device.",
  body: z.object({
    device_keys: deviceKeys.optional(),
    one_time_keys: keysById.optional(),
    fallback_keys: keysById.optional(),
    "org.matrix.msc2732.fallback_keys": keysById.optional(),
  }),
  bodyOptional: true,
  errors: ["M_INVALID_PARAM", "M_BAD_JSON", "M_TOO_LARGE"],
  rate: "write",
});

/** `POST /keys/query`. */
export const queryKeys = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/keys/query",
  access: { action: "matrix.use" },
  summary: "The keys of people's devices.",
  body: z.object({
    device_keys: z.record(z.string(), z.array(z.string()).or(z.object({}).transform(() => []))),
    timeout: z.number().optional(),
  }),
  errors: [],
  rate: "read",
});

/** `POST /keys/claim`. */
export const claimKeys = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/keys/claim",
  access: { action: "matrix.use" },
  summary: "Takes one-time keys of devices.",
  body: z.object({
    one_time_keys: z.record(z.string(), z.record(z.string(), keptText(255))),
    timeout: z.number().optional(),
  }),
  errors: ["M_TOO_LARGE"],
  rate: "write",
});

/** `GET /keys/changes`. */
export const keyChanges = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/keys/changes",
  access: { action: "matrix.use" },
  summary: "Whose devices changed between two syncs.",
  query: z.object({ from: z.string().max(256), to: z.string().max(256) }),
  errors: ["M_INVALID_PARAM", "M_UNKNOWN_POS"],
  rate: "read",
});

const crossSigningKey = z.looseObject({
  user_id: userId,
  usage: z.array(z.string()),
  keys: z.record(z.string(), z.string()),
  signatures: z.record(z.string(), z.record(z.string(), z.string())).optional(),
});

/** `POST /keys/device_signing/upload` (client-server API, "Cross-signing"). */
export const uploadCrossSigning = endpoint({
  method: "POST",
  path: ["/_matrix/client/v3/keys/device_signing/upload", "/_matrix/client/unstable/keys/device_signing/upload"],
  access: { action: "matrix.use" },
  summary: "Publishes one's cross-signing keys.",
  body: z.object({
    master_key: crossSigningKey.optional(),
    self_signing_key: crossSigningKey.optional(),
    user_signing_key: crossSigningKey.optional(),
    auth: jsonObject.optional(),
  }),
  errors: ["M_INVALID_PARAM", "M_MISSING_PARAM", "M_BAD_JSON", "M_TOO_LARGE", "M_INVALID_SIGNATURE", "M_FORBIDDEN"],
  rate: "write",
});

/** `POST /keys/signatures/upload`. */
export const uploadSignatures = endpoint({
  method: "POST",
  path: ["/_matrix/client/v3/keys/signatures/upload", "/_matrix/client/unstable/keys/signatures/upload"],
  access: { action: "matrix.use" },
  summary: "Publishes signatures of keys.",
  body: z.record(z.string(), z.record(z.string(), jsonObject)),
  errors: ["M_TOO_LARGE"],
  rate: "write",
});

/** `PUT /sendToDevice/{eventType}/{txnId}` (client-server API, "Send-to-Device messaging"). */
export const sendToDevice = endpoint({
  method: "PUT",
  path: "/_matrix/client/v3/sendToDevice/:eventType/:txnId",
  access: { action: "matrix.use" },
  summary: "Sends messages to devices.",
  params: z.object({ eventType: keptText(255), txnId: keptText(255) }),
  body: z.object({ messages: z.record(z.string(), z.record(z.string(), jsonObject)) }),
  errors: ["M_TOO_LARGE"],
  rate: "send",
});
