import type { PusherData } from "./pusher-data.ts";

/** Whether it is now a time at which a pusher says nothing. Times that run over midnight do. */
export function isQuiet(data: PusherData, now: number): boolean {
  const quiet = data["org.causeway.quiet"];
  if (quiet === undefined) return false;
  const time = new Intl.DateTimeFormat("en-GB", {
    timeZone: quiet.zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(now);
  return quiet.from <= quiet.until
    ? time >= quiet.from && time < quiet.until
    : time >= quiet.from || time < quiet.until;
}
