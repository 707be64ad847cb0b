import { fault, type Fault } from "@causeway/base";
import { roomVersion, type RoomVersion } from "@causeway/matrix-events";
import type { ReadDb } from "@causeway/platform";
import { canNotify, relationOf } from "./draft.ts";
import {
  eventNamed,
  eventsAfter,
  membershipRow,
  relationRow,
  stateChangesIn,
  type RoomCheckRow,
  type StateChangeRow,
} from "./store-verify.ts";
import { faultsOfEvent, wholeEvent, type EventVerifier, type WholeEvent } from "./verify-event.ts";

/** A piece of state as the walk through the room has it. */
interface Piece {
  readonly eventId: string;
  readonly pos: number;
  readonly content: Readonly<Record<string, unknown>>;
  readonly sender: string;
}

/** Walks through a room from its create event on, and compares everything that is kept of it with its events. */
export class RoomCheck {
  #db: ReadDb;
  #verifier: EventVerifier;
  #room: RoomCheckRow;
  #version: RoomVersion | undefined;
  /** Events that no later one has named as the one before it. */
  #tips = new Map<string, number>();
  /** Every state event so far: what it set. */
  #stateEvents = new Map<string, string>();
  #state = new Map<string, Piece>();
  #last: WholeEvent | undefined;
  #ordinal = 0;
  #mainOrdinal = 0;

  constructor(db: ReadDb, verifier: EventVerifier, room: RoomCheckRow) {
    this.#db = db;
    this.#verifier = verifier;
    this.#room = room;
    this.#version = roomVersion(room.version);
  }

