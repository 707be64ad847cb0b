import { everyDay, isQuietAt } from "@causeway/matrix-push-rules";
import type { PusherData } from "./pusher-data.ts";

/** Whether it is now a time at which a pusher says nothing. Times that run over midnight do. */
export function isQuiet(data: PusherData, now: number): boolean {
  const quiet = data["org.causeway.quiet"];
  if (quiet === undefined) return false;
  return isQuietAt({ on: true, zone: quiet.zone, times: [{ ...quiet, days: everyDay }] }, now);
}
