import type { RecordAudit } from "@causeway/audit";
import { failure, instant, ok, type Clock, type Instant, type Result, type UserId } from "@causeway/base";
import { UnmetExpectation, type Database, type Tx } from "@causeway/platform";
import { addEdition, dropDraft, editionFacts, editionMark, editionText } from "./store.ts";
import { findDraft, putDraft, withdrawEdition, type Shelf } from "./store.ts";
import {
  inEffect,
  type Draft,
  type EditionFacts,
  type EditionFault,
  type EditionKind,
  type Publisher,
} from "./types.ts";

/** An edition that is being published, for the record. */
export interface Publishing<Content> {
  readonly edition: EditionFacts;
  readonly content: Content;
}

/** What a book of editions is made of. */
export interface BookParts<Content> {
  readonly db: Database;
  readonly clock: Clock;
  readonly kind: EditionKind;
  /** Reads what the tables hold. */
  readonly parse: (text: string) => Content;
  /** Brings what somebody wrote to its normal form, or says what is wrong with it. */
  readonly check: (content: Content, publisher: Publisher) => Checked<Content>;
  /** What the product comes with: the centre's version 1. */
  readonly shipped: Content;
  readonly record: (tx: Tx, of: Publishing<Content>) => void;
  readonly audit: RecordAudit;
  /** Told after a commit that something else may be in effect. */
  readonly changed: () => void;
}

/** What somebody wrote in its normal form, with what is wrong with it. */
export interface Checked<Content> {
  readonly content: Content;
  readonly faults: readonly EditionFault[];
}

const MOST_FAULTS_TOLD = 100;

/** The editions of one kind: every publisher's versions in their order, what is in effect, and drafts of the next. */
export class EditionBook<Content> {
  #parts: BookParts<Content>;
  #facts = new Map<Publisher, readonly EditionFacts[]>();
  /** What those versions say that are in effect or will be. */
  #contents = new Map<string, Content>();
  #mark = "";

  constructor(parts: BookParts<Content>) {
    this.#parts = parts;
  }

