import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { roomId, userId } from "../fields.ts";

const PATH = "/causeway/v1/rooms/:roomId/personal-devices";

/** `GET …/personal-devices`: whose personal devices show a RESTRICTED room. */
export const listGateGrants = endpoint({
  method: "GET",
  path: PATH,
  access: { action: "matrix.use" },
  summary: "Whose personal devices a room is shown on; for its members and their heads.",
  params: z.object({ roomId }),
  errors: ["M_FORBIDDEN"],
  rate: "read",
});

/** `PUT …/personal-devices/{userId}`: the head allows it. */
export const putGateGrant = endpoint({
  method: "PUT",
  path: `${PATH}/:userId`,
  access: { action: "matrix.use" },
  summary: "Allows a room on somebody's personal devices; for the head of the person's department.",
  params: z.object({ roomId, userId }),
  body: z.object({ reason: z.string().trim().min(1).max(1000), until_ts: z.number().int().min(0) }),
  errors: ["M_NOT_FOUND", "NOT_PERMITTED", "M_INVALID_PARAM"],
  rate: "write",
});

/** `DELETE …/personal-devices/{userId}`. */
export const deleteGateGrant = endpoint({
  method: "DELETE",
  path: `${PATH}/:userId`,
  access: { action: "matrix.use" },
  summary: "Takes a room from somebody's personal devices again.",
  params: z.object({ roomId, userId }),
  errors: ["M_NOT_FOUND", "NOT_PERMITTED"],
  rate: "write",
});
