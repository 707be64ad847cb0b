import {
  ClientEvent,
  EventType,
  KnownMembership,
  MatrixEventEvent,
  RoomEvent,
  SyncState,
  type IRoomTimelineData,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";

/** Something that the person's push rules want to be told. */
export interface News {
  readonly room: Room;
  /** None for an invitation. */
  readonly event?: MatrixEvent;
  readonly isMention: boolean;
}

/** What is told of by itself; everything else stands in its room. */
const TOLD = new Set<string>([EventType.RoomMessage, EventType.RoomMessageEncrypted, EventType.Sticker]);
/** A message whose key does not come is told of without its words after so long. */
const KEY_WAIT_MS = 10_000;
/** After a gap in the connection, what is older is told by the counts alone: nobody wants to hear each of yesterday's messages. */
const MOST_AGE_MS = 10 * 60_000;
/** So many messages may wait for their keys. */
const MOST_WAITING = 200;

/** Hears of what is new while the app runs, after it was decrypted. What was missed while it was closed stands in the counts. */
export class NewsReader {
  #client: MatrixClient;
  /** What was missed while the app was closed has come. */
  #hasBegun = false;
  #waiting = new Map<MatrixEvent, ReturnType<typeof setTimeout>>();
  #tell: (news: News) => void;
  #read: (room: Room, upTo?: readonly string[]) => void;

  /** `tell` hears of news; `read` of rooms that were left, or in which something was withdrawn or read, up to these messages. */
  constructor(
    client: MatrixClient,
    told: { readonly tell: (news: News) => void; readonly read: (room: Room, upTo?: readonly string[]) => void },
  ) {
    this.#client = client;
    this.#tell = told.tell;
    this.#read = told.read;
    client.on(ClientEvent.Sync, this.#synced);
    client.on(RoomEvent.Timeline, this.#appended);
    client.on(MatrixEventEvent.Decrypted, this.#decrypted);
    client.on(RoomEvent.MyMembership, this.#membership);
    client.on(RoomEvent.Receipt, this.#receipt);
    client.on(RoomEvent.Redaction, this.#redacted);
  }

  /** Hears nothing more. */
  stop(): void {
    const client = this.#client;
    client.off(ClientEvent.Sync, this.#synced);
    client.off(RoomEvent.Timeline, this.#appended);
    client.off(MatrixEventEvent.Decrypted, this.#decrypted);
    client.off(RoomEvent.MyMembership, this.#membership);
    client.off(RoomEvent.Receipt, this.#receipt);
    client.off(RoomEvent.Redaction, this.#redacted);
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  readonly #synced = (state: SyncState): void => {
    if (state === SyncState.Syncing) this.#hasBegun = true;
  };

  readonly #appended = (event: MatrixEvent, ...[, , , data]: [unknown, unknown, unknown, IRoomTimelineData]): void => {
    if (data.liveEvent !== true || !this.#hasBegun || this.#isLate(event)) return;
    if (event.getSender() === this.#client.getSafeUserId() || !TOLD.has(event.getType())) return;
    if (event.getType() === EventType.RoomMessageEncrypted) this.#wait(event);
    else this.#consider(event);
  };

  /** Only after a gap: a clock that is wrong makes every message look old, or none. */
  #isLate(event: MatrixEvent): boolean {
    const isGap = this.#client.getSyncState() !== SyncState.Syncing;
    return isGap && Date.now() - event.localTimestamp > MOST_AGE_MS;
  }

  #wait(event: MatrixEvent): void {
    if (this.#waiting.size >= MOST_WAITING) return;
    const timer = setTimeout(() => {
      this.#waiting.delete(event);
      this.#consider(event);
    }, KEY_WAIT_MS);
    this.#waiting.set(event, timer);
  }

  readonly #decrypted = (event: MatrixEvent): void => {
    const timer = this.#waiting.get(event);
    if (timer === undefined || event.isDecryptionFailure()) return;
    clearTimeout(timer);
    this.#waiting.delete(event);
    if (TOLD.has(event.getType())) this.#consider(event);
  };

  #consider(event: MatrixEvent): void {
    const room = this.#client.getRoom(event.getRoomId());
    if (room?.getMyMembership() !== KnownMembership.Join || event.isRedacted()) return;
    const id = event.getId();
    if (id !== undefined && room.hasUserReadEvent(this.#client.getSafeUserId(), id)) return;
    const actions = this.#client.getPushActionsForEvent(event, true);
    if (actions?.notify !== true) return;
    this.#tell({ room, event, isMention: actions.tweaks.highlight === true });
  }

  readonly #membership = (room: Room, membership: string): void => {
    if (membership !== KnownMembership.Invite) {
      this.#read(room);
      return;
    }
    const invitation = room.getMember(this.#client.getSafeUserId())?.events.member;
    if (!this.#hasBegun || invitation === undefined) return;
    if (this.#client.getPushActionsForEvent(invitation, true)?.notify === true) this.#tell({ room, isMention: false });
  };

  readonly #receipt = (event: MatrixEvent, room: Room): void => {
    const me = this.#client.getSafeUserId();
    const ids = Object.entries(event.getContent()).flatMap(([id, kinds]) =>
      Object.values(Object(kinds)).some((readers) => Object.hasOwn(Object(readers), me)) ? [id] : [],
    );
    if (ids.length > 0) this.#read(room, ids);
  };

  readonly #redacted = (event: MatrixEvent, room: Room): void => {
    const target = room.findEventById(event.getAssociatedId() ?? "");
    if (target !== undefined) this.#read(room);
  };
}
