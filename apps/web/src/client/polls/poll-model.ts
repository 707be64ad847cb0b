import {
  Direction,
  EventStatus,
  MatrixEventEvent,
  RoomEvent,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import { readFetched } from "../matrix/fetched-events.ts";
import { isWaiting, type Outbox } from "../outbox.ts";
import { reasonOf } from "../refusal.ts";
import { relationOf } from "../threads/thread-of.ts";
import { coalesced, Model } from "../view-model.ts";
import { endContent, POLL, pollPart, responseContent, type Ballot } from "./poll.ts";

/** What became of a poll. */
export interface PollProgress {
  /** Every vote that there is; `tally` says which count. */
  readonly ballots: readonly Ballot[];
  /** When it was ended, by somebody who may. */
  readonly endedAt: number | undefined;
  readonly mayEnd: boolean;
  /** Why the server did not take the own vote. */
  readonly refusal?: string;
}

const REFERENCE = "m.reference";
const PAGE = 100;
/** With more votes than these pages hold, the oldest are left out. */
const MOST_PAGES = 100;

/** Follows the votes in a poll while somebody looks, and votes. */
export class PollModel extends Model<PollProgress> {
  #client: MatrixClient;
  #outbox: Outbox;
  #roomId: string;
  #id: string;
  #maker: string;
  /** By id: votes that the room's timeline need not have. */
  #fetched = new Map<string, MatrixEvent>();
  #isComplete = false;
  #unfollow: (() => void) | undefined;
  #refresh = coalesced(() => this.#rebuild());

  constructor(parts: {
    readonly client: MatrixClient;
    readonly outbox: Outbox;
    readonly roomId: string;
    readonly id: string;
    readonly maker: string;
  }) {
    super({ ballots: [], endedAt: undefined, mayEnd: false });
    this.#client = parts.client;
    this.#outbox = parts.outbox;
    this.#roomId = parts.roomId;
    this.#id = parts.id;
    this.#maker = parts.maker;
  }

  get #room(): Room | null {
    return this.#client.getRoom(this.#roomId);
  }

  /** Votes, or votes anew; without answers the vote is taken back. It counts here at once. */
  vote(answers: readonly string[]): void {
    for (const event of this.#refused()) this.#client.cancelPendingEvent(event);
    this.#outbox.say(this.#roomId, responseContent(this.#id, answers), POLL.response[1]);
  }

  /** Ends the poll for everybody; the text says to other clients how it ended. */
  end(text: string): void {
    this.#outbox.say(this.#roomId, endContent(this.#id, text), POLL.end[1]);
  }

  protected override watched(): void {
    this.#unfollow = this.#follow();
    this.#rebuild();
    void this.#fetch();
  }

  protected override unwatched(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  #follow(): () => void {
    const client = this.#client;
    const room = this.#room;
    const arrived = (event: MatrixEvent): void => {
      if (relationOf(event)?.to === this.#id) this.#refresh();
    };
    const deleted = (_event: unknown, where: Room): void => {
      if (where.roomId === this.#roomId) this.#refresh();
    };
    const missed = (): void => {
      this.#isComplete = false;
      void this.#fetch();
    };
    client.on(RoomEvent.Timeline, arrived);
    client.on(RoomEvent.LocalEchoUpdated, arrived);
    client.on(MatrixEventEvent.Decrypted, arrived);
    client.on(RoomEvent.Redaction, deleted);
    room?.on(RoomEvent.TimelineReset, missed);
    return () => {
      client.off(RoomEvent.Timeline, arrived);
      client.off(RoomEvent.LocalEchoUpdated, arrived);
      client.off(MatrixEventEvent.Decrypted, arrived);
      client.off(RoomEvent.Redaction, deleted);
      room?.off(RoomEvent.TimelineReset, missed);
    };
  }

  /** Votes further back than the timeline; without a network those that are here count. */
  async #fetch(): Promise<void> {
    if (this.#isComplete) return;
    this.#isComplete = true;
    try {
      let from: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        from = await this.#fetchPage(from);
        if (from === undefined) break;
      }
    } catch {
      this.#isComplete = false;
    }
    this.#rebuild();
  }

  async #fetchPage(from: string | undefined): Promise<string | undefined> {
    const { chunk, next_batch: next } = await this.#client.fetchRelations(this.#roomId, this.#id, REFERENCE, null, {
      dir: Direction.Backward,
      limit: PAGE,
      ...(from === undefined ? {} : { from }),
    });
    for (const event of await readFetched(this.#client, this.#roomId, chunk))
      this.#fetched.set(event.getId() ?? "", event);
    return next;
  }

  #rebuild(): void {
    const room = this.#room;
    if (room === null) return;
    const [refused] = this.#refused();
    const { error } = refused ?? {};
    const known = [...POLL.response, ...POLL.end].flatMap(
      (type) => room.relations.getChildEventsForEvent(this.#id, REFERENCE, type)?.getRelations() ?? [],
    );
    const events = new Map([...this.#fetched.values(), ...known].map((event) => [event.getId(), event]));
    const valid = [...events.values()].filter((event) => !event.isRedacted() && event !== refused);
    const ends = valid.filter((event) => pollPart(event.getType()) === "end" && this.#mayEnd(room, event.getSender()));
    this.set({
      ballots: valid
        .filter((event) => pollPart(event.getType()) === "response")
        .map((event) => ({ sender: event.getSender() ?? "", at: event.getTs(), content: event.getContent() })),
      endedAt: ends.length === 0 ? undefined : Math.min(...ends.map((event) => event.getTs())),
      mayEnd: this.#mayEnd(room, this.#client.getSafeUserId()),
      ...(refused === undefined ? {} : { refusal: error === null || error === undefined ? "" : reasonOf(error) }),
    });
  }

  #mayEnd(room: Room, userId: string | undefined): boolean {
    return mayEndPoll(room, { maker: this.#maker, userId });
  }

  /** What of one's own the server did not take. */
  #refused(): readonly MatrixEvent[] {
    const pending = this.#room?.getPendingEvents() ?? [];
    return pending.filter(
      (event) => relationOf(event)?.to === this.#id && event.status === EventStatus.NOT_SENT && !isWaiting(event),
    );
  }
}

/** Whether somebody may end a poll: whoever made it, and whoever may delete messages of others. */
export function mayEndPoll(
  room: Room,
  who: { readonly maker: string | undefined; readonly userId: string | undefined },
): boolean {
  const { maker, userId } = who;
  if (userId === undefined) return false;
  const level = room.getMember(userId)?.powerLevel ?? 0;
  return userId === maker || room.currentState.hasSufficientPowerLevelFor("redact", level);
}