  /** Every fault of the room. */
  async *faults(): AsyncGenerator<Fault> {
    const version = this.#version;
    if (version === undefined) return yield this.#fault("room-version", {});
    let pos = -1;
    for (;;) {
      const page = await eventsAfter(this.#db, this.#room.room, pos);
      const to = page.at(-1)?.pos;
      if (to === undefined) break;
      const rows = await stateChangesIn(this.#db, this.#room.room, { from: pos, to });
      const changes = new Map(rows.map((row) => [`${row.pos} ${row.type}\0${row.state_key}`, row]));
      for (const row of page) {
        const event = wholeEvent(version, row);
        if (event === undefined) yield this.#fault("event-unreadable", { event: row.event_id });
        else yield* this.#event(version, event, changes);
      }
      pos = to;
    }
    yield* this.#end();
  }

  #fault(kind: string, at: Fault["at"]): Fault {
    return fault(kind, { room: this.#room.room_id, ...at });
  }

  async *#event(
    version: RoomVersion,
    event: WholeEvent,
    changes: ReadonlyMap<string, StateChangeRow>,
  ): AsyncGenerator<Fault> {
    const at = { event: event.row.event_id };
    for (const kind of faultsOfEvent(version, event, this.#verifier)) yield this.#fault(kind, at);
    if (event.client["room_id"] !== this.#room.room_id) yield this.#fault("event-of-another-room", at);
    yield* this.#graph(event);
    if (this.#last === undefined) yield* this.#create(version, event);
    yield* this.#references(event);
    yield* this.#ordinals(event);
    if (event.row.state_key !== null) yield* this.#stateEvent(event, event.row.state_key, changes);
    this.#last = event;
  }

  /** The events before it are there and earlier, its depth is one more than theirs, and what allows it is state from before. */
  async *#graph(event: WholeEvent): AsyncGenerator<Fault> {
    const at = { event: event.row.event_id };
    let deepest = 0;
    for (const id of event.prevEvents) {
      const depth = this.#tips.get(id) ?? (await this.#depthOf(id, event.row.pos));
      if (depth === undefined) yield this.#fault("prev-event-missing", { ...at, names: id });
      else deepest = Math.max(deepest, depth);
      this.#tips.delete(id);
    }
    if (event.prevEvents.length === 0 && this.#last !== undefined) yield this.#fault("prev-event-missing", at);
    if (event.depth !== deepest + 1) yield this.#fault("event-depth", { ...at, depth: event.depth });
    const pieces = new Set<string>();
    for (const id of event.authEvents) {
      const piece = this.#stateEvents.get(id);
      if (piece === undefined) yield this.#fault("auth-event-missing", { ...at, names: id });
      else if (pieces.has(piece)) yield this.#fault("auth-event-twice", { ...at, names: id });
      else pieces.add(piece);
    }
    this.#tips.set(event.row.event_id, event.depth);
  }

  /** The depth of an event before the newest ones. */
  async #depthOf(id: string, before: number): Promise<number | undefined> {
    const found = await eventNamed(this.#db, id);
    if (found === undefined || found.room !== this.#room.room || found.pos >= before) return undefined;
    const [whole] = await eventsAfter(this.#db, this.#room.room, found.pos - 1);
    const version = this.#version;
    return whole === undefined || version === undefined ? undefined : wholeEvent(version, whole)?.depth;
  }

  *#create(version: RoomVersion, event: WholeEvent): Generator<Fault> {
    const room = this.#room;
    const { row } = event;
    const fits =
      row.type === "m.room.create" &&
      row.pos === room.room &&
      row.sender === room.creator &&
      (event.content["room_version"] ?? "1") === room.version &&
      (!version.createEventIsRoom || room.room_id === `!${row.event_id.slice(1)}`);
    // A redacted create event says less; from version 11 on it keeps everything.
    if (!fits && !event.isRedacted) yield this.#fault("room-create", { event: row.event_id });
  }

  async *#references(event: WholeEvent): AsyncGenerator<Fault> {
    const { row, client, extra } = event;
    const at = { event: row.event_id };
    const relation = event.isRedacted ? undefined : relationOf(event.content);
    if (relation !== undefined) {
      const kept = await relationRow(this.#db, { ...relation, pos: row.pos });
      if (kept === undefined || kept.event_id !== row.event_id || kept.aggregation_key !== (relation.key ?? null))
        yield this.#fault("relation-missing", at);
    }
    if (!event.isRedacted && row.thread !== (relation?.relType === "m.thread" ? relation.target : null))
      yield this.#fault("event-thread", at);
    if (event.isRedacted) {
      const because: Readonly<Record<string, unknown>> = { ...Object(extra["redacted_because"]) };
      const redaction = await eventNamed(this.#db, String(because["event_id"]));
      const names = redaction === undefined ? undefined : redactsOf(redaction.client);
      if (redaction?.type !== "m.room.redaction" || redaction.room !== row.room || names !== row.event_id)
        yield this.#fault("redaction-missing", at);
    }
    const target = row.type === "m.room.redaction" ? client["redacts"] : undefined;
    if (typeof target !== "string") return;
    const redacted = await eventNamed(this.#db, target);
    if (redacted?.room === row.room && !redacted.extra.startsWith('"redacted_because":'))
      yield this.#fault("redaction-not-applied", { ...at, names: target });
  }

  *#ordinals(event: WholeEvent): Generator<Fault> {
    const { row, content, isRedacted } = event;
    const before = { ordinal: this.#ordinal, main: this.#mainOrdinal };
    [this.#ordinal, this.#mainOrdinal] = [row.ordinal, row.main_ordinal];
    const step = row.ordinal - before.ordinal;
    const mainStep = row.main_ordinal - before.main;
    const counts = canNotify({
      type: row.type,
      content,
      ...(row.state_key === null ? {} : { stateKey: row.state_key }),
    });
    const wanted = counts ? 1 : 0;
    // What a redacted event counted for can no longer be told from it.
    const fits = isRedacted
      ? step >= 0 && step <= 1 && mainStep >= 0 && mainStep <= step
      : step === wanted && mainStep === (row.thread === null ? wanted : 0);
    if (!fits) yield this.#fault("event-ordinal", { event: row.event_id });
  }

  *#stateEvent(event: WholeEvent, stateKey: string, changes: ReadonlyMap<string, StateChangeRow>): Generator<Fault> {
    const { row } = event;
    const piece = `${row.type}\0${stateKey}`;
    const at = { event: row.event_id };
    if (changes.get(`${row.pos} ${piece}`)?.event_pos !== row.pos) yield this.#fault("state-missing", at);
    const replaced = this.#state.get(piece);
    if (!event.isRedacted && (event.extra["replaces_state"] ?? undefined) !== replaced?.eventId)
      yield this.#fault("state-replaced", at);
    this.#state.set(piece, { eventId: row.event_id, pos: row.pos, content: event.content, sender: row.sender });
    this.#stateEvents.set(row.event_id, piece);
  }

  async *#end(): AsyncGenerator<Fault> {
    const room = this.#room;
    const last = this.#last;
    if (last === undefined) return yield this.#fault("room-empty", {});
    const { row, depth } = last;
    if (row.pos !== room.last_pos || depth !== room.depth) yield this.#fault("room-end", { event: row.event_id });
    if (row.ordinal !== room.ordinal || row.main_ordinal !== room.main_ordinal)
      yield this.#fault("room-ordinal", { event: row.event_id });
    if (this.#tips.size !== 1 || !this.#tips.has(row.event_id))
      yield this.#fault("forward-extremities", { count: this.#tips.size });
    for (const [piece, set] of this.#state) {
      if (!piece.startsWith("m.room.member\0")) continue;
      const person = piece.slice(piece.indexOf("\0") + 1);
      if (!person.startsWith("@")) continue;
      const kept = await membershipRow(this.#db, person, room.room);
      if (
        kept === undefined ||
        kept.pos !== set.pos ||
        kept.sender !== set.sender ||
        kept.membership !== set.content["membership"]
      )
        yield this.#fault("membership", { person, event: set.eventId });
    }
  }
}

function redactsOf(client: string): unknown {
  try {
    return Reflect.get(Object(JSON.parse(client)), "redacts");
  } catch {
    return undefined;
  }
}
