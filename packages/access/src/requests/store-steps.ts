import { parseUserId, type GrantId, type RequestId } from "@causeway/base";
import { requestStates } from "@causeway/contract";
import { placeholders, statement, type ReadDb, type Tx } from "@causeway/platform";
import { oneOf, optional, optionalText, read, text, time, type Columns } from "./columns.ts";
import type { AccessEvent } from "./events.ts";
import type { Step } from "./types.ts";

const PER_VERSION = 10;

const insert = statement("INSERT INTO access_steps (of, n, state, at, by_user, reason) VALUES (?, ?, ?, ?, ?, ?)");
const addNews = statement("INSERT INTO access_news (id, at, body) VALUES (?, ?, ?)");
const removeNews = statement("DELETE FROM access_news WHERE id = ?");
const allNews = statement<{ readonly body: string }>("SELECT body FROM access_news ORDER BY id LIMIT 1000");

/** Collects steps of one change: they are told apart by the version that the change made. */
export function addSteps(
  tx: Tx,
  of: { readonly id: RequestId | GrantId; readonly version: number },
  steps: readonly Omit<Step, "of">[],
): void {
  for (const [place, { state, at, by, reason }] of steps.entries())
    tx.add(insert(of.id, of.version * PER_VERSION + place, state, at, by ?? null, reason ?? null));
}

/** What happened to requests and grants, in order. */
export async function stepsOf(db: ReadDb, ids: readonly string[]): Promise<readonly Step[]> {
  if (ids.length === 0) return [];
  const some = statement<Columns>(
    `SELECT * FROM access_steps WHERE of IN (${placeholders(ids.length)}) ORDER BY at, of DESC, n`,
  );
  return (await db.all(some(...ids))).map((row) => ({
    of: text(row, "of") as Step["of"], // written from such an id
    state: read(row, "state", oneOf(requestStates)),
    at: time(row, "at"),
    by: optional(row, "by_user", parseUserId),
    reason: optionalText(row, "reason"),
  }));
}

/** Collects something that is to be told. */
export function addEvent(tx: Tx, event: AccessEvent): void {
  tx.add(addNews(event.id, event.at, JSON.stringify(event)));
}

/** Collects that something was told. */
export function removeEvent(tx: Tx, id: string): void {
  tx.add(removeNews(id));
}

/** What is still to be told, in order. */
export async function untoldEvents(db: ReadDb): Promise<readonly AccessEvent[]> {
  return (await db.all(allNews())).map(({ body }): AccessEvent => JSON.parse(body));
}
