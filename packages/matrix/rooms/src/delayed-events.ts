import {
  canonicalJson,
  codes,
  failure,
  failureAs,
  ok,
  type EventId,
  type Failure,
  type Result,
  type RoomId,
  type UserId,
} from "@causeway/base";
import type { Content } from "@causeway/matrix-events";
import { Turns, UnmetExpectation, type Caller, type Tx } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import type { EventActions, Sending } from "./handlers-events.ts";
import type { RoomsCore } from "./rooms.ts";
import {
  addDelayed,
  delayedByTxn,
  dueBy,
  expireDelayed,
  finaliseDelayed,
  finalisedOf,
  findDelayed,
  nextDue,
  restartDelayed,
  scheduledOf,
  type DelayedRow,
} from "./store-delayed.ts";

/** An event that is to be sent later. */
export interface DelayedWish {
  readonly type: string;
  readonly stateKey?: string | undefined;
  readonly content: Content;
  readonly txnId?: string | undefined;
  readonly delayMs: number;
}

/** What can be done to one that waits. */
export type DelayedAction = "send" | "cancel" | "restart";

const KEPT_MS = 7 * 24 * 60 * 60_000;
const EXPIRE_EVERY_MS = 60 * 60_000;
const BATCH = 100;
const MAX_LISTED = 1000;
/** What another node scheduled, or a clock that was set, is noticed within this time. */
const LOOK_EVERY_MS = 10_000;
const MAX_CONTENT_BYTES = 65_536;

/** Events that are sent later (MSC4140): kept on disk, each sent once, by whichever node is first, in the transaction that ends its waiting. */
export class DelayedEvents {
  #core: RoomsCore;
  #events: EventActions;
  /** What is done to one of them here happens in turn: an append that fails would take others of the room with it. */
  #turns = new Turns();
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #wakeAt = 0;
  #expireAt = 0;
  /** Whether something came due while others were being sent. */
  #isWanted = false;
  #isClosed = false;

  constructor(core: RoomsCore, events: EventActions) {
    this.#core = core;
    this.#events = events;
    this.#wake(0);
  }

