import type { Acts } from "./fact-kinds.ts";

/** What concerns the server and the log themselves. */
export const logActs = {
  /** The log goes on under a new key, because the one before is not there. */
  "log.key-begun": { key: "code", size: "count" },
  /** A server was made from a backup; what was recorded after the backup is not in this log. */
  "server.restored": { backup: "digest", made: "instant", epoch: "count" },
  /** An operator's command at the machine. */
  "operator.command": { command: "code" },
  /** The salts and values of a person were erased from beside the log. */
  "person.erased": { values: "count" },
  /** Somebody who is entitled to made a proof of a thing. */
  "audit.proved": { entries: "count", disclosed: "flag" },
  /** Somebody read what was recorded of a person, under a look that was approved. */
  "audit.looked": { look: "id", entries: "count" },
  /** Somebody who is entitled to read who and why of the entries of a thing. */
  "audit.disclosed": { entries: "count" },
} as const satisfies Acts;
