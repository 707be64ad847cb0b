import type { Acts } from "./fact-kinds.ts";

/** What happens to accounts and sessions. */
export const accountActs = {
  "account.made": { how: "code" },
  "account.deactivated": {},
  "account.locked": {},
  "account.unlocked": {},
  "account.suspended": {},
  "account.unsuspended": {},
  /** A password was set, by its owner or for somebody. */
  "password.changed": { own: "flag", sessionsEnded: "flag" },
  "passkey.added": {},
  "passkey.removed": {},
  /** Somebody confirmed something of high risk with a passkey. */
  "passkey.confirmed": { operation: "text" },
  /** Somebody signed in. */
  "session.began": { device: "text", managed: "flag" },
  /** Sessions ended: somebody signed out, was signed out, or the account ended. */
  "session.ended": { devices: "text", count: "count" },
  /** Somebody said what a device is. */
  "device.classified": { device: "text", managed: "flag" },
  /** Who somebody is at a provider was joined to an account. */
  "identity.linked": { provider: "text" },
} as const satisfies Acts;
