import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { eventId, jsonObject, roomId } from "../fields.ts";
import { delayQuery } from "./delayed.ts";
import { inRoom, txnId } from "./paths.ts";

const content = jsonObject;
const type = z.string().min(1).max(255);

/** `PUT /rooms/{roomId}/send/{eventType}/{txnId}` (client-server API, "Sending events to a room"). */
export const sendEvent = endpoint({
  method: "PUT",
  path: inRoom("/send/:eventType/:txnId"),
  access: { action: "matrix.use" },
  summary: "Sends a message event.",
  params: z.object({ roomId, eventType: type, txnId }),
  query: delayQuery,
  body: content,
  errors: ["M_FORBIDDEN", "M_TOO_LARGE", "M_DUPLICATE_ANNOTATION"],
  rate: "send",
});

/** `PUT /rooms/{roomId}/redact/{eventId}/{txnId}` (client-server API, "Redactions"). */
export const redactEvent = endpoint({
  method: "PUT",
  path: inRoom("/redact/:eventId/:txnId"),
  access: { action: "matrix.use" },
  summary: "Removes the content of an event.",
  params: z.object({ roomId, eventId, txnId }),
  body: z.object({ reason: z.string().optional() }),
  bodyOptional: true,
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "send",
});

const stateParams = z.object({ roomId, eventType: type, stateKey: z.string().max(255).default("") });
const statePaths = [inRoom("/state/:eventType/:stateKey"), inRoom("/state/:eventType"), inRoom("/state/:eventType/")];

/** `PUT /rooms/{roomId}/state/{eventType}/{stateKey}`. */
export const sendState = endpoint({
  method: "PUT",
  path: statePaths,
  access: { action: "matrix.use" },
  summary: "Sets a piece of a room's state.",
  params: stateParams,
  query: delayQuery,
  body: content,
  errors: ["M_FORBIDDEN", "M_TOO_LARGE", "M_BAD_ALIAS"],
  rate: "write",
});

/** `GET /rooms/{roomId}/state/{eventType}/{stateKey}`. */
export const getState = endpoint({
  method: "GET",
  path: statePaths,
  access: { action: "matrix.use" },
  summary: "One piece of a room's state.",
  params: stateParams,
  query: z.object({ format: z.enum(["content", "event"]).default("content") }),
  errors: ["M_FORBIDDEN", "M_NOT_FOUND"],
  rate: "read",
});

/** `GET /rooms/{roomId}/state`. */
export const getAllState = endpoint({
  method: "GET",
  path: inRoom("/state"),
  access: { action: "matrix.use" },
  summary: "A room's whole state.",
  params: z.object({ roomId }),
  errors: ["M_FORBIDDEN"],
  rate: "read",
});
