import type { setPusher } from "@causeway/contract";
import type { z } from "zod";

/** What a pusher is told about itself. */
export type PusherData = NonNullable<z.output<NonNullable<(typeof setPusher)["body"]>>["data"]>;

/** Reads what was kept: our own text, checked when it came. */
export function parsePusherData(text: string): PusherData {
  return JSON.parse(text) as PusherData;
}
