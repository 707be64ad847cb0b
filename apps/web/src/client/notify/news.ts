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
/** So many messages may wait for their keys. */
const MOST_WAITING = 200;

/** Hears of what is new while the app runs, after it was decrypted. What was missed meanwhile stands in the counts. */
export class NewsReader {
  #client: MatrixClient;
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
    client.on(RoomEvent.Timeline, this.#appended);
    client.on(MatrixEventEvent.Decrypted, this.#decrypted);
    client.on(RoomEvent.MyMembership, this.#membership);
    client.on(RoomEvent.Receipt, this.#receipt);
    client.on(RoomEvent.Redaction, this.#redacted);
    client.on(ClientEvent.DeleteRoom, this.#deleted);
  }

  /** Hears nothing more. */
  stop(): void {
    const client = this.#client;
    client.off(RoomEvent.Timeline, this.#appended);
    client.off(MatrixEventEvent.Decrypted, this.#decrypted);
    client.off(RoomEvent.MyMembership, this.#membership);
    client.off(RoomEvent.Receipt, this.#receipt);
    client.off(RoomEvent.Redaction, this.#redacted);
    client.off(ClientEvent.DeleteRoom, this.#deleted);
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  /** What the app has missed comes in one piece: nobody wants to be told of each of yesterday's messages. */
  get #isLive(): boolean {
    return this.#client.getSyncState() === SyncState.Syncing;
  }

  readonly #appended = (event: MatrixEvent, ...[, , , data]: [unknown, unknown, unknown, IRoomTimelineData]): void => {
    if (data.liveEvent !== true || !this.#isLive) return;
    if (event.getSender() === this.#client.getSafeUserId() || !TOLD.has(event.getType())) return;
    if (event.getType() === EventType.RoomMessageEncrypted) this.#wait(event);
    else this.#consider(event);
  };

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
    if (!this.#isLive || invitation === undefined) return;
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

  readonly #deleted = (roomId: string): void => {
    const room = this.#client.getRoom(roomId);
    if (room !== null) this.#read(room);
  };
}
