import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ZoneState } from "./zone.ts";
import { zoneText, type ZoneTimes } from "./zone-text.ts";
import type { RpzZones } from "./zones.ts";

/** Serves zones as master files at `/<zone>`; who has the current one gets 304. Gives whether the request was for it. */
export function zoneHandler(
  zones: RpzZones,
  times: ZoneTimes,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const kept = new WeakMap<ZoneState, { readonly body: Buffer; readonly tag: string }>();
  const textOf = (zone: ZoneState): { readonly body: Buffer; readonly tag: string } => {
    const known = kept.get(zone);
    if (known !== undefined) return known;
    const body = Buffer.from(zoneText(zone, times));
    const tag = `"${zone.serial}-${createHash("sha256").update(body).digest("hex").slice(0, 16)}"`;
    kept.set(zone, { body, tag });
    return { body, tag };
  };
  return (request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const zone = zones.find(path.slice(1).toLowerCase());
    if (zone === undefined) return false;
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return true;
    }
    const { body, tag } = textOf(zone);
    const headers = { etag: tag, "cache-control": "no-cache", "content-type": "text/plain; charset=utf-8" };
    if (holds(request.headers["if-none-match"], tag)) response.writeHead(304, headers).end();
    else
      response
        .writeHead(200, { ...headers, "content-length": body.length })
        .end(request.method === "HEAD" ? undefined : body);
    return true;
  };
}

function holds(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const tags = header.split(",").map((one) => one.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(tag);
}
