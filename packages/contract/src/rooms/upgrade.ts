import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { userId } from "../fields.ts";
import { inRoom, roomParams } from "./paths.ts";

/** `POST /rooms/{roomId}/upgrade` (client-server API, "Room upgrades"). */
export const upgradeRoom = endpoint({
  method: "POST",
  path: inRoom("/upgrade"),
  access: { action: "matrix.use" },
  summary: "Replaces a room by one of another version.",
  params: roomParams,
  body: z.object({ new_version: z.string(), additional_creators: z.array(userId).max(100).optional() }),
  errors: ["M_FORBIDDEN", "M_UNSUPPORTED_ROOM_VERSION"],
  rate: "write",
});
