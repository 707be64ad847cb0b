import { parseEventId, queryGrams, tsQuery, fts5Query, type EventId } from "@causeway/base";
import { placeholders, statement, type Engine, type ReadDb, type Statement, type Tx } from "@causeway/platform";
import { eventColumns, eventOf, type EventRow } from "./store.ts";
import { typesWithoutText } from "./search-text.ts";
import type { RoomNumber, StoredEvent } from "./stored-event.ts";

/** Which positions the index holds, `(from, to]`, and how many redactions there have been. */
export interface SearchProgress {
  readonly from: number;
  readonly to: number;
  readonly redactions: number;
}

interface ProgressRow {
  readonly from_pos: number;
  readonly to_pos: number;
  readonly redactions: number;
  readonly head: number;
}

const progress = statement<ProgressRow>(
  "SELECT p.from_pos, p.to_pos, p.redactions, s.head FROM rooms_search_progress p, stream s WHERE p.id = 1",
);
const putProgress = statement(
  "UPDATE rooms_search_progress SET from_pos = ?, to_pos = ? WHERE id = 1 AND redactions = ?",
);
const countRedaction = statement("UPDATE rooms_search_progress SET redactions = redactions + 1 WHERE id = 1");

/** How far the index is; and the last position in the database at that moment, of which this process may not have been told yet. */
export async function searchProgress(db: ReadDb): Promise<SearchProgress & { readonly head: number }> {
  const row = await db.first(progress());
  if (row === undefined) throw new Error("the search index has lost its place");
  return { from: row.from_pos, to: row.to_pos, redactions: row.redactions, head: row.head };
}

/** What `UnmetExpectation` says when something was redacted meanwhile. */
export const SEARCH_PROGRESS = "search-progress";

/** Keeps how far the index is, unless anything was redacted since `progress` was read: then the whole transaction fails. */
export function putSearchProgress(tx: Tx, now: SearchProgress): void {
  tx.add(putProgress(now.from, now.to, now.redactions), { rows: 1, what: SEARCH_PROGRESS });
}

const putSqlite = statement("INSERT OR REPLACE INTO rooms_search (rowid, grams) VALUES (?, ?)");
const putPostgres = statement(
  `INSERT INTO rooms_search (pos, grams) VALUES (?, array_to_tsvector(string_to_array(?, ' ')))
   ON CONFLICT (pos) DO UPDATE SET grams = excluded.grams`,
);
const dropSqlite = statement("DELETE FROM rooms_search WHERE rowid = ?");
const dropPostgres = statement("DELETE FROM rooms_search WHERE pos = ?");

/** No gram looks like this: grams are letters and digits. */
function roomGram(room: RoomNumber): string {
  return `\uE000${room.toString(36)}`;
}

/** Enters an event by its grams, instead of what it was found by before. */
export function putSearchable(
  tx: Tx,
  engine: Engine,
  event: { readonly pos: number; readonly room: RoomNumber; readonly grams: readonly string[] },
): void {
  const grams = [roomGram(event.room), ...event.grams].join(" ");
  tx.add(engine === "sqlite" ? putSqlite(event.pos, grams) : putPostgres(event.pos, grams));
}

/** Takes an event out. */
export function dropSearchable(tx: Tx, engine: Engine, pos: number): void {
  tx.add(engine === "sqlite" ? dropSqlite(pos) : dropPostgres(pos));
}

const position = "(SELECT pos FROM rooms_events WHERE event_id = ?)";
const dropEditedSqlite = statement(`DELETE FROM rooms_search WHERE rowid = ${position}`);
const dropEditedPostgres = statement(`DELETE FROM rooms_search WHERE pos = ${position}`);
const lookAgain = statement(
  "INSERT INTO rooms_search_again (pos) SELECT pos FROM rooms_events WHERE event_id = ? ON CONFLICT (pos) DO NOTHING",
);

/** Takes the words of an event that is being redacted out of the index. When it was an edit, what it edited is looked at again. */
export function redactSearchable(
  tx: Tx,
  engine: Engine,
  redacted: { readonly pos: number; readonly editOf: EventId | undefined },
): void {
  tx.add(countRedaction());
  dropSearchable(tx, engine, redacted.pos);
  if (redacted.editOf === undefined) return;
  tx.add(engine === "sqlite" ? dropEditedSqlite(redacted.editOf) : dropEditedPostgres(redacted.editOf));
  tx.add(lookAgain(redacted.editOf));
}

const WITH_TEXT = `e.type NOT IN (${typesWithoutText.map((type) => `'${type}'`).join(", ")})`;
const upwards = statement<EventRow>(
  `SELECT ${eventColumns} FROM rooms_events e WHERE e.pos > ? AND e.pos <= ? AND ${WITH_TEXT} ORDER BY e.pos LIMIT ?`,
);
const downwards = statement<EventRow>(
  `SELECT ${eventColumns} FROM rooms_events e WHERE e.pos > ? AND e.pos <= ? AND ${WITH_TEXT} ORDER BY e.pos DESC LIMIT ?`,
);

const lastUpTo = statement<{ readonly pos: number | null }>("SELECT MAX(pos) AS pos FROM rooms_events WHERE pos <= ?");

/** The position of the last event up to a position, 0 when there is none: positions may be far apart, as after a restore. */
export async function lastEventUpTo(db: ReadDb, pos: number): Promise<number> {
  return Number((await db.first(lastUpTo(pos)))?.pos ?? 0);
}

