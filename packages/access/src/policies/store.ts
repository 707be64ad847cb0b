import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";
import type { CountRow, DayCount } from "./counts.ts";

interface CountColumns {
  readonly day: number;
  readonly service: string;
  readonly department: string;
  readonly machine_class: string;
  readonly allowed: number;
  readonly granted: number;
  readonly observed: number;
  readonly refused: number;
}

const ALL = "day, service, department, machine_class, allowed, granted, observed, refused";
const add = statement(
  `INSERT INTO policy_counts (${ALL}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
   ON CONFLICT (day, service, department, machine_class) DO UPDATE SET
     allowed = policy_counts.allowed + excluded.allowed, granted = policy_counts.granted + excluded.granted,
     observed = policy_counts.observed + excluded.observed, refused = policy_counts.refused + excluded.refused`,
);
const since = statement<CountColumns>(`SELECT ${ALL} FROM policy_counts WHERE day >= ? ORDER BY day, service`);
const forget = statement("DELETE FROM policy_counts WHERE day < ?");

/** Adds what points have counted on a day. */
export function addCounts(tx: Tx, day: number, counts: readonly CountRow[]): void {
  for (const one of counts)
    tx.add(
      add(
        ...([day, one.service, one.department, one.machineClass] as const),
        ...([one.allowed, one.granted, one.observed, one.refused] as const),
      ),
    );
}

/** What was counted from a day on. */
export async function countsSince(db: ReadDb, day: number): Promise<readonly DayCount[]> {
  return (await db.all(since(day))).map(({ machine_class: machineClass, ...row }) => ({ ...row, machineClass }));
}

/** Forgets what was counted before a day. */
export function forgetCounts(tx: Tx, before: number): void {
  tx.add(forget(before));
}

const addUse = statement(
  `INSERT INTO policy_grant_uses (grant_id, day, uses) VALUES (?, ?, ?)
   ON CONFLICT (grant_id, day) DO UPDATE SET uses = policy_grant_uses.uses + excluded.uses`,
);
const anyUse = statement<{ readonly day: number }>("SELECT day FROM policy_counts LIMIT 1");

/** Adds how often grants opened something on a day. */
export function addUses(tx: Tx, day: number, uses: readonly { readonly grant: string; readonly uses: number }[]): void {
  for (const one of uses) tx.add(addUse(one.grant, day, one.uses));
}

/** Whether points have ever reported counts. */
export async function hasCounts(db: ReadDb): Promise<boolean> {
  return (await db.first(anyUse())) !== undefined;
}

/** How often grants were used, and on which day last. */
export async function usesOf(
  db: ReadDb,
  grants: readonly string[],
): Promise<readonly { readonly grant_id: string; readonly uses: number; readonly day: number }[]> {
  const select = statement<{ readonly grant_id: string; readonly uses: number; readonly day: number }>(
    `SELECT grant_id, sum(uses) AS uses, max(day) AS day FROM policy_grant_uses
     WHERE grant_id IN (${placeholders(grants.length)}) GROUP BY grant_id`,
  );
  return await db.all(select(...grants));
}
