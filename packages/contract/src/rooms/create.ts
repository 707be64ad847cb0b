import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { jsonObject, userId } from "../fields.ts";

const stateEvent = z.object({
  type: z.string().min(1),
  state_key: z.string().default(""),
  content: jsonObject,
});

/** `POST /createRoom` (client-server API, "Creation"). */
export const createRoom = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/createRoom",
  access: { action: "matrix.use" },
  summary: "Makes a room.",
  body: z.object({
    visibility: z.enum(["public", "private"]).optional(),
    room_alias_name: z.string().optional(),
    name: z.string().optional(),
    topic: z.string().optional(),
    invite: z.array(userId).max(100).optional(),
    invite_3pid: z.array(z.unknown()).optional(),
    room_version: z.string().optional(),
    creation_content: jsonObject.optional(),
    initial_state: z.array(stateEvent).max(200).optional(),
    preset: z.enum(["private_chat", "trusted_private_chat", "public_chat"]).optional(),
    is_direct: z.boolean().optional(),
    power_level_content_override: jsonObject.optional(),
  }),
  bodyOptional: true,
  errors: ["M_ROOM_IN_USE", "M_INVALID_ROOM_STATE", "M_UNSUPPORTED_ROOM_VERSION", "M_FORBIDDEN", "M_THREEPID_DENIED"],
  rate: "write",
});