  /** Reads everything; publishes what the product came with where there is nothing yet. */
  async load(): Promise<void> {
    await this.refresh();
    if (this.#facts.has("centre")) return;
    const now = this.#parts.clock.now();
    const edition: EditionFacts = {
      ...{ publisher: "centre", version: 1, effective: now, published: now, by: undefined },
      ...{ note: "", withdrawn: undefined },
    };
    await this.#commit(edition, this.#parts.shipped, () => undefined);
    await this.refresh();
  }

  /** Takes up what other processes have published. */
  async refresh(): Promise<void> {
    const { db, kind } = this.#parts;
    const mark = await editionMark(db, kind);
    if (mark === this.#mark) return;
    const facts = new Map<Publisher, EditionFacts[]>();
    for (const one of await editionFacts(db, kind)) {
      const shelf = facts.get(one.publisher);
      if (shelf === undefined) facts.set(one.publisher, [one]);
      else shelf.push(one);
    }
    const now = this.#parts.clock.now();
    const contents = new Map<string, Content>();
    for (const [publisher, shelf] of facts) {
      const first = inEffect(shelf, now)?.version ?? 0;
      for (const one of shelf.filter(({ version, withdrawn }) => version >= first && withdrawn === undefined)) {
        const key = keyOf(publisher, one.version);
        contents.set(key, this.#contents.get(key) ?? (await this.#read(publisher, one.version)));
      }
    }
    this.#facts = facts;
    this.#contents = contents;
    this.#mark = mark;
    this.#parts.changed();
  }

  async #read(publisher: Publisher, version: number): Promise<Content> {
    const { db, kind, parse } = this.#parts;
    const text = await editionText(db, { kind, publisher }, version);
    if (text === undefined) throw new Error("an edition is not where its facts are");
    return parse(text);
  }

  /** Who has published anything. */
  publishers(): Iterable<Publisher> {
    return this.#facts.keys();
  }

  /** A publisher's versions in their order. */
  versions(publisher: Publisher): readonly EditionFacts[] {
    return this.#facts.get(publisher) ?? [];
  }

  /** The version in effect, with what it says. */
  current(publisher: Publisher): (EditionFacts & { readonly content: Content }) | undefined {
    const facts = inEffect(this.versions(publisher), this.#parts.clock.now());
    if (facts === undefined) return undefined;
    const content = this.#contents.get(keyOf(publisher, facts.version));
    return content === undefined ? undefined : { ...facts, content };
  }

  /** When the next version of anybody comes into effect. */
  nextChange(now: Instant): Instant | undefined {
    const coming = [...this.#facts.values()]
      .flat()
      .filter((one) => one.withdrawn === undefined && one.effective > now)
      .map((one) => one.effective);
    return coming.length === 0 ? undefined : instant(Math.min(...coming));
  }

  /** What a version says. */
  async content(publisher: Publisher, version: number): Promise<Content | undefined> {
    if (!this.versions(publisher).some((one) => one.version === version)) return undefined;
    return this.#contents.get(keyOf(publisher, version)) ?? (await this.#read(publisher, version));
  }

  /** The draft of the next version. */
  async draft(publisher: Publisher): Promise<Draft<Content> | undefined> {
    const draft = await findDraft(this.#parts.db, this.#shelf(publisher));
    return draft === undefined ? undefined : { ...draft, content: this.#parts.parse(draft.content) };
  }

  /** Replaces the draft that was read as revision `before` (0: there was none). */
  async write(
    publisher: Publisher,
    by: UserId,
    wish: { readonly content: Content; readonly before: number },
  ): Promise<Result<Draft<Content>>> {
    const checked = this.#parts.check(wish.content, publisher);
    if (checked.faults.length > 0) return refused(checked.faults);
    const { db, clock } = this.#parts;
    const edited = clock.now();
    const revision = Math.max(wish.before + 1, edited);
    const draft = { revision, edited, by, content: checked.content };
    const tx = db.begin();
    const text = JSON.stringify(checked.content);
    putDraft(tx, this.#shelf(publisher), { ...draft, content: text, before: wish.before });
    const done = await committed(tx, "draft-changed");
    return done.ok ? ok(draft) : done;
  }

  /** Drops the draft. */
  async drop(publisher: Publisher): Promise<void> {
    const tx = this.#parts.db.begin();
    dropDraft(tx, this.#shelf(publisher));
    await tx.commit();
  }

  /** Publishes the draft of a revision as the next version, from a time on. */
  async publish(
    publisher: Publisher,
    by: UserId,
    wish: { readonly revision: number; readonly effective?: Instant | undefined; readonly note?: string | undefined },
  ): Promise<Result<EditionFacts>> {
    await this.refresh();
    const draft = await this.draft(publisher);
    if (draft === undefined) return failure("EDITION_UNKNOWN", "There is no draft.");
    if (draft.revision !== wish.revision) return conflict("draft-changed");
    // What it rests on may have changed since it was written.
    const checked = this.#parts.check(draft.content, publisher);
    if (checked.faults.length > 0) return refused(checked.faults);
    const now = this.#parts.clock.now();
    const effective = wish.effective === undefined || wish.effective < now ? now : wish.effective;
    const versions = this.versions(publisher);
    if (versions.some((one) => one.withdrawn === undefined && one.effective > effective)) return conflict("pending");
    const edition: EditionFacts = {
      ...{ publisher, version: (versions.at(-1)?.version ?? 0) + 1, effective, published: now, by },
      ...{ note: wish.note ?? "", withdrawn: undefined },
    };
    const done = await this.#commit(edition, checked.content, (tx) =>
      dropDraft(tx, this.#shelf(publisher), wish.revision),
    );
    if (!done.ok) return done;
    await this.refresh();
    return ok(edition);
  }

  /** Takes back a version that is not in effect yet. */
  async withdraw(publisher: Publisher, by: UserId, version: number): Promise<Result<object>> {
    await this.refresh();
    const edition = this.versions(publisher).find((one) => one.version === version);
    if (edition === undefined) return failure("EDITION_UNKNOWN");
    const { db, clock, kind, audit } = this.#parts;
    const at = clock.now();
    if (edition.withdrawn !== undefined) return conflict("withdrawn");
    if (edition.effective <= at) return conflict("in-effect");
    const tx = db.begin();
    withdrawEdition(tx, this.#shelf(publisher), { version, at });
    audit(tx, { act: "edition.withdrawn", by, on: publisher, at, facts: { kind, version } });
    const done = await committed(tx, "in-effect");
    if (!done.ok) return done;
    await this.refresh();
    return ok({});
  }

  #commit(edition: EditionFacts, content: Content, more: (tx: Tx) => void): Promise<Result<object>> {
    const tx = this.#parts.db.begin();
    addEdition(tx, this.#parts.kind, { ...edition, text: JSON.stringify(content) });
    more(tx);
    this.#parts.record(tx, { edition, content });
    return committed(tx, "draft-changed");
  }

  #shelf(publisher: Publisher): Shelf {
    return { kind: this.#parts.kind, publisher };
  }
}

async function committed(tx: Tx, reason: string): Promise<Result<object>> {
  try {
    await tx.commit();
    return ok({});
  } catch (error) {
    if (!(error instanceof UnmetExpectation)) throw error;
    return conflict(reason);
  }
}

function conflict(reason: string): Result<never> {
  return failure("EDITION_CONFLICT", undefined, { reason });
}

/** What is wrong, as an answer. */
export function refused(faults: readonly EditionFault[]): Result<never> {
  const [first] = faults;
  const say = first === undefined ? undefined : `${first.at}: ${first.fault}`;
  return failure("EDITION_REFUSED", say, { faults: faults.slice(0, MOST_FAULTS_TOLD), count: faults.length });
}

function keyOf(publisher: Publisher, version: number): string {
  return `${publisher} ${version}`;
}
