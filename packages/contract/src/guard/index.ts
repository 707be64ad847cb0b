import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { guardHello } from "./messages.ts";

export * from "./messages.ts";

/** Where guards open their socket. */
export const GUARD_SOCKET_PATH = "/causeway/v1/policy/stream";

/** `GET /causeway/v1/guard/updates.xml`: asked by browsers, which sign in nowhere. */
export const getGuardUpdates = endpoint({
  method: "GET",
  path: "/causeway/v1/guard/updates.xml",
  access: { open: "names the newest guard, which every managed browser installs" },
  summary: "Where browsers find the newest version of the guard.",
  errors: ["M_NOT_FOUND"],
  rate: "read",
  head: true,
});

/** `GET /causeway/v1/guard/guard.crx`. */
export const getGuardExtension = endpoint({
  method: "GET",
  path: "/causeway/v1/guard/guard.crx",
  access: { open: "the guard holds addresses and public keys, and the rules that hold for every desktop" },
  summary: "The guard, signed.",
  errors: ["M_NOT_FOUND"],
  rate: "media",
  head: true,
});

/** `GET /causeway/v1/guard/guard.zip`. */
export const getGuardFolder = endpoint({
  method: "GET",
  path: "/causeway/v1/guard/guard.zip",
  access: { open: "the same as the signed one" },
  summary: "The guard as a folder, for a trial in a browser that nobody manages (developer mode).",
  errors: ["M_NOT_FOUND"],
  rate: "media",
});

/** `POST /causeway/v1/guard/tickets`. */
export const addGuardTicket = endpoint({
  method: "POST",
  path: "/causeway/v1/guard/tickets",
  access: { action: "matrix.use" },
  summary:
    "Tells the guard of this browser who is signed in: a ticket that can do nothing else, and ends with the session.",
  bodyOptional: true,
  errors: ["M_NOT_FOUND"],
  rate: "write",
});

/** `POST /causeway/v1/guard/policy`: for guards behind proxies that pass no sockets. */
export const askGuardPolicy = endpoint({
  method: "POST",
  path: "/causeway/v1/guard/policy",
  access: { open: "tells a machine what is blocked on it, as its being blocked would" },
  summary: "The policy of one guard, where it can hold no socket.",
  body: guardHello,
  output: z.object({ messages: z.array(z.object({ type: z.string() })) }),
  errors: ["M_BAD_JSON", "NOT_PERMITTED"],
  rate: "sync",
});
