import { instant } from "@causeway/base";
import type { PointKind } from "@causeway/contract";
import { statement, type ReadDb, type Tx } from "@causeway/platform";
import { parsePointKind, type Point, type Standing } from "./point.ts";

interface PointColumns {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly token_hash: string | null;
  readonly public_key: string | null;
  readonly created: number;
  readonly ended: number | null;
}

interface StandingColumns {
  readonly point_id: string;
  readonly version: number;
  readonly obeyed_since: number;
  readonly heard: number;
  readonly fault: string;
  readonly tests: string;
  readonly serial: number;
}

const COLUMNS = "id, kind, name, token_hash, public_key, created, ended";
const STANDING = "point_id, version, obeyed_since, heard, fault, tests, serial";
const everything = statement<PointColumns>(`SELECT ${COLUMNS} FROM points ORDER BY created, id`);
const allStandings = statement<StandingColumns>(`SELECT ${STANDING} FROM points_standings`);
const marks = statement<{ readonly made: number; readonly ended: number }>(
  "SELECT count(*) AS made, count(ended) AS ended FROM points",
);
const insert = statement(
  "INSERT INTO points (id, kind, name, token_hash, public_key, created, created_by) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
);
const end = statement("UPDATE points SET ended = ?, ended_by = ?, token_hash = NULL WHERE id = ? AND ended IS NULL");
const insertCode = statement(
  "INSERT INTO points_codes (hash, kind, name, created, created_by, expires) VALUES (?, ?, ?, ?, ?, ?)",
);
const findCodeByHash = statement<{ readonly kind: string; readonly name: string; readonly created_by: string }>(
  "SELECT kind, name, created_by FROM points_codes WHERE hash = ? AND used IS NULL AND expires > ?",
);
const useCodeOnce = statement("UPDATE points_codes SET used = ? WHERE hash = ? AND used IS NULL AND expires > ?");
const dropCodes = statement("DELETE FROM points_codes WHERE expires <= ?");
const putStandingRow = statement(
  `INSERT INTO points_standings (${STANDING}) VALUES (?, ?, ?, ?, ?, ?, ?)
   ON CONFLICT (point_id) DO UPDATE SET version = excluded.version, obeyed_since = excluded.obeyed_since, heard = excluded.heard,
     fault = excluded.fault, tests = excluded.tests, serial = excluded.serial`,
);

/** All points, ended ones too. */
export async function allPoints(db: ReadDb): Promise<readonly Point[]> {
  return (await db.all(everything())).map((row) => ({
    ...{ id: row.id, kind: parsePointKind(row.kind), name: row.name },
    ...{ tokenHash: row.token_hash ?? undefined, publicKey: row.public_key ?? undefined },
    created: instant(row.created),
    ended: row.ended === null ? undefined : instant(row.ended),
  }));
}

/** A mark that differs when a point was made or ended. */
export async function pointsMark(db: ReadDb): Promise<string> {
  const row = await db.first(marks());
  return `${Number(row?.made ?? 0)} ${Number(row?.ended ?? 0)}`;
}

/** What each point told last. */
export async function pointStandings(db: ReadDb): Promise<ReadonlyMap<string, Standing>> {
  const rows = await db.all(allStandings());
  return new Map(
    rows.map((row) => [
      row.point_id,
      {
        ...{ version: row.version, fault: row.fault, serial: row.serial, tests: JSON.parse(row.tests) },
        ...{ obeyedSince: instant(row.obeyed_since), heard: instant(row.heard) },
      },
    ]),
  );
}

/** Keeps a new point; one of that id that is there stays. */
export function addPoint(tx: Tx, point: Point, by: string | undefined): void {
  const { id, kind, name, tokenHash, publicKey, created } = point;
  tx.add(insert(id, kind, name, tokenHash ?? null, publicKey ?? null, created, by ?? null));
}

/** Ends a point and its token (expects `point-open`). */
export function endPoint(tx: Tx, id: string, of: { readonly at: number; readonly by: string }): void {
  tx.add(end(of.at, of.by, id), { rows: 1, what: "point-open" });
}

/** A code that one point can enrol with, by its hash. */
export interface PointCode {
  readonly hash: string;
  readonly kind: PointKind;
  readonly name: string;
  readonly created: number;
  readonly by: string;
  readonly expires: number;
}

/** Keeps a code, and forgets those that are over. */
export function addCode(tx: Tx, code: PointCode): void {
  tx.add(dropCodes(code.created));
  tx.add(insertCode(code.hash, code.kind, code.name, code.created, code.by, code.expires));
}

/** A code that is still good. */
export async function findCode(
  db: ReadDb,
  hash: string,
  now: number,
): Promise<{ readonly kind: PointKind; readonly name: string; readonly by: string } | undefined> {
  const row = await db.first(findCodeByHash(hash, now));
  return row === undefined ? undefined : { kind: parsePointKind(row.kind), name: row.name, by: row.created_by };
}

/** Uses a code up (expects `code-free`). */
export function useCode(tx: Tx, hash: string, now: number): void {
  tx.add(useCodeOnce(now, hash, now), { rows: 1, what: "code-free" });
}

/** Keeps what a point told. */
export function putStanding(tx: Tx, id: string, standing: Standing): void {
  const { version, obeyedSince, heard, fault, tests, serial } = standing;
  tx.add(putStandingRow(id, version, obeyedSince, heard, fault, JSON.stringify(tests), serial));
}
