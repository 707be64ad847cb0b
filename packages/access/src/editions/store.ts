import { instant, parseUserId } from "@causeway/base";
import { statement, type ReadDb, type Tx } from "@causeway/platform";
import { parsePublisher, type Draft, type EditionFacts, type EditionKind, type Publisher } from "./types.ts";

interface EditionColumns {
  readonly publisher: string;
  readonly version: number;
  readonly effective: number;
  readonly published: number;
  readonly published_by: string | null;
  readonly note: string;
  readonly withdrawn: number | null;
}

const FACTS = "publisher, version, effective, published, published_by, note, withdrawn";
const allFacts = statement<EditionColumns>(
  `SELECT ${FACTS} FROM policy_editions WHERE kind = ? ORDER BY publisher, version`,
);
const contentOf = statement<{ readonly content: string }>(
  "SELECT content FROM policy_editions WHERE kind = ? AND publisher = ? AND version = ?",
);
const marks = statement<{ readonly published: number; readonly withdrawn: number }>(
  "SELECT count(*) AS published, count(withdrawn) AS withdrawn FROM policy_editions WHERE kind = ?",
);
const insert = statement(
  `INSERT INTO policy_editions (kind, ${FACTS}, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
   ON CONFLICT (kind, publisher, version) DO NOTHING`,
);
const withdraw = statement(
  "UPDATE policy_editions SET withdrawn = ? WHERE kind = ? AND publisher = ? AND version = ? AND withdrawn IS NULL AND effective > ?",
);
const draftOf = statement<{
  readonly revision: number;
  readonly edited: number;
  readonly edited_by: string;
  readonly content: string;
}>("SELECT revision, edited, edited_by, content FROM policy_drafts WHERE kind = ? AND publisher = ?");
const insertDraft = statement(
  `INSERT INTO policy_drafts (kind, publisher, revision, edited, edited_by, content) VALUES (?, ?, ?, ?, ?, ?)
   ON CONFLICT (kind, publisher) DO NOTHING`,
);
const updateDraft = statement(
  "UPDATE policy_drafts SET revision = ?, edited = ?, edited_by = ?, content = ? WHERE kind = ? AND publisher = ? AND revision = ?",
);
const removeDraft = statement("DELETE FROM policy_drafts WHERE kind = ? AND publisher = ?");
const takeDraft = statement("DELETE FROM policy_drafts WHERE kind = ? AND publisher = ? AND revision = ?");

/** Which edition: of what, whose. */
export interface Shelf {
  readonly kind: EditionKind;
  readonly publisher: Publisher;
}

/** All published versions of a kind, each publisher's in order; without what they say. */
export async function editionFacts(db: ReadDb, kind: EditionKind): Promise<readonly EditionFacts[]> {
  return (await db.all(allFacts(kind))).map((row) => {
    const publisher = parsePublisher(row.publisher);
    if (publisher === undefined) throw new Error("the database holds what does not parse");
    return {
      ...{ publisher, version: row.version, note: row.note, by: parseUserId(row.published_by ?? "") },
      ...{ effective: instant(row.effective), published: instant(row.published) },
      withdrawn: row.withdrawn === null ? undefined : instant(row.withdrawn),
    };
  });
}

/** A mark that differs when anything was published or withdrawn. */
export async function editionMark(db: ReadDb, kind: EditionKind): Promise<string> {
  const row = await db.first(marks(kind));
  return `${Number(row?.published ?? 0)} ${Number(row?.withdrawn ?? 0)}`;
}

/** What a version says, as text. */
export async function editionText(db: ReadDb, shelf: Shelf, version: number): Promise<string | undefined> {
  return (await db.first(contentOf(shelf.kind, shelf.publisher, version)))?.content;
}

/** Publishes a version (expects `edition-free`: there is none of this number). */
export function addEdition(tx: Tx, kind: EditionKind, edition: EditionFacts & { readonly text: string }): void {
  const { publisher, version, effective, published, by, note, text } = edition;
  tx.add(insert(kind, publisher, version, effective, published, by ?? null, note, null, text), {
    rows: 1,
    what: "edition-free",
  });
}

/** Takes a version back that is not in effect yet (expects `edition-pending`). */
export function withdrawEdition(tx: Tx, shelf: Shelf, what: { readonly version: number; readonly at: number }): void {
  tx.add(withdraw(what.at, shelf.kind, shelf.publisher, what.version, what.at), { rows: 1, what: "edition-pending" });
}

/** The draft of a publisher's next version, as text. */
export async function findDraft(db: ReadDb, shelf: Shelf): Promise<Draft<string> | undefined> {
  const row = await db.first(draftOf(shelf.kind, shelf.publisher));
  if (row === undefined) return undefined;
  return { revision: row.revision, edited: instant(row.edited), by: row.edited_by, content: row.content };
}

/** Keeps a draft in place of that of revision `before`; 0: of none (expects `draft-revision`). */
export function putDraft(tx: Tx, shelf: Shelf, draft: Draft<string> & { readonly before: number }): void {
  const { revision, edited, by, content, before } = draft;
  const put =
    before === 0
      ? insertDraft(shelf.kind, shelf.publisher, revision, edited, by, content)
      : updateDraft(revision, edited, by, content, shelf.kind, shelf.publisher, before);
  tx.add(put, { rows: 1, what: "draft-revision" });
}

/** Forgets a draft; one of that revision, where it is given (expects `draft-revision`). */
export function dropDraft(tx: Tx, shelf: Shelf, revision?: number): void {
  if (revision === undefined) tx.add(removeDraft(shelf.kind, shelf.publisher));
  else tx.add(takeDraft(shelf.kind, shelf.publisher, revision), { rows: 1, what: "draft-revision" });
}
