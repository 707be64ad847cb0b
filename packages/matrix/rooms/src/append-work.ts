import {
  failure,
  instant,
  NotCanonicalError,
  ok,
  parseEventId,
  parseRoomId,
  parseUserId,
  serverOf,
  type EventId,
  type Result,
  type RoomId,
  type UserId,
} from "@causeway/base";
import { checkAuth, roomVersion, type HashedEvent, type RoomVersion } from "@causeway/matrix-events";
import type { Tx } from "@causeway/platform";
import type { AppendedEvent, MembershipChange } from "./appended.ts";
import {
  build,
  candidate,
  clientTextOf,
  lookupIn,
  restOf,
  tooLarge,
  type Ingredients,
  type Place,
  referenceOf,
} from "./compose.ts";
import { callsOf, type Call } from "./calls.ts";
import { canNotify, relationOf, type Draft } from "./draft.ts";
import { redactedForm, replaces, withoutPrevious } from "./redacted-form.ts";
import { contentOf, Room, type Progress, type StateEntry } from "./room.ts";
import { saidBy } from "./search-text.ts";
import {
  addEvent,
  addHighlight,
  addRelation,
  addRoom,
  moveRoom,
  removeHighlights,
  removeRelation,
  rewriteEvent,
} from "./store.ts";
import { putMembership } from "./store-memberships.ts";
import { redactSearchable } from "./store-search.ts";
import { addTransaction } from "./store-transactions.ts";
import type { StoredEvent } from "./stored-event.ts";
import type { AlsoKeep, AppendParts } from "./writer.ts";

/** One transaction's events on their way into a room: each is checked against the state that the one before it left. */
export class AppendWork {
  readonly appended: AppendedEvent[] = [];
  #tx: Tx;
  #parts: AppendParts;
  #version: RoomVersion;
  #room: Room | undefined;
  #isNew: boolean;
  #before: Progress | undefined;
  #entries: StateEntry[] = [];
  #chosenId: RoomId | undefined;

  private constructor(
    tx: Tx,
    parts: AppendParts,
    room: { readonly version: RoomVersion; readonly room: Room | undefined },
  ) {
    this.#tx = tx;
    this.#parts = parts;
    this.#version = room.version;
    this.#room = room.room;
    this.#isNew = room.room === undefined;
    this.#before = room.room === undefined ? undefined : { ...room.room.progress };
  }

  /** Work on a room that exists. */
  static forRoom(options: { readonly tx: Tx; readonly parts: AppendParts; readonly room: Room }): AppendWork {
    return new AppendWork(options.tx, options.parts, { version: versionOf(options.room.version), room: options.room });
  }

  /** Work on a room that the first draft makes. */
  static forNewRoom(options: {
    readonly tx: Tx;
    readonly parts: AppendParts;
    readonly version: string;
    /** The room's id when it has been chosen before; versions whose ids are hashes take none. */
    readonly roomId?: RoomId | undefined;
  }): AppendWork {
    const work = new AppendWork(options.tx, options.parts, { version: versionOf(options.version), room: undefined });
    work.#chosenId = options.roomId;
    return work;
  }

