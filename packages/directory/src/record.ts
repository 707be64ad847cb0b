import type { AuditActor, AuditEntry } from "@causeway/audit";
import type { Instant } from "@causeway/base";
import type { AuditFacts, directoryActs } from "@causeway/contract";
import { rowId, rowKinds } from "./store.ts";
import type { RowChanges } from "./types.ts";

/** What can happen in the directory. */
export type DirectoryAct = keyof typeof directoryActs;
/** What is recorded of it. */
export type DirectoryEntry = AuditEntry<DirectoryAct>;

/** So many ids of changed rows are named. */
const MAX_IDS = 20;
/** Changes whose rows are longer than this are recorded without them: an import is found by its ids and its time. */
const MAX_DETAIL = 8_000;

/**
 * What is recorded of a change. A role or a delegation is found by its own id from its beginning to its end, so what gives one is about
 * that, for a person.
 */
export function entryOf(
  change: { readonly act: DirectoryAct; readonly on: string; readonly by: AuditActor; readonly at: Instant },
  changes: RowChanges,
): DirectoryEntry {
  const facts = factsOf(changes);
  const [given, ...more] = [...(changes.roles ?? []), ...(changes.delegations ?? [])];
  const isForPerson = change.on.startsWith("@") && given?.userId === change.on && more.length === 0;
  if (!isForPerson || given === undefined || !GIVING.has(change.act)) return { ...change, facts };
  return { ...change, on: given.id, facts: { ...facts, person: change.on } };
}

const GIVING: ReadonlySet<string> = new Set<DirectoryAct>(["role.given", "delegated"]);

/** What the record says of a change: which rows by their ids, the roles in them, and beside the log the rows as they became. */
function factsOf(changes: RowChanges): AuditFacts<DirectoryAct> {
  const rows = rowKinds.flatMap((kind) => (changes[kind] ?? []).map((row) => ({ kind, id: rowId(kind, row) })));
  // A person's id says who it is, and a credential's is its secret's hash.
  const ids = rows.filter(({ kind, id }) => kind !== "credentials" && /^[a-z]{2}_[A-Za-z0-9_-]+$/.test(id));
  const roles = [...new Set((changes.roles ?? []).map(({ role }) => role))];
  const detail = JSON.stringify({ ...changes, credentials: undefined });
  return {
    rows: rows.length,
    ids: ids.slice(0, MAX_IDS).map(({ id }) => id),
    ...(roles.length === 0 ? {} : { roles }),
    ...(detail.length > MAX_DETAIL ? {} : { detail }),
  };
}
