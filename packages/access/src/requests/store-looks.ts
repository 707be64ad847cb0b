import { parseLookId, parseUserId, type Instant, type LookId, type UserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";
import { number, oneOf, optionalTime, read, text, time, type Columns } from "./columns.ts";

/** A look at one person's records: asked by one, opened by another, over at its end. */
export interface Look {
  readonly id: LookId;
  readonly version: number;
  readonly state: "asked" | "open" | "refused" | "withdrawn" | "ended";
  readonly person: UserId;
  readonly askedBy: UserId;
  readonly asked: Instant;
  readonly until: Instant;
  readonly reason: string;
  readonly decided: { readonly by: UserId; readonly at: Instant; readonly reason: string | undefined } | undefined;
  readonly looked: number;
  readonly ended: { readonly at: Instant; readonly by: UserId | undefined } | undefined;
  readonly told: Instant | undefined;
  /** Who forbade that the person is told. */
  readonly silenced: { readonly by: UserId; readonly at: Instant; readonly reason: string } | undefined;
}

/** What an unmet expectation of a look's version is called. */
export const LOOK_CHANGED = "access-look";

type Body = Pick<Look, "reason" | "decided" | "looked" | "ended" | "silenced">;

const insert = statement(
  "INSERT INTO access_looks (id, version, state, person, asked_by, asked, until, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
);
const update = statement(
  "UPDATE access_looks SET version = ?, state = ?, decided_by = ?, told = ?, body = ? WHERE id = ? AND version = ?",
);
const find = statement<Columns>("SELECT * FROM access_looks WHERE id = ?");
const byAsker = statement<Columns>("SELECT * FROM access_looks WHERE asked_by = ? ORDER BY asked DESC, id LIMIT 500");
const aboutPerson = statement<Columns>("SELECT * FROM access_looks WHERE person = ? ORDER BY asked DESC, id LIMIT 500");
const everyLook = statement<Columns>("SELECT * FROM access_looks ORDER BY asked DESC, id LIMIT 500");
const inState = statement<Columns>("SELECT * FROM access_looks WHERE state = ? ORDER BY asked, id LIMIT 500");
const due = statement<Columns>(
  "SELECT * FROM access_looks WHERE state IN ('asked', 'open') AND until <= ? ORDER BY until, id LIMIT 500",
);
const openTo = statement<Columns>(
  "SELECT * FROM access_looks WHERE person = ? AND state = 'open' AND until > ? AND (asked_by = ? OR decided_by = ?) ORDER BY asked DESC, id LIMIT 1",
);
const openCount = statement<{ readonly count: number }>(
  "SELECT COUNT(*) AS count FROM access_looks WHERE asked_by = ? AND state IN ('asked', 'open')",
);

function bodyOf({ reason, decided, looked, ended, silenced }: Look): string {
  const body: Body = { reason, decided, looked, ended, silenced };
  return JSON.stringify(body);
}

function readLook(row: Columns): Look {
  const body: Body = JSON.parse(text(row, "body"));
  return {
    ...{ reason: body.reason, decided: body.decided, looked: body.looked, ended: body.ended, silenced: body.silenced },
    id: read(row, "id", parseLookId),
    version: number(row, "version"),
    state: read(row, "state", oneOf(["asked", "open", "refused", "withdrawn", "ended"])),
    person: read(row, "person", parseUserId),
    askedBy: read(row, "asked_by", parseUserId),
    asked: time(row, "asked"),
    until: time(row, "until"),
    told: optionalTime(row, "told"),
  };
}

/** Collects a new look. */
export function addLook(tx: Tx, look: Look): void {
  const { id, version, state, person, askedBy, asked, until } = look;
  tx.add(insert(id, version, state, person, askedBy, asked, until, bodyOf(look)));
}

/** Collects a look's new form; fails as `LOOK_CHANGED` when it has changed since. */
export function changeLook(tx: Tx, look: Look, before: Look): void {
  const values = [look.version, look.state, look.decided?.by ?? null, look.told ?? null, bodyOf(look)] as const;
  tx.add(update(...values, look.id, before.version), { rows: 1, what: LOOK_CHANGED });
}

/** A look. */
export async function findLook(db: ReadDb, id: LookId): Promise<Look | undefined> {
  const row = await db.first(find(id));
  return row === undefined ? undefined : readLook(row);
}

/** Looks that somebody asked for, that are about somebody, that are in a state, or all of them. */
export async function looks(
  db: ReadDb,
  which: { readonly askedBy: UserId } | { readonly about: UserId } | { readonly state: Look["state"] } | "all",
): Promise<readonly Look[]> {
  const query =
    which === "all"
      ? everyLook()
      : "askedBy" in which
        ? byAsker(which.askedBy)
        : "about" in which
          ? aboutPerson(which.about)
          : inState(which.state);
  return (await db.all(query)).map(readLook);
}

/** The look at a person that is open to a reader, one of the two who opened it. */
export async function openLook(
  db: ReadDb,
  at: { readonly person: UserId; readonly reader: UserId; readonly now: Instant },
): Promise<Look | undefined> {
  const row = await db.first(openTo(at.person, at.now, at.reader, at.reader));
  return row === undefined ? undefined : readLook(row);
}

/** Looks whose end has come. */
export async function dueLooks(db: ReadDb, now: Instant): Promise<readonly Look[]> {
  return (await db.all(due(now))).map(readLook);
}

/** How many looks of somebody are asked or open. */
export async function openLooksOf(db: ReadDb, user: UserId): Promise<number> {
  return (await db.first(openCount(user)))?.count ?? 0;
}
