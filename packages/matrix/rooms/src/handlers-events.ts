import {
  canonicalJson,
  failure,
  ok,
  parseEventId,
  parseRoomAlias,
  parseUserId,
  type EventId,
  type Result,
  type RoomId,
} from "@causeway/base";
import { getAllState, getState, redactEvent, sendEvent, sendState } from "@causeway/contract";
import { PowerLevels, roomVersion, type Content } from "@causeway/matrix-events";
import { JsonText, serve, type Caller, type Route } from "@causeway/platform";
import { lookupIn } from "./compose.ts";
import type { DelayedEvents } from "./delayed-events.ts";
import { relationOf, type Draft } from "./draft.ts";
import type { MembershipActions } from "./handlers-membership.ts";
import { Annotations, threadFor } from "./relating.ts";
import type { Room } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import { eventsById, statePieceAt, stateAt, successorOf } from "./store.ts";
import { findAlias } from "./store-aliases.ts";
import { eventText, type StoredEvent } from "./stored-event.ts";
import { visibilityFor } from "./visibility.ts";
import type { AlsoKeep } from "./writer.ts";

/** An event on its way into a room. */
export type Sending = Pick<Draft, "type" | "sender" | "content"> & {
  readonly stateKey?: string | undefined;
  readonly transaction?: Draft["transaction"] | undefined;
};

/** A refusal inside `Transactions.once`, which works with exceptions because a failed attempt must free its key. */
class Refused extends Error {
  readonly result: Result<never>;
  constructor(result: Result<never>) {
    super("refused");
    this.result = result;
  }
}

/** Sending: messages, state, redactions. */
export class EventActions {
  #core: RoomsCore;
  #annotations: Annotations;

  constructor(core: RoomsCore) {
    this.#core = core;
    this.#annotations = new Annotations(core);
  }

