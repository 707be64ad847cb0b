import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { deviceId, jsonObject, keptText } from "../fields.ts";

const path = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";
const keysById = z.record(keptText(255), z.union([z.string(), jsonObject]));

/** `PUT /dehydrated_device` (MSC3814): a device that receives keys while nobody is signed in. */
export const putDehydrated = endpoint({
  method: "PUT",
  path,
  access: { action: "matrix.use" },
  summary: "Leaves a device behind that receives keys.",
  body: z.object({
    device_id: deviceId,
    device_data: jsonObject,
    initial_device_display_name: z.string().max(255).optional(),
    device_keys: z.looseObject({ user_id: z.string(), device_id: z.string(), keys: z.record(z.string(), z.string()) }),
    one_time_keys: keysById.optional(),
    fallback_keys: keysById.optional(),
  }),
  errors: ["M_INVALID_PARAM", "M_BAD_JSON", "M_TOO_LARGE"],
  rate: "write",
});

/** `GET /dehydrated_device`. */
export const getDehydrated = endpoint({
  method: "GET",
  path,
  access: { action: "matrix.use" },
  summary: "The device left behind.",
  errors: ["M_NOT_FOUND"],
  rate: "read",
});

/** `DELETE /dehydrated_device`. */
export const deleteDehydrated = endpoint({
  method: "DELETE",
  path,
  access: { action: "matrix.use" },
  summary: "Removes the device left behind.",
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** `POST /dehydrated_device/{deviceId}/events`. */
export const dehydratedEvents = endpoint({
  method: "POST",
  path: `${path}/:deviceId/events`,
  access: { action: "matrix.use" },
  summary: "What the device left behind has received.",
  params: z.object({ deviceId }),
  body: z.object({ next_batch: z.string().optional() }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_INVALID_PARAM"],
  rate: "read",
});
