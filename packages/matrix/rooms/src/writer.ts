import type { RecordAudit } from "@causeway/audit";
import {
  failure,
  instant,
  ok,
  type Clock,
  type EventId,
  type Failure,
  type Instant,
  type Result,
  type RoomId,
  type UserId,
} from "@causeway/base";
import { UnmetExpectation, type Database, type Tx } from "@causeway/platform";
import type { AppendedEvent } from "./appended.ts";
import { AppendWork, newRoomId } from "./append-work.ts";
import type { Draft } from "./draft.ts";
import { LABEL, labelFault, labelOf, type RoomLabel } from "./labels.ts";
import type { MembershipIndex } from "./membership-index.ts";
import type { RoomsListener, Signer } from "./ports.ts";
import type { RoomRegistry } from "./registry.ts";
import type { Room } from "./room.ts";
import type { RuleBook } from "./rule-book.ts";
import type { StoredEvent } from "./stored-event.ts";

/** What the writer works with. */
export interface WriterParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly registry: RoomRegistry;
  readonly book: RuleBook;
  readonly memberships: MembershipIndex;
  readonly listener: RoomsListener;
  readonly audit: RecordAudit;
  readonly tailEvents: number;
}

/** What appending works with. */
export interface AppendParts extends WriterParts {
  /** When a room that is being made was made: no two at the same time, because a room's id may be the hash of just that. */
  readonly createdAt: () => Instant;
}

/** What goes into the transaction beside the events. */
export type AlsoKeep = (tx: Tx, room: Room, events: readonly StoredEvent[]) => void;

/** Decides from the room as it stands what is to be appended; runs again when the room has to be read anew. */
export type Prepare = (room: Room) => Result<readonly Draft[]>;

/** How a room is replaced by another. */
export interface ReplacePlan {
  readonly by: UserId;
  readonly version: string;
  /** Whether the version's room ids are hashes. */
  readonly hashedId: boolean;
  /** The new room's events, given the old room's last one where that is there first. */
  readonly replacement: (old: Room, tombstone: EventId | undefined) => readonly Draft[];
  readonly tombstone: (replacement: RoomId) => Draft;
  readonly closing: (old: Room) => readonly Draft[];
  readonly also: (tx: Tx, rooms: { readonly old: Room; readonly room: Room }) => void;
}

const ATTEMPTS = 4;
/** How long a reader may take to build an answer from the state of one moment. */
const READERS_MS = 30_000;

/**
 * The one way into a room. Checks, hashes, signs and numbers in one turn of the event loop, so that each room has one writer;
 * then commits, and only then answers and tells the listener.
 */
export class RoomWriter {
  #parts: AppendParts;
  #lastCreated = 0;

