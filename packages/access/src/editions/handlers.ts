import { failure, ok, type Result, type UnitId } from "@causeway/base";
import type { Answer, Caller } from "@causeway/platform";
import type { EditionBook } from "./book.ts";
import { differencesOf } from "./differences.ts";
import { maySee, mayWrite, type EditionPeople } from "./rights.ts";
import type { Draft, EditionFacts, EditionKind, Publisher } from "./types.ts";

/** What serving editions needs. */
export interface EditionDesk<Content> {
  readonly book: EditionBook<Content>;
  readonly kind: EditionKind;
  readonly people: EditionPeople;
  /** The rows by which two versions are compared. */
  readonly rowsOf: (content: Content) => readonly { readonly id: string }[];
  readonly shipped: Content;
  readonly empty: Content;
}

/** A request to one of the endpoints for editions. */
export interface EditionRequest {
  readonly caller: Caller;
  readonly query: { readonly department?: string | undefined };
}

/** Serves editions of one kind: the same for the catalogue and the rules. */
export class EditionHandlers<Content extends object> {
  #desk: EditionDesk<Content>;

  constructor(desk: EditionDesk<Content>) {
    this.#desk = desk;
  }

  /** The versions of a publisher, newest first. */
  list(request: EditionRequest): Answer {
    const publisher = this.#seen(request);
    if (!publisher.ok) return publisher;
    const { book } = this.#desk;
    const current = book.current(publisher.value)?.version;
    const editions = book.versions(publisher.value).toReversed();
    return ok({ editions: editions.map((one) => viewOf(one)), ...(current === undefined ? {} : { current }) });
  }

  /** One version with what it says. */
  async get(request: EditionRequest, version: number): Promise<Answer> {
    const publisher = this.#seen(request);
    if (!publisher.ok) return publisher;
    const { book } = this.#desk;
    const facts = book.versions(publisher.value).find((one) => one.version === version);
    const content = await book.content(publisher.value, version);
    return facts === undefined || content === undefined
      ? failure("EDITION_UNKNOWN")
      : ok({ ...viewOf(facts), ...content });
  }

  /** What differs between two. A draft is for those who may write it. */
  async compare(
    request: EditionRequest,
    of: { readonly from: number | "shipped"; readonly to: number | "draft" },
  ): Promise<Answer> {
    const publisher = of.to === "draft" ? this.#written(request) : this.#seen(request);
    if (!publisher.ok) return publisher;
    const { book, shipped, rowsOf } = this.#desk;
    const from = of.from === "shipped" ? shipped : await book.content(publisher.value, of.from);
    const to =
      of.to === "draft" ? (await book.draft(publisher.value))?.content : await book.content(publisher.value, of.to);
    if (from === undefined || to === undefined) return failure("EDITION_UNKNOWN");
    return ok(differencesOf(rowsOf(from), rowsOf(to)));
  }

  /** The draft; what is in effect while there is none. */
  async draft(request: EditionRequest): Promise<Answer> {
    const publisher = this.#written(request);
    if (!publisher.ok) return publisher;
    const { book, empty } = this.#desk;
    const draft = await book.draft(publisher.value);
    if (draft !== undefined) return ok(draftView(draft));
    return ok({ revision: 0, ...(book.current(publisher.value)?.content ?? empty) });
  }

  /** Replaces the draft. */
  async write(
    request: EditionRequest,
    wish: { readonly content: Content; readonly revision: number },
  ): Promise<Answer> {
    const publisher = this.#written(request);
    if (!publisher.ok) return publisher;
    const { content, revision: before } = wish;
    const written = await this.#desk.book.write(publisher.value, request.caller.user, { content, before });
    return written.ok ? ok({ revision: written.value.revision }) : written;
  }

  /** Drops the draft. */
  async drop(request: EditionRequest): Promise<Answer> {
    const publisher = this.#written(request);
    if (!publisher.ok) return publisher;
    await this.#desk.book.drop(publisher.value);
    return ok({});
  }

  /** Publishes the draft. */
  async publish(request: EditionRequest, wish: Parameters<EditionBook<Content>["publish"]>[2]): Promise<Answer> {
    const publisher = this.#written(request);
    if (!publisher.ok) return publisher;
    const done = await this.#desk.book.publish(publisher.value, request.caller.user, wish);
    return done.ok ? ok(viewOf(done.value)) : done;
  }

  /** Takes back a version that is not in effect yet. */
  async withdraw(request: EditionRequest, version: number): Promise<Answer> {
    const publisher = this.#written(request);
    if (!publisher.ok) return publisher;
    return await this.#desk.book.withdraw(publisher.value, request.caller.user, version);
  }

  /** The publisher that a request names, when its caller may see what it has published. */
  #seen(request: EditionRequest): Result<Publisher> {
    const publisher = this.#publisherOf(request);
    if (!publisher.ok) return publisher;
    const decision = maySee(publisher.value, this.#callerFor(request, publisher.value));
    return decision.allowed ? publisher : failure("NOT_PERMITTED", undefined, { reason: decision.reason });
  }

  /** The same, when its caller may write its editions. */
  #written(request: EditionRequest): Result<Publisher> {
    const publisher = this.#publisherOf(request);
    if (!publisher.ok) return publisher;
    const { duties } = this.#callerFor(request, publisher.value);
    const decision = mayWrite(this.#desk.kind, publisher.value, duties);
    return decision.allowed ? publisher : failure("NOT_PERMITTED", undefined, { reason: decision.reason });
  }

  /** What somebody is; what they are for a department that another one has become counts for that one's editions too. */
  #callerFor({ caller }: EditionRequest, publisher: Publisher): Parameters<typeof maySee>[1] {
    const { people } = this.#desk;
    const duties = people.dutiesOf(caller.user);
    const departments = people.departmentsOf(caller.user);
    if (publisher === "centre") return { duties, departments };
    const heirs = new Set(people.successorsOf(publisher));
    const own = (department: UnitId): UnitId => (heirs.has(department) ? publisher : department);
    return {
      duties: duties.map(({ role, department }) => ({
        role,
        department: department === undefined ? undefined : own(department),
      })),
      departments: new Set([...departments].map(own)),
    };
  }

  #publisherOf({ query }: EditionRequest): Result<Publisher> {
    if (query.department === undefined) return ok("centre");
    const found = this.#desk.people.everDepartmentOf(query.department);
    return found === undefined ? failure("DIRECTORY_UNKNOWN", "The directory has no such department.") : ok(found);
  }
}

function viewOf(one: EditionFacts): object {
  return {
    ...{ publisher: one.publisher, version: one.version, effective: one.effective, published: one.published },
    ...(one.by === undefined ? {} : { published_by: one.by }),
    ...(one.note === "" ? {} : { note: one.note }),
    ...(one.withdrawn === undefined ? {} : { withdrawn: one.withdrawn }),
  };
}

function draftView<Content extends object>(draft: Draft<Content>): object {
  return { ...draft.content, revision: draft.revision, edited: draft.edited, edited_by: draft.by };
}
