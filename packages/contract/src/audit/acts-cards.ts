import type { Acts } from "./fact-kinds.ts";

/** Announcements and custodians of recovery keys. */
export const cardActs = {
  "announcement.posted": { department: "id?", people: "count?", due: "instant?" },
  "announcement.withdrawn": {},
  "announcement.chased": { people: "count" },
  "custody.set": { enabled: "flag", custodians: "count" },
  "custody.shared": {},
  "custody.asked": { person: "user" },
  "custody.agreed": { person: "user" },
  "custody.refused": { person: "user" },
  "custody.withdrawn": { person: "user" },
  "custody.opened": { person: "user" },
} as const satisfies Acts;