  /** Has an event sent later, once for a transaction id. Whether it is allowed is decided when it is sent. */
  async schedule(caller: Caller, roomId: RoomId, wish: DelayedWish): Promise<Result<object>> {
    const { db, clock } = this.#core.options;
    const fault = (await this.#faultOf(caller.user, roomId, wish)) ?? contentFault(wish.content);
    if (fault !== undefined) return fault;
    const { user, device } = caller;
    const scope = wish.stateKey === undefined ? "message" : `state/${wish.stateKey}`;
    const txn = wish.txnId === undefined ? undefined : `${roomId}/${scope}/${wish.type}/${wish.txnId}`;
    const since = clock.now();
    const row: DelayedRow = {
      id: `cwd_${randomBytes(18).toString("base64url")}`,
      user,
      device,
      txn,
      clientTxn: wish.txnId,
      roomId,
      type: wish.type,
      stateKey: wish.stateKey,
      content: JSON.stringify(wish.content),
      delayMs: wish.delayMs,
      since,
      due: since + wish.delayMs,
      status: "scheduled",
      eventId: undefined,
      error: undefined,
      finalised: undefined,
    };
    if (await this.#commit((tx) => addDelayed(tx, row, this.#core.options.limits.maxDelayed))) {
      this.#wake(row.due);
      return ok({ delay_id: row.id });
    }
    const before = txn === undefined ? undefined : await delayedByTxn(db, { user, device, txn });
    return before === undefined ? await this.#tooMany(user, since) : ok({ delay_id: before.id });
  }

  async #faultOf(user: UserId, roomId: RoomId, wish: DelayedWish): Promise<Result<never> | undefined> {
    const { maxDelayMs, maxDelayed } = this.#core.options.limits;
    if (maxDelayed === 0) return failure("M_FORBIDDEN", "Events cannot be scheduled here.");
    if (wish.delayMs > maxDelayMs) {
      return failure("M_FORBIDDEN", "The event is to be sent later than is possible here.", {
        "org.matrix.msc4140.errcode": "M_MAX_DELAY_EXCEEDED",
        "org.matrix.msc4140.max_delay": maxDelayMs,
      });
    }
    const room = await this.#core.registry.get(roomId);
    if (room?.membershipAt(this.#core.options.db.stream.head(), user) !== "join")
      return failure("M_FORBIDDEN", "You are not in this room.");
    if (wish.type === "m.room.member") return failure("M_FORBIDDEN", "Membership cannot be scheduled.");
    if (wish.stateKey !== undefined) return await this.#events.stateFault(roomId, wish);
    return wish.type === "m.room.redaction" ? failure("M_FORBIDDEN", "Redactions cannot be scheduled.") : undefined;
  }

  async #tooMany(user: UserId, now: number): Promise<Result<never>> {
    const [first] = await scheduledOf(this.#core.options.db, user);
    const wait = Math.max(1, (first?.due ?? now) - now);
    return failure("M_LIMIT_EXCEEDED", "As many events of yours wait as may wait.", { retry_after_ms: wait });
  }

  /** One of somebody's. */
  find(user: UserId, id: string): Promise<DelayedRow | undefined> {
    return findDelayed(this.#core.options.db, user, id);
  }

  /** Somebody's: those that wait, the next one first, and those that no longer do. */
  async of(
    user: UserId,
  ): Promise<{ readonly scheduled: readonly DelayedRow[]; readonly finalised: readonly DelayedRow[] }> {
    const { db } = this.#core.options;
    return { scheduled: await scheduledOf(db, user), finalised: await finalisedOf(db, user, MAX_LISTED) };
  }

  /** Sends one that waits now, lets it wait anew, or gives it up. Doing again what was done is a success. */
  manage(user: UserId, id: string, action: DelayedAction): Promise<Result<object>> {
    return this.#turns.run(id, () => this.#manage(user, id, action));
  }

  async #manage(user: UserId, id: string, action: DelayedAction): Promise<Result<object>> {
    const row = await this.find(user, id);
    if (row === undefined) return failure("M_NOT_FOUND", "You have no such event.");
    if (row.status !== "scheduled") return ended(row, action);
    const now = this.#core.options.clock.now();
    switch (action) {
      case "send": {
        const sent = await this.#send(row);
        if (!sent.ok) return sent;
        return sent.value === undefined ? await this.#manage(user, id, action) : ok({});
      }
      case "cancel": {
        const isDone = await this.#commit((tx) => finaliseDelayed(tx, row, { status: "cancelled", at: now }));
        return isDone ? ok({}) : await this.#manage(user, id, action);
      }
      case "restart": {
        if (!(await this.#commit((tx) => restartDelayed(tx, row, now)))) return await this.#manage(user, id, action);
        this.#wake(now + row.delayMs);
        return ok({});
      }
    }
  }

  /** Sends one; undefined when it no longer waits, or waits for another moment. It goes on waiting when it is refused. */
  async #send(row: DelayedRow): Promise<Result<EventId | undefined>> {
    const { users, clock } = this.#core.options;
    if (!(await users.isActive(row.user))) return failure("M_USER_DEACTIVATED");
    const sending: Sending = {
      type: row.type,
      sender: row.user,
      content: JSON.parse(row.content),
      stateKey: row.stateKey,
      transaction: {
        // NOTE Another name for each attempt: which of two wins is for `delayed-there` to say, not for this key.
        key: { user: row.user, device: row.device, txn: `delayed/${row.id}/${randomBytes(6).toString("hex")}` },
        device: row.device,
        id: row.clientTxn ?? row.id,
      },
    };
    try {
      return await this.#events.deliver(row.roomId, sending, (tx, _room, events) =>
        finaliseDelayed(tx, row, { status: "sent", at: clock.now(), eventId: events[0]?.eventId }),
      );
    } catch (error) {
      if (error instanceof UnmetExpectation && error.what === "delayed-there") return ok(undefined);
      throw error;
    }
  }

  /** Sets the timer for an instant, unless it wakes earlier anyway. */
  #wake(at: number): void {
    if (this.#isClosed || (this.#timer !== undefined && this.#wakeAt <= at)) return;
    clearTimeout(this.#timer);
    this.#wakeAt = at;
    const ms = Math.min(Math.max(0, at - this.#core.options.clock.now()), LOOK_EVERY_MS);
    this.#timer = setTimeout(() => this.#look(), ms);
    this.#timer.unref();
  }

  #look(): void {
    this.#timer = undefined;
    this.#isWanted = this.#sending !== undefined;
    if (this.#isWanted) return;
    this.#sending = this.#sendDue()
      .catch((error: unknown) => {
        this.#core.options.failed(error);
        return undefined;
      })
      .then((next) => {
        this.#sending = undefined;
        const now = this.#core.options.clock.now();
        // After a failure what is due is due still: it is tried again later, not at once.
        const later = next === undefined || next <= now ? now + LOOK_EVERY_MS : next;
        this.#wake(this.#isWanted ? now : later);
      });
  }

  /** Sends what is due, in the order in which it is; says when the next one will be. */
  async #sendDue(): Promise<number | undefined> {
    const { db, clock } = this.#core.options;
    for (;;) {
      const rows = await dueBy(db, clock.now(), BATCH);
      for (const row of rows) {
        if (this.#isClosed) return undefined;
        await this.#turns.run(row.id, () => this.#sendOrFail(row));
      }
      if (rows.length < BATCH) break;
    }
    await this.#expire(clock.now());
    return await nextDue(db);
  }

  async #sendOrFail(found: DelayedRow): Promise<void> {
    const row = await this.find(found.user, found.id);
    if (row?.status !== "scheduled" || row.due !== found.due) return;
    const sent = await this.#send(row);
    if (sent.ok) return;
    const error = JSON.stringify(bodyOf(sent.error));
    const at = this.#core.options.clock.now();
    await this.#commit((tx) => finaliseDelayed(tx, row, { status: "failed", at, error }));
  }

  async #expire(now: number): Promise<void> {
    if (now < this.#expireAt) return;
    this.#expireAt = now + EXPIRE_EVERY_MS;
    await this.#commit((tx) => expireDelayed(tx, now - KEPT_MS));
  }

  /** Commits; false when an expectation was not met. */
  async #commit(collect: (tx: Tx) => void): Promise<boolean> {
    const tx = this.#core.options.db.begin();
    collect(tx);
    try {
      await tx.commit();
      return true;
    } catch (error) {
      if (error instanceof UnmetExpectation) return false;
      throw error;
    }
  }

  /** Stops; what is being sent is sent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#sending;
  }
}

function contentFault(content: Content): Result<never> | undefined {
  try {
    const length = Buffer.byteLength(canonicalJson(content));
    return length <= MAX_CONTENT_BYTES ? undefined : failure("M_TOO_LARGE", "The content is too large for an event.");
  } catch (error) {
    return failure("M_BAD_JSON", `The content has ${error instanceof Error ? error.message : "what cannot be kept"}.`);
  }
}

function bodyOf(failed: Failure): object {
  return { errcode: failed.code, error: failed.message ?? codes[failed.code].say };
}

/** What is said about doing something to an event that no longer waits (MSC4140, "Managing scheduled delayed events"). */
function ended(row: DelayedRow, action: DelayedAction): Result<object> {
  const isSame = row.status === "sent" ? action === "send" : action === "cancel";
  if (isSame) return ok({});
  return failureAs(
    409,
    "M_UNKNOWN",
    row.status === "sent" ? "The event has been sent." : "The event has been given up.",
  );
}
