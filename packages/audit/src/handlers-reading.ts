import { failure, ok, type Instant, type Result, type UserId } from "@causeway/base";
import { addCosignature, getAuditProof, listAuditEntries, listAuditOfPerson } from "@causeway/contract";
import { HttpReply, serve, type Answer, type Route } from "@causeway/platform";
import { disclosedBy } from "./disclose.ts";
import type { MayLookAt, MayProve, MayRead } from "./ports.ts";
import { actOf, type Disclosed } from "./proof-file.ts";
import { prove, type ProverParts } from "./prover.ts";
import { countEntries, entriesOfPerson, findEntries, type EntryRow, type EntrySearch } from "./store.ts";
import type { Witnesses } from "./witnesses.ts";

/** What reading is allowed by. */
export interface ReadingParts extends ProverParts {
  readonly witnesses: Witnesses;
  readonly mayRead: MayRead;
  readonly mayLookAt: MayLookAt;
  readonly mayProve: MayProve;
}

/** Reading the log inside the server: counts by default, who and why of one thing at a time, one person under an approved look. */
export function readingRoutes(parts: ReadingParts): readonly Route[] {
  return [
    serve(listAuditEntries, async ({ caller, query, now }) => {
      const { limit, show, disclose, on: thing, ...search } = query;
      const asked: EntrySearch = { ...search, thing, size: parts.published().size };
      if (!parts.mayRead(caller.user)) return failure("NOT_PERMITTED", undefined, { reason: "role-missing" });
      if (show === "counts") return await counts(parts, asked);
      if (!disclose) return ok(pageOf(await findEntries(parts.db, asked, limit), { limit }));
      if (thing === undefined)
        return failure("M_INVALID_PARAM", "query `disclose`: who and why are disclosed for one thing, named by `on`");
      return await disclosedPage(parts, { search: asked, thing, limit, by: caller.user, now });
    }),
    serve(listAuditOfPerson, async ({ caller, params, query, now }) => {
      if (!parts.mayRead(caller.user)) return failure("NOT_PERMITTED", undefined, { reason: "role-missing" });
      const look = await parts.mayLookAt({ reader: caller.user, person: params.userId, now });
      return look.ok ? await looked(parts, { reader: caller.user, person: params.userId, query, look, now }) : look;
    }),
    serve(getAuditProof, async ({ caller, query }) => {
      const { on: things, disclose } = query;
      if (!parts.mayRead(caller.user)) {
        const entitled = await parts.mayProve({ reader: caller.user, things });
        if (!entitled.ok) return entitled;
      }
      const made = await prove(parts, { things, disclose, by: caller.user });
      return made.ok ? ok(fileReply(things, made.value)) : made;
    }),
    serve(addCosignature, ({ body }) => parts.witnesses.add(body)),
  ];
}

function fileReply([thing = "log"]: readonly string[], body: string): HttpReply {
  const name = thing.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  return new HttpReply({
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": `attachment; filename="${name}.proof.json"`,
      "cache-control": "no-store",
    },
    body,
  });
}

async function counts({ db }: ReadingParts, search: EntrySearch): Promise<Answer> {
  const found = await countEntries(db, search);
  return ok({ counts: found, total: found.reduce((sum, { count }) => sum + count, 0) });
}

async function disclosedPage(
  parts: ReadingParts,
  of: {
    readonly search: EntrySearch;
    readonly thing: string;
    readonly limit: number;
    readonly by: UserId;
    readonly now: Instant;
  },
): Promise<Answer> {
  const rows = await findEntries(parts.db, of.search, of.limit);
  const disclosed = await disclosedBy(parts.db, rows);
  const tx = parts.db.begin();
  const facts = { entries: rows.length };
  parts.record(tx, { act: "audit.disclosed", by: of.by, on: of.thing, at: of.now, facts });
  await tx.commit();
  return ok(pageOf(rows, { limit: of.limit, disclosed }));
}

async function looked(
  parts: ReadingParts,
  of: {
    readonly reader: UserId;
    readonly person: UserId;
    readonly query: { readonly before?: number | undefined; readonly limit: number };
    readonly look: Result<{ readonly look: string }> & { readonly ok: true };
    readonly now: Instant;
  },
): Promise<Answer> {
  const { reader, person, query, look, now } = of;
  const { size } = parts.published();
  const page = { before: Math.min(query.before ?? size, size), limit: query.limit };
  const rows = await entriesOfPerson(parts.db, person, page);
  const disclosed = await disclosedBy(parts.db, rows);
  const tx = parts.db.begin();
  const facts = { look: look.value.look, entries: rows.length };
  parts.record(tx, { act: "audit.looked", by: reader, on: person, at: now, facts });
  await tx.commit();
  return ok(pageOf(rows, { limit: query.limit, disclosed }));
}

function pageOf(
  rows: readonly EntryRow[],
  how: {
    readonly limit: number;
    readonly disclosed?: ReadonlyMap<string, Readonly<Record<string, Disclosed>>>;
  },
): object {
  const entries = rows.flatMap((row) => {
    const act = actOf({ index: row.idx, entry: row.leaf, disclosed: how.disclosed?.get(row.id) ?? {} });
    if (act === undefined) return [];
    const { disclosed, ...read } = act;
    return [{ id: row.id, ...read, ...(how.disclosed === undefined ? {} : { disclosed }) }];
  });
  const last = rows.length === how.limit ? rows.at(-1) : undefined;
  return { entries, ...(last === undefined ? {} : { next: last.idx }) };
}
