import { z } from "zod";
import { endpoint } from "../endpoint.ts";

/** `GET /pushers`. */
export const getPushers = endpoint({
  method: "GET",
  path: "/_matrix/client/v3/pushers",
  access: { action: "matrix.use" },
  summary: "Where one is told of news.",
  errors: [],
  rate: "read",
});

/** The times at which a pusher says nothing: from and until, on the clock of a place. */
const quiet = z.object({
  from: z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "not a time of day"),
  until: z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "not a time of day"),
  zone: z.string().max(64).refine(isZone, "not a time zone"),
});

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** What a pusher is told about itself; a gateway is handed everything but `url`. */
const data = z.looseObject({
  url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .optional(),
  format: z.string().max(64).optional(),
  auth: z.string().max(128).optional(),
  "org.causeway.quiet": quiet.optional(),
});

/** `POST /pushers/set` (client-server API, "Push notifications"). */
export const setPusher = endpoint({
  method: "POST",
  path: "/_matrix/client/v3/pushers/set",
  access: { action: "matrix.use" },
  summary: "Says where one is to be told of news, or no longer.",
  body: z.object({
    kind: z.string().max(64).nullable(),
    app_id: z.string().min(1).max(64),
    pushkey: z.string().min(1).max(512),
    app_display_name: z.string().max(255).optional(),
    device_display_name: z.string().max(255).optional(),
    profile_tag: z.string().max(64).optional(),
    lang: z.string().max(64).optional(),
    data: data.optional(),
    append: z.boolean().default(false),
  }),
  errors: ["M_MISSING_PARAM", "M_INVALID_PARAM", "M_LIMIT_EXCEEDED", "PUSH_NOT_OFFERED"],
  rate: "write",
});

/** `GET /causeway/v1/push`: what a browser needs to subscribe. */
export const getPush = endpoint({
  method: "GET",
  path: "/causeway/v1/push",
  access: { action: "matrix.use" },
  summary: "Whether browsers can be told of news while they are closed, and the key to subscribe with.",
  errors: [],
  rate: "read",
});
