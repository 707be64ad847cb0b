import { z } from "zod";
import { endpoint } from "../endpoint.ts";

const WHY = "entries hold ids, codes and salted hashes only, and whoever checks the log needs no account";

/** `GET /tlog/checkpoint` (C2SP tlog-tiles): how far the log has come, signed. */
export const getCheckpoint = endpoint({
  method: "GET",
  path: "/tlog/checkpoint",
  access: { open: WHY },
  summary: "The audit log's newest checkpoint: a signed note with the number of entries and their root.",
  head: true,
  errors: [],
  rate: "read",
});

/** `GET /tlog/witnessed`: the newest checkpoint that an outside witness has signed as well. */
export const getWitnessedCheckpoint = endpoint({
  method: "GET",
  path: "/tlog/witnessed",
  access: { open: WHY },
  summary: "The newest checkpoint of the audit log that witnesses have signed as well.",
  head: true,
  errors: ["M_NOT_FOUND"],
  rate: "read",
});

/** `GET /tlog/key`: the log's public key, for those who were given none in another way. */
export const getLogKey = endpoint({
  method: "GET",
  path: "/tlog/key",
  access: { open: WHY },
  summary: "The audit log's public key. Whoever checks the log should have it from somewhere else.",
  errors: [],
  rate: "read",
});

const part = z.string().max(16);

/** `GET /tlog/tile/<L>/<N>[.p/<W>]` and `/tlog/tile/entries/<N>[.p/<W>]` (C2SP tlog-tiles). N has one to five parts, and W one more. */
export const getTile = endpoint({
  method: "GET",
  path: ["/:a", "/:a/:b", "/:a/:b/:c", "/:a/:b/:c/:d", "/:a/:b/:c/:d/:e", "/:a/:b/:c/:d/:e/:f"].map(
    (number) => `/tlog/tile/:level${number}`,
  ),
  access: { open: WHY },
  summary: "A tile of the audit log's tree, or a bundle of its entries.",
  head: true,
  params: z
    .object({
      level: part,
      a: part,
      b: part.optional(),
      c: part.optional(),
      d: part.optional(),
      e: part.optional(),
      f: part.optional(),
    })
    .transform(({ level, a, b, c, d, e, f }) => [level, a, b, c, d, e, f].filter((one) => one !== undefined).join("/")),
  errors: ["M_NOT_FOUND"],
  rate: "read",
});
