import type { Acts } from "./fact-kinds.ts";

/** What is decided about rooms and reported of them; never what is said in them. */
export const roomActs = {
  /** A room was made with a label, or got another one. */
  "room.label-set": { from: "code", to: "code", reason: "text?" },
  /** A head showed a RESTRICTED room on somebody's personal devices. */
  "room.gate-opened": { person: "user", until: "instant", reason: "text" },
  "room.gate-closed": { person: "user" },
  /** Somebody reported a room, an event of it, or a person. */
  "room.reported": { event: "id?", person: "user?", reason: "text" },
} as const satisfies Acts;