  /** Sends an event once for a transaction id. */
  async send(
    caller: Caller,
    roomId: RoomId,
    event: { readonly type: string; readonly content: Content; readonly txnId: string },
  ): Promise<Result<object>> {
    const { type, content, txnId } = event;
    if (type === "m.room.redaction") return await this.#redactBySending(caller, roomId, event);
    return await this.#once(caller, { roomId, scope: `send/${type}`, txnId }, (transaction) =>
      this.deliver(roomId, { type, sender: caller.user, content, transaction }),
    );
  }

  /** Makes somebody's message event or piece of state the newest of a room; `also` is kept in the same transaction. */
  async deliver(roomId: RoomId, event: Sending, also?: AlsoKeep): Promise<Result<EventId>> {
    const { type, sender, content, stateKey } = event;
    if (stateKey !== undefined) {
      const fault = await this.stateFault(roomId, event);
      return fault ?? (await this.#append(roomId, event, { also }));
    }
    const room = relationOf(content) === undefined ? undefined : await this.#core.registry.get(roomId);
    if (room === undefined) return await this.#append(roomId, event, { also });
    const thread = await threadFor(this.#core, room, content);
    if (!thread.ok) return thread;
    return await this.#annotations.sendOnce({ type, sender, room, content }, () =>
      this.#append(roomId, { ...event, thread: thread.value }, { also }),
    );
  }

  /** From room version 11 on a redaction says in its content what it redacts, so that it can be sent like any event. */
  async #redactBySending(
    caller: Caller,
    roomId: RoomId,
    event: { readonly content: Content; readonly txnId: string },
  ): Promise<Result<object>> {
    const { redacts, ...content } = event.content;
    const target = typeof redacts === "string" ? parseEventId(redacts) : undefined;
    return target === undefined
      ? failure("M_BAD_JSON", "body `redacts`: is not an event id")
      : await this.redact(caller, roomId, { target, content, txnId: event.txnId });
  }

  /** Redacts an event that the caller sent or has the power to redact. */
  async redact(
    caller: Caller,
    roomId: RoomId,
    wish: { readonly target: EventId; readonly content: Content; readonly txnId: string },
  ): Promise<Result<object>> {
    return await this.#once(caller, { roomId, scope: "redact", txnId: wish.txnId }, async (transaction) => {
      const room = await this.#core.registry.get(roomId);
      if (room?.entry("m.room.member", caller.user)?.content["membership"] !== "join")
        return failure("M_FORBIDDEN", "You are not in this room.");
      const [target] = await eventsById(this.#core.options.db, [wish.target]);
      if (target === undefined || target.room !== room.number) return failure("M_NOT_FOUND", "No such event.");
      if (caller.held !== undefined && target.sender !== caller.user) return failure("M_USER_SUSPENDED");
      const successor = await successorOf(this.#core.options.db, target);
      const draft = {
        type: "m.room.redaction",
        sender: caller.user,
        content: wish.content,
        redacts: target,
        successor,
      };
      const check = (now: Room): Result<unknown> => mayRedact(now, caller, target);
      return await this.#append(roomId, { ...draft, transaction }, { check });
    });
  }

  async #append(
    roomId: RoomId,
    draft: Sending & Pick<Draft, "redacts" | "successor" | "thread">,
    how: { readonly check?: (room: Room) => Result<unknown>; readonly also?: AlsoKeep | undefined },
  ): Promise<Result<EventId>> {
    const { transaction, stateKey, ...rest } = draft;
    const whole: Draft = {
      ...rest,
      ...(transaction === undefined ? {} : { transaction }),
      ...(stateKey === undefined ? {} : { stateKey }),
    };
    const prepare = (room: Room): Result<readonly Draft[]> => {
      const checked = how.check?.(room) ?? ok(undefined);
      return checked.ok ? ok([whole]) : checked;
    };
    const done = await this.#core.writer.append(roomId, prepare, how.also);
    if (!done.ok) return done;
    const event = done.value[0];
    if (event === undefined) throw new Error("an append made no event");
    return ok(event.eventId);
  }

  async #once(
    caller: Caller,
    request: { readonly roomId: RoomId; readonly scope: string; readonly txnId: string },
    make: (transaction: Draft["transaction"]) => Promise<Result<EventId>>,
  ): Promise<Result<object>> {
    const key = {
      user: caller.user,
      device: caller.device,
      txn: `${request.roomId}/${request.scope}/${request.txnId}`,
    };
    try {
      const eventId = await this.#core.transactions.once(key, async () => {
        const made = await make({ key, device: caller.device, id: request.txnId });
        if (!made.ok) throw new Refused(made);
        return made.value;
      });
      return ok({ event_id: eventId });
    } catch (error) {
      if (error instanceof Refused) return error.result;
      throw error;
    }
  }

  /** Sets a piece of state; setting it to what it is makes no event. */
  async setState(
    caller: Caller,
    roomId: RoomId,
    piece: { readonly type: string; readonly stateKey: string; readonly content: Content },
  ): Promise<Result<object>> {
    const fault = await this.stateFault(roomId, piece);
    if (fault !== undefined) return fault;
    let same: EventId | undefined;
    const done = await this.#core.writer.append(roomId, (room) => {
      same = sameState(room, caller, piece);
      return ok(
        same === undefined
          ? [{ type: piece.type, sender: caller.user, stateKey: piece.stateKey, content: piece.content }]
          : [],
      );
    });
    if (!done.ok) return done;
    return ok({ event_id: done.value[0]?.eventId ?? same });
  }

  /** Why a piece of state is refused before the room's rules are asked. */
  async stateFault(
    roomId: RoomId,
    piece: { readonly type: string; readonly content: Content },
  ): Promise<Result<never> | undefined> {
    if (piece.type === "m.room.create") return failure("M_FORBIDDEN", "A room is made once.");
    return piece.type === "m.room.canonical_alias" ? await this.#aliasFault(roomId, piece.content) : undefined;
  }

  /** Every new alias must point at the room (client-server API, "m.room.canonical_alias"). */
  async #aliasFault(roomId: RoomId, content: Content): Promise<Result<never> | undefined> {
    const { alias, alt_aliases: others } = content;
    const given: unknown[] = [alias, ...(Array.isArray(others) ? others : [])].filter(
      (one) => one !== undefined && one !== null && one !== "",
    );
    const before = (await this.#core.registry.get(roomId))?.entry("m.room.canonical_alias", "")?.content;
    const known = new Set<unknown>([
      before?.["alias"],
      ...(Array.isArray(before?.["alt_aliases"]) ? before["alt_aliases"] : []),
    ]);
    for (const one of given) {
      const parsed = typeof one === "string" ? parseRoomAlias(one) : undefined;
      if (parsed === undefined) return failure("M_INVALID_PARAM", "An alias is not well formed.");
      if (known.has(one)) continue;
      if ((await findAlias(this.#core.options.db, parsed))?.roomId !== roomId) return failure("M_BAD_ALIAS");
    }
    return undefined;
  }
}

/** One's own events, and with enough power those of others. */
function mayRedact(room: Room, caller: Caller, target: StoredEvent): Result<undefined> {
  const version = roomVersion(room.version);
  if (target.sender === caller.user || version === undefined) return ok(undefined);
  const levels = new PowerLevels(version, lookupIn(room));
  return levels.of(caller.user) >= levels.needed("redact")
    ? ok(undefined)
    : failure("M_FORBIDDEN", "You may not redact what others have sent.");
}

function sameState(
  room: Room,
  caller: Caller,
  piece: { readonly type: string; readonly stateKey: string; readonly content: Content },
): EventId | undefined {
  const now = room.entry(piece.type, piece.stateKey);
  if (now === undefined || now.event.sender !== caller.user) return undefined;
  const inside = room.entry("m.room.member", caller.user)?.content["membership"] === "join";
  try {
    return inside && canonicalJson(now.content) === canonicalJson(piece.content) ? now.event.eventId : undefined;
  } catch {
    return undefined; // no canonical JSON: appending says so clearly
  }
}

/** The state that a caller may see: the room's own while in it, as it was when they left afterwards. */
async function stateFor(
  core: RoomsCore,
  caller: Caller,
  roomId: RoomId,
): Promise<Result<{ readonly room: Room; readonly until: number }>> {
  const room = await core.registry.get(roomId);
  const head = core.options.db.stream.head();
  if (room === undefined) return failure("M_FORBIDDEN", "You are not in this room.");
  const member = room.entryAt(head, "m.room.member", caller.user);
  const membership = member?.content["membership"];
  if (membership === "join") return ok({ room, until: head });
  const mine = (await core.memberships.of(caller.user)).get(room.number);
  if (mine?.forgotten === true) return failure("M_FORBIDDEN", "You are not in this room.");
  if (room.contentAt(head, "m.room.history_visibility")["history_visibility"] === "world_readable")
    return ok({ room, until: head });
  if (member === undefined || (membership !== "leave" && membership !== "ban"))
    return failure("M_FORBIDDEN", "You are not in this room.");
  const visible = await visibilityFor(core.options.db, room, caller.user);
  const before = await statePieceAt(core.options.db, room.number, {
    type: "m.room.member",
    stateKey: caller.user,
    pos: member.event.pos - 1,
  });
  if (before === undefined || !before.client.includes('"membership":"join"') || !visible(member.event))
    return failure("M_FORBIDDEN", "You are not in this room.");
  return ok({ room, until: member.event.pos });
}

async function pieceOf(
  core: RoomsCore,
  found: { readonly room: Room; readonly until: number },
  type: string,
  stateKey: string,
): Promise<StoredEvent | undefined> {
  const now = found.room.entryAt(core.options.db.stream.head(), type, stateKey)?.event;
  if (now === undefined || now.pos <= found.until) return now;
  return await statePieceAt(core.options.db, found.room.number, { type, stateKey, pos: found.until });
}

/** A name that the directory gives cannot be given otherwise, by nobody, in no room. */
function withDirectoryName(core: RoomsCore, stateKey: string, content: Content): Content {
  const user = parseUserId(stateKey);
  const name = user === undefined ? undefined : core.options.names.displayNameOf(user);
  return name === undefined || content["displayname"] === undefined ? content : { ...content, displayname: name };
}

/** The endpoints of sending and of state. */
export function eventRoutes(
  core: RoomsCore,
  actions: { readonly events: EventActions; readonly delayed: DelayedEvents },
  memberships: MembershipActions,
): readonly Route[] {
  const { events, delayed } = actions;
  return [
    serve(sendEvent, ({ caller, params, query, body }) => {
      const { roomId, eventType: type, txnId } = params;
      const delayMs = query["org.matrix.msc4140.delay"];
      return delayMs === undefined
        ? events.send(caller, roomId, { type, content: body, txnId })
        : delayed.schedule(caller, roomId, { type, content: body, txnId, delayMs });
    }),
    serve(redactEvent, ({ caller, params, body }) =>
      events.redact(caller, params.roomId, { target: params.eventId, content: { ...body }, txnId: params.txnId }),
    ),
    serve(sendState, async ({ caller, params, query, body }) => {
      const { roomId, eventType: type, stateKey } = params;
      const delayMs = query["org.matrix.msc4140.delay"];
      if (delayMs !== undefined)
        return await delayed.schedule(caller, roomId, { type, stateKey, content: body, delayMs });
      const joins = type === "m.room.member" && stateKey === caller.user && body["membership"] === "join";
      const inside =
        (await core.registry.get(roomId))?.entry("m.room.member", caller.user)?.content["membership"] === "join";
      // A restricted room needs somebody to vouch, which only a join can find.
      if (joins && !inside) {
        const joined = await memberships.join(caller.user, roomId);
        if (!joined.ok) return joined;
        return ok({ event_id: (await core.registry.get(roomId))?.entry("m.room.member", caller.user)?.event.eventId });
      }
      const invited = type === "m.room.member" && body["membership"] === "invite" ? parseUserId(stateKey) : undefined;
      const fault = invited === undefined ? undefined : await memberships.inviteFault(roomId, caller.user, invited);
      const content = type === "m.room.member" ? withDirectoryName(core, stateKey, body) : body;
      return fault ?? (await events.setState(caller, roomId, { type, stateKey, content }));
    }),
    serve(getState, async ({ caller, params, query }) => {
      const found = await stateFor(core, caller, params.roomId);
      if (!found.ok) return found;
      const event = await pieceOf(core, found.value, params.eventType, params.stateKey);
      if (event === undefined) return failure("M_NOT_FOUND", "The room has no such state.");
      if (query.format === "event") return ok(new JsonText(eventText(event)));
      const parsed: { readonly content?: object } = JSON.parse(event.client);
      return ok(parsed.content ?? {});
    }),
    serve(getAllState, async ({ caller, params }) => {
      const found = await stateFor(core, caller, params.roomId);
      if (!found.ok) return found;
      const { room, until } = found.value;
      const head = core.options.db.stream.head();
      const events =
        until >= head
          ? [...room.entriesAt(head)].map((entry) => entry.event)
          : await stateAt(core.options.db, room.number, until);
      return ok(new JsonText(`[${events.map((event) => eventText(event)).join(",")}]`));
    }),
  ];
}