  /** The room; there is none before the create event was added. */
  get room(): Room {
    if (this.#room === undefined) throw new Error("a room begins with its create event");
    return this.#room;
  }

  get events(): readonly StoredEvent[] {
    return this.appended.map((one) => one.event);
  }

  /** Checks a draft and makes it the room's newest event. `M_FORBIDDEN` when the rules refuse it, `M_TOO_LARGE` when it is too large. */
  add(draft: Draft): Result<StoredEvent> {
    const made: Ingredients = {
      type: draft.type,
      sender: draft.sender,
      stateKey: draft.stateKey,
      content: draft.content,
      redacts: draft.redacts?.eventId,
      eventId: this.#version.eventIds === "chosen-by-server" ? newEventId(draft.sender) : undefined,
      ts: draft.type === "m.room.create" ? this.#parts.createdAt() : this.#parts.clock.now(),
    };
    const place: Place = { version: this.#version, roomId: this.#room?.id ?? this.#newRoomId(draft), room: this.#room };
    const decision = checkAuth(
      this.#version,
      candidate(made, place),
      this.#room === undefined ? () => undefined : lookupIn(this.#room),
    );
    if (!decision.allowed) return failure("M_FORBIDDEN", `Not allowed: ${decision.reason}.`);
    const built = this.#build(made, place);
    if (!built.ok) return built;
    return ok(this.#takeIn(draft, built.value, place));
  }

  #build(made: Ingredients, place: Place): Result<HashedEvent> {
    try {
      const built = build(made, place, this.#parts.signer);
      const fault = tooLarge(built, this.#parts.signer);
      return fault === undefined ? ok(built) : failure("M_TOO_LARGE", `Too large: ${fault}.`);
    } catch (error) {
      if (error instanceof NotCanonicalError) return failure("M_BAD_JSON", `The content has ${error.message}.`);
      throw error;
    }
  }

  #newRoomId(draft: Draft): RoomId | undefined {
    if (this.#version.createEventIsRoom) return undefined;
    return this.#chosenId ?? newRoomId(draft.sender);
  }

  #takeIn(draft: Draft, built: HashedEvent, place: Place): StoredEvent {
    const pos = this.#tx.position();
    const roomId = place.roomId ?? parseRoomId(`!${built.eventId.slice(1)}`);
    if (roomId === undefined) throw new Error("a room id could not be made");
    this.#room ??= this.#newRoom(draft, { pos, roomId });
    const event = this.#stored(draft, { pos, built, room: this.#room, roomId });
    this.#advance(this.#room, event, built);
    const { signer, db } = this.#parts;
    addEvent(this.#tx, event, restOf(built, signer, db.signs));
    const before = event.stateKey === undefined ? undefined : this.#room.entry(event.type, event.stateKey);
    if (event.stateKey !== undefined) this.#entries.push(this.#room.setState(event, { keepReplaced: true }));
    this.#keepAround(draft, event, before);
    return event;
  }

  #newRoom(draft: Draft, made: { readonly pos: number; readonly roomId: RoomId }): Room {
    return new Room({
      number: made.pos,
      id: made.roomId,
      version: this.#version.id,
      creator: draft.sender,
      // The first event moves this on before anything can see it.
      progress: { lastPos: 0, lastEventId: "$" as Progress["lastEventId"], depth: 0, ordinal: 0, mainOrdinal: 0 },
    });
  }

  #stored(
    draft: Draft,
    made: { readonly pos: number; readonly built: HashedEvent; readonly room: Room; readonly roomId: RoomId },
  ): StoredEvent {
    const { built, room } = made;
    const counts = canNotify(draft) ? 1 : 0;
    const { thread } = draft;
    const replaced = draft.stateKey === undefined ? undefined : room.entry(draft.type, draft.stateKey);
    return {
      pos: made.pos,
      room: room.number,
      eventId: built.eventId,
      type: draft.type,
      sender: draft.sender,
      stateKey: draft.stateKey,
      ts: instant(built.pdu.origin_server_ts),
      ordinal: room.progress.ordinal + counts,
      mainOrdinal: room.progress.mainOrdinal + (thread === undefined ? counts : 0),
      thread,
      sentWith:
        draft.transaction === undefined ? undefined : { device: draft.transaction.device, id: draft.transaction.id },
      client: clientTextOf(built, made.roomId, draft.redacts?.eventId),
      extra:
        replaced === undefined
          ? ""
          : `"prev_content":${JSON.stringify(replaced.content)},"prev_sender":${JSON.stringify(replaced.event.sender)},"replaces_state":${JSON.stringify(replaced.event.eventId)}`,
    };
  }

  #advance(room: Room, event: StoredEvent, built: HashedEvent): void {
    room.progress.lastPos = event.pos;
    room.progress.lastEventId = event.eventId;
    room.progress.depth = built.pdu.depth;
    room.progress.ordinal = event.ordinal;
    room.progress.mainOrdinal = event.mainOrdinal;
    if (this.#version.eventIds !== "chosen-by-server") return;
    const reference = referenceOf(built, this.#parts.signer);
    room.progress.lastReference = reference;
    if (event.stateKey !== undefined) room.references.set(event.eventId, reference);
  }

  /** Everything that is kept with an event, in the same transaction. */
  #keepAround(draft: Draft, event: StoredEvent, before: StateEntry | undefined): void {
    const relation = relationOf(draft.content);
    if (relation !== undefined) addRelation(this.#tx, event, relation);
    if (draft.transaction !== undefined)
      addTransaction(this.#tx, draft.transaction.key, { eventId: event.eventId, at: event.ts });
    const membership = this.#membership(event, draft, before);
    const calls = this.#isNew ? [] : this.#calls(draft, event);
    const rewritten = draft.redacts === undefined ? [] : this.#redact(draft.redacts, { because: event, draft });
    this.appended.push({ room: this.room, event, membership, calls, rewritten });
  }

  #membership(event: StoredEvent, draft: Draft, before: StateEntry | undefined): MembershipChange | undefined {
    const user = event.type === "m.room.member" ? parseUserId(event.stateKey ?? "") : undefined;
    if (user === undefined) return undefined;
    const was = before?.content["membership"];
    const after = String(draft.content["membership"]);
    putMembership(this.#tx, user, { room: event.room, membership: after, sender: event.sender, pos: event.pos });
    return { user, before: typeof was === "string" ? was : undefined, after };
  }

  #calls(draft: Draft, event: StoredEvent): readonly Call[] {
    const { type, sender, content } = draft;
    const place = { room: this.room, book: this.#parts.book };
    const calls = callsOf({ type, sender, content, stateKey: draft.stateKey }, place);
    for (const call of calls) addHighlight(this.#tx, event, call);
    return calls;
  }

  /** What is removed is removed everywhere: from the event, its relation, its calls by name, the search index, and from the state event after it. */
  #redact(target: StoredEvent, by: { readonly because: StoredEvent; readonly draft: Draft }): readonly StoredEvent[] {
    const redacted = redactedForm(this.#version, target, by.because);
    const relation = relationOf(contentOf(target));
    if (relation !== undefined) removeRelation(this.#tx, target, relation);
    removeHighlights(this.#tx, target);
    const said = saidBy(target);
    if (said.kind !== "nothing") {
      const editOf = said.kind === "edit" ? said.of : undefined;
      redactSearchable(this.#tx, this.#parts.db.engine, { pos: target.pos, editOf });
    }
    const now = target.stateKey === undefined ? undefined : this.room.entry(target.type, target.stateKey)?.event;
    const successor = [now, by.draft.successor].find((event) => event !== undefined && replaces(event, target));
    const rewritten = successor === undefined ? [redacted] : [redacted, withoutPrevious(successor, redacted)];
    for (const event of rewritten) rewriteEvent(this.#tx, event);
    return rewritten;
  }

  /** Collects what belongs to the whole: the room's progress, and what the caller keeps with it. */
  finish(also: AlsoKeep | undefined): void {
    const { room } = this;
    if (this.#isNew) addRoom(this.#tx, room);
    else moveRoom(this.#tx, room.number, { from: this.#before?.lastPos ?? 0, to: room.progress });
    also?.(this.#tx, room, this.events);
  }

  /** Takes everything back out of memory; nothing was committed. */
  undo(): void {
    if (this.#isNew || this.#before === undefined) return;
    Object.assign(this.room.progress, this.#before);
    for (const entry of this.#entries.toReversed()) this.room.unsetState(entry);
  }

  /** Whether any state changed. */
  get hasState(): boolean {
    return this.#entries.length > 0;
  }

  /** Forgets what the durable state replaced. */
  settle(): void {
    for (const entry of this.#entries) entry.replaced = undefined;
  }
}

/** An id for a new event of a version in which the sending server chooses it. */
function newEventId(sender: UserId): EventId {
  const id = parseEventId(`$${crypto.randomUUID().replaceAll("-", "")}:${serverOf(sender)}`);
  if (id === undefined) throw new Error("an event id could not be made");
  return id;
}

/** An id for a new room of a version whose ids are not hashes. */
export function newRoomId(creator: UserId): RoomId {
  const id = parseRoomId(`!${crypto.randomUUID().replaceAll("-", "")}:${serverOf(creator)}`);
  if (id === undefined) throw new Error("a room id could not be made");
  return id;
}

function versionOf(id: string): RoomVersion {
  const version = roomVersion(id);
  if (version === undefined) throw new Error("the room's version is not known");
  return version;
}
