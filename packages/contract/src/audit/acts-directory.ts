import type { Acts } from "./fact-kinds.ts";

/**
 * What every change of the directory says: how many rows, the ids of the first of them, the roles that were given or taken, whom a role
 * or delegation is for, and the rows themselves.
 */
const change = { rows: "count", ids: "ids", roles: "codes?", person: "user?", detail: "text?" } as const;

/** Changes of the directory and of roles. */
export const directoryActs = {
  "account.ended": change,
  "appointed.acting": change,
  "appointed.substantive": change,
  "appointment.ended": change,
  delegated: change,
  "delegation.revoked": change,
  "department.entered": change,
  "directory.imported": change,
  "machine.changed": change,
  "machine.designated-machine": change,
  "machine.internal-desktop": change,
  "machine.personal-device": change,
  "machine.registered": change,
  "machine.retired": change,
  "machine.token": change,
  "machine.tokens-revoked": change,
  "names.told": change,
  "person.entered": change,
  "person.left": change,
  "person.renamed": change,
  "post-room.followed": change,
  "post-room.tied": change,
  "post-room.untied": change,
  "post.abolished": change,
  "post.changed": change,
  "post.entered": change,
  "post.roles": change,
  "proxy.token": change,
  "proxy.tokens-revoked": change,
  "reorganisation.cancelled": change,
  "reorganisation.failed": change,
  reorganised: change,
  "role.given": change,
  "role.taken": change,
  "unit.changed": change,
  "unit.ended": change,
  "unit.entered": change,
} as const satisfies Acts;