/** Events that may have words, of positions in `(from, to]`; at most `limit`, from the lower end or from the upper one. */
export async function eventsToSearch(
  db: ReadDb,
  range: { readonly from: number; readonly to: number; readonly limit: number; readonly end: "lower" | "upper" },
): Promise<readonly StoredEvent[]> {
  const query = range.end === "lower" ? upwards : downwards;
  return (await db.all(query(range.from, range.to, range.limit), { heavy: true })).map(eventOf);
}

/** The edits of some events, by the event that they edit, in order. */
export async function editsOf(
  db: ReadDb,
  targets: readonly EventId[],
): Promise<ReadonlyMap<EventId, readonly StoredEvent[]>> {
  const edits = new Map<EventId, StoredEvent[]>();
  if (targets.length === 0) return edits;
  const sql = `SELECT r.target, ${eventColumns} FROM rooms_relations r JOIN rooms_events e ON e.pos = r.pos
    WHERE r.target IN (${placeholders(targets.length)}) AND r.rel_type = 'm.replace' ORDER BY r.pos`;
  for (const row of await db.all<EventRow & { readonly target: string }>({ sql, parameters: targets })) {
    const target = parseEventId(row.target);
    if (target === undefined) continue;
    const known = edits.get(target);
    if (known === undefined) edits.set(target, [eventOf(row)]);
    else known.push(eventOf(row));
  }
  return edits;
}

const again = statement<EventRow>(
  `SELECT ${eventColumns} FROM rooms_search_again a JOIN rooms_events e ON e.pos = a.pos ORDER BY a.pos LIMIT ?`,
);
const lookedAt = statement("DELETE FROM rooms_search_again WHERE pos = ?");

/** Events that have to be looked at again. */
export async function eventsToLookAtAgain(db: ReadDb, limit: number): Promise<readonly StoredEvent[]> {
  return (await db.all(again(limit))).map(eventOf);
}

/** Takes note that an event has been looked at again. */
export function lookedAtAgain(tx: Tx, pos: number): void {
  tx.add(lookedAt(pos));
}

/** Which events are candidates for a search. */
export interface CandidatesWanted {
  /** What somebody typed. */
  readonly term: string;
  /** The rooms to look in; at most `MAX_ROOM_GRAMS`, or the rooms of `member`. */
  readonly rooms: readonly RoomNumber[] | { readonly member: string };
  /** Positions in `(from, to]`. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly clauses: readonly { readonly sql: string; readonly parameters: readonly string[] }[];
}

/** So many rooms are named to the index; for more the events' rooms are compared. */
export const MAX_ROOM_GRAMS = 100;

/** Whether a text holds anything that can be looked for. */
export function isSearchable(term: string): boolean {
  return queryGrams(term).length > 0;
}

/** Events that have all grams of what is searched for, newest first. */
export async function candidates(db: ReadDb, want: CandidatesWanted): Promise<readonly StoredEvent[]> {
  const { sql, parameters } = matching(db.engine, want);
  const query: Statement<EventRow> = {
    sql: `SELECT ${eventColumns} ${sql} ORDER BY ${keyOf(db.engine)} DESC LIMIT ?`,
    parameters: [...parameters, want.limit],
  };
  return (await db.all(query, { heavy: true })).map(eventOf);
}

/** How many candidates there are; counts no further than `limit`. */
export async function countCandidates(db: ReadDb, want: CandidatesWanted): Promise<number> {
  const { sql, parameters } = matching(db.engine, want);
  const query: Statement<{ readonly found: number }> = {
    sql: `SELECT COUNT(*) AS found FROM (SELECT 1 ${sql} LIMIT ?) AS candidates`,
    parameters: [...parameters, want.limit],
  };
  return Number((await db.all(query, { heavy: true }))[0]?.found ?? 0);
}

function keyOf(engine: Engine): string {
  return engine === "sqlite" ? "s.rowid" : "s.pos";
}

function matching(
  engine: Engine,
  want: CandidatesWanted,
): { readonly sql: string; readonly parameters: readonly (string | number)[] } {
  const key = keyOf(engine);
  const match = engine === "sqlite" ? "rooms_search MATCH ?" : "s.grams @@ CAST(? AS TEXT)::tsquery";
  const clauses = [match, `${key} > ?`, `${key} <= ?`];
  const parameters: (string | number)[] = [expression(engine, want), want.from, want.to];
  if ("member" in want.rooms) {
    clauses.push("e.room IN (SELECT m.room FROM rooms_memberships m WHERE m.user_id = ?)");
    parameters.push(want.rooms.member);
  }
  for (const clause of want.clauses) {
    clauses.push(clause.sql);
    parameters.push(...clause.parameters);
  }
  return {
    sql: `FROM rooms_search s JOIN rooms_events e ON e.pos = ${key} WHERE ${clauses.join(" AND ")}`,
    parameters,
  };
}

function expression(engine: Engine, { term, rooms }: CandidatesWanted): string {
  const words = (engine === "sqlite" ? fts5Query(term) : tsQuery(term)) ?? "";
  if ("member" in rooms) return words;
  const [quote, or, and] = engine === "sqlite" ? ['"', " OR ", " AND "] : ["'", " | ", " & "];
  return `(${rooms.map((room) => `${quote}${roomGram(room)}${quote}`).join(or)})${and}${words}`;
}