  constructor(parts: WriterParts) {
    const createdAt = (): Instant => {
      this.#lastCreated = Math.max(parts.clock.now(), this.#lastCreated + 1);
      return instant(this.#lastCreated);
    };
    this.#parts = { ...parts, createdAt };
  }

  /** Appends all drafts or none. `M_FORBIDDEN` for a room that does not exist, as for one that the sender may not know. */
  async append(roomId: RoomId, prepare: Prepare, also?: AlsoKeep): Promise<Result<readonly StoredEvent[]>> {
    for (let attempt = 1; ; attempt += 1) {
      const room = await this.#parts.registry.get(roomId);
      if (room === undefined) return failure("M_FORBIDDEN", "You are not in this room.");
      const drafts = prepare(room);
      if (!drafts.ok) return drafts;
      if (drafts.value.length === 0) {
        // What is there already may be on its way to the disk still: it is not said to be there before it is.
        if (room.pending === 0 || attempt >= ATTEMPTS) return ok([]);
        await this.#parts.db.begin().commit();
        continue;
      }
      const begun = this.#begin(room, drafts.value, also);
      if (!begun.ok) return begun;
      try {
        await begun.value.committed;
        return ok(begun.value.events);
      } catch (error) {
        this.#parts.registry.drop(room);
        // The event before this one was lost: this one is checked and built again on what is really there.
        if (attempt < ATTEMPTS && error instanceof UnmetExpectation && error.what === "room-progress") continue;
        throw error;
      }
    }
  }

  /** Makes a room: the first draft is its create event. All of it in one transaction. */
  async create(
    version: string,
    drafts: readonly Draft[],
    also?: AlsoKeep,
  ): Promise<Result<{ readonly room: Room; readonly events: readonly StoredEvent[] }>> {
    await this.#parts.book.ready();
    const tx = this.#parts.db.begin();
    const work = AppendWork.forNewRoom({ tx, parts: this.#parts, version });
    const failed = addAll(work, drafts);
    if (failed !== undefined) return { ok: false, error: failed };
    const room = work.room;
    const fault = labelFault({ room, before: "unclassified", drafts });
    if (fault !== undefined) return fault;
    this.#recordLabel(tx, room, "unclassified");
    work.finish(also);
    const committed = this.#commit(tx, work);
    await committed;
    this.#parts.registry.add(room);
    return ok({ room, events: work.events });
  }

  /**
   * Makes the room that replaces another, and says so in the old one: one transaction, so that neither is ever without the other.
   * Where room ids are hashes the new room is made first, else the old room's last word, which the new room names.
   */
  async replace(roomId: RoomId, plan: ReplacePlan): Promise<Result<Room>> {
    for (let attempt = 1; ; attempt += 1) {
      const old = await this.#parts.registry.get(roomId);
      if (old === undefined) return failure("M_FORBIDDEN", "You are not in this room.");
      const begun = this.#beginReplacing(old, plan);
      if (!begun.ok) return begun;
      try {
        await begun.value.committed;
        this.#parts.registry.add(begun.value.room);
        return ok(begun.value.room);
      } catch (error) {
        this.#parts.registry.drop(old);
        if (attempt < ATTEMPTS && error instanceof UnmetExpectation && error.what === "room-progress") continue;
        throw error;
      }
    }
  }

  #beginReplacing(old: Room, plan: ReplacePlan): Result<{ readonly room: Room; readonly committed: Promise<unknown> }> {
    const tx = this.#parts.db.begin();
    const parts = this.#parts;
    const closing = AppendWork.forRoom({ tx, parts, room: old });
    const roomId = plan.hashedId ? undefined : newRoomId(plan.by);
    const fresh = AppendWork.forNewRoom({ tx, parts, version: plan.version, roomId });
    const failed =
      roomId === undefined
        ? (addAll(fresh, plan.replacement(old, undefined)) ?? addAll(closing, [plan.tombstone(fresh.room.id)]))
        : (addAll(closing, [plan.tombstone(roomId)]) ??
          addAll(fresh, plan.replacement(old, closing.events[0]?.eventId)));
    if (failed !== undefined) {
      closing.undo();
      return { ok: false, error: failed };
    }
    // What the one who replaces the room has too little power for is left as it is.
    for (const draft of plan.closing(old)) closing.add(draft);
    closing.finish(undefined);
    this.#recordLabel(tx, fresh.room, "unclassified");
    fresh.finish((also, room) => plan.also(also, { old, room }));
    return ok({ room: fresh.room, committed: this.#commit(tx, closing, fresh) });
  }

  #begin(
    room: Room,
    drafts: readonly Draft[],
    also: AlsoKeep | undefined,
  ): Result<{ readonly events: readonly StoredEvent[]; readonly committed: Promise<void> }> {
    const tx = this.#parts.db.begin();
    const work = AppendWork.forRoom({ tx, parts: this.#parts, room });
    const before = labelOf(room);
    const failed = addAll(work, drafts) ?? labelFault({ room, before, drafts })?.error;
    if (failed !== undefined) {
      work.undo();
      return { ok: false, error: failed };
    }
    if (drafts.some(({ type }) => type === LABEL)) this.#recordLabel(tx, room, before);
    work.finish(also);
    return ok({ events: work.events, committed: this.#commit(tx, work) });
  }

  /** Says in the log which label a room has got, by whom and why. */
  #recordLabel(tx: Tx, room: Room, before: RoomLabel): void {
    const after = labelOf(room);
    const set = after === before ? undefined : room.entry(LABEL, "");
    if (set === undefined) return;
    const { reason } = set.content;
    this.#parts.audit(tx, {
      ...{ act: "room.label-set", by: set.event.sender, on: room.id, at: this.#parts.clock.now() },
      facts: { from: before, to: after, reason: typeof reason === "string" ? reason : undefined },
    });
  }

  async #commit(tx: Tx, ...works: readonly AppendWork[]): Promise<void> {
    for (const work of works) work.room.pending += 1;
    tx.onCommitted(() => this.#committed(works));
    try {
      await tx.commit();
    } finally {
      for (const work of works) work.room.pending -= 1;
    }
  }

  #committed(works: readonly AppendWork[]): void {
    const appended = works.length === 1 ? (works[0]?.appended ?? []) : inOrder(works);
    for (const one of appended) this.#takeUp(one.room, one);
    // Readers who began a moment ago still see the state as it was then.
    for (const work of works) if (work.hasState) setTimeout(() => work.settle(), READERS_MS).unref();
    this.#parts.listener.appended(appended);
  }

  #takeUp(room: Room, one: AppendedEvent): void {
    room.pushTail(one.event, this.#parts.tailEvents);
    for (const event of one.rewritten) room.replaceEvent(event);
    if (one.membership === undefined) return;
    this.#parts.memberships.apply(one.membership.user, {
      room: room.number,
      roomId: room.id,
      membership: one.membership.after,
      sender: one.event.sender,
      pos: one.event.pos,
      since: one.event.pos,
      forgotten: false,
    });
  }
}

function inOrder(works: readonly AppendWork[]): readonly AppendedEvent[] {
  return works.flatMap((work) => work.appended).toSorted((left, right) => left.event.pos - right.event.pos);
}

function addAll(work: AppendWork, drafts: readonly Draft[]): Failure | undefined {
  for (const draft of drafts) {
    const added = work.add(draft);
    if (!added.ok) return added.error;
  }
  return undefined;
}
