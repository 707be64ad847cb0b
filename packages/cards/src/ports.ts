import type { EventId, Result, RoomId, UserId } from "@causeway/base";
import type { Content } from "@causeway/matrix-events";
import type { Room, RoomNumber, StoredEvent } from "@causeway/matrix-rooms";
import type { Tx } from "@causeway/platform";
import type { CardText } from "./texts.ts";

/** What cards need of rooms. */
export interface CardRooms {
  room(room: RoomId | RoomNumber): Promise<Room | undefined>;
  make(
    creator: UserId,
    request: {
      readonly preset: "private_chat";
      readonly is_direct: true;
      readonly invite: UserId[];
      readonly power_level_content_override: Record<string, unknown>;
      readonly initial_state: { type: string; state_key: string; content: Record<string, unknown> }[];
    },
    also: (tx: Tx, roomId: RoomId) => void,
  ): Promise<Result<{ readonly room_id: RoomId }>>;
  /** The rooms of somebody's where something came after a position. */
  roomsChangedSince(user: UserId, pos: number): Promise<readonly RoomNumber[]>;
  page(
    room: Room,
    want: { readonly from: number; readonly to: number; readonly limit: number; readonly newestFirst: boolean },
  ): Promise<readonly StoredEvent[]>;
  readonly events: {
    deliver(
      roomId: RoomId,
      event: { readonly type: string; readonly sender: UserId; readonly content: Content },
      also: (tx: Tx, room: Room, events: readonly StoredEvent[]) => void,
    ): Promise<Result<EventId>>;
  };
  readonly handover: {
    bringIn(
      roomId: RoomId,
      user: UserId,
      how: { readonly by: readonly UserId[]; readonly enter: true; readonly heirTo: readonly UserId[] },
    ): Promise<Result<object>>;
  };
  readonly userData: {
    addDirect(user: UserId, other: UserId, roomId: RoomId): Promise<Result<object>>;
    get(
      user: UserId,
      which: { readonly roomId: string; readonly type: string },
    ): Promise<Readonly<Record<string, unknown>> | undefined>;
  };
}

/** ✅ is `yes`, ❌ is `no`; `noted` is the acknowledgement of an announcement. */
export type Says = "yes" | "no" | "noted";

/** A person's word on a card, given by a reaction. */
export interface CardReaction {
  readonly cardKey: string;
  readonly user: UserId;
  readonly says: Says;
}

/** What became of a reaction: whether it counts, and what the person is told. */
export interface ReactionOutcome {
  /** Taken: the card is over from now on. Not taken: other reactions may come. */
  readonly taken: boolean;
  readonly answer?: CardText;
}

/** Port: does what a reaction asks for. It is asked again when the server ended before its answer was kept. */
export type OnReaction = (reaction: CardReaction) => Promise<ReactionOutcome>;
