import {
  ClientPrefix,
  MatrixEventEvent,
  Method,
  NotificationCountType,
  RoomEvent,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import type { Said } from "../../i18n/i18n.ts";
import { personIn, type PersonView } from "../people.ts";
import { listIn, textIn } from "../read-json.ts";
import { contentOf } from "../timeline/content.ts";
import { isMessage } from "../timeline/kinds.ts";
import { previewOf, textPreviewOf } from "../timeline/preview.ts";
import { coalesced, gathered, Model } from "../view-model.ts";
import { bundleIn, countOf } from "./thread-count.ts";
import { tellRead } from "./reading.ts";
import { newestIn, threadOf } from "./thread-of.ts";

/** A thread in one line, as it stands below its root. */
export interface ThreadSummary {
  readonly root: string;
  readonly count: number;
  /** Its newest message. */
  readonly last?: { readonly said: Said; readonly at: number };
  readonly unread: number;
  readonly mentions: number;
}

/** A thread in the list of a room's threads. */
export interface ThreadLine extends ThreadSummary {
  /** Its first message, which stands in the room. */
  readonly begins: { readonly sender: PersonView; readonly said: Said };
  readonly at: number;
}

/** A room's threads, as far as they are known. */
export interface Threads {
  /** The one with the newest message first. */
  readonly lines: readonly ThreadLine[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Over all of the room's threads. */
  readonly unread: number;
  readonly mentions: number;
}

const PAGE = 30;

/** Follows the threads of a room while somebody looks. */
export class ThreadsModel extends Model<Threads> {
  readonly roomId: string;
  #client: MatrixClient;
  /** By root: what the server listed. */
  #listed = new Map<string, MatrixEvent>();
  #next: string | undefined;
  #hasAll = false;
  /** By id: the newest messages that bundles carried, decrypted once. */
  #latest = new Map<string, MatrixEvent>();
  /** By root: the messages that this device has. */
  #known: ReadonlyMap<string, readonly MatrixEvent[]> = new Map();
  /** What was deleted while somebody looked keeps its place; its own content does not tell it any more. */
  #deleted = new Map<string, string>();
  #unfollow: (() => void) | undefined;
  #refresh = coalesced(() => this.#rebuild());
  #refreshSoon = gathered(() => this.#rebuild());

  constructor(client: MatrixClient, roomId: string) {
    super({ lines: [], hasMore: false, isLoading: false, unread: 0, mentions: 0 });
    this.#client = client;
    this.roomId = roomId;
  }

  get #room(): Room | null {
    return this.#client.getRoom(this.roomId);
  }

  protected override watched(): void {
    this.#unfollow = this.#follow();
    this.#rebuild();
    void this.#load();
  }

  protected override unwatched(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
  }

  /** The root of the thread that a message stands in. */
  readonly rootOf = (event: MatrixEvent): string | undefined =>
    threadOf(event) ?? this.#deleted.get(event.getId() ?? "");

  /** The thread below a message; undefined when there is none. */
  summaryOf(event: MatrixEvent): ThreadSummary | undefined {
    const root = event.getId() ?? "";
    const room = this.#room;
    const bundle = bundleIn(this.#listed.get(root)?.getUnsigned()) ?? bundleIn(event.getUnsigned());
    const known = (this.#known.get(root) ?? []).filter((reply) => !reply.isRedacted());
    if (room === null || this.rootOf(event) !== undefined || (bundle === undefined && known.length === 0))
      return undefined;
    const listed = bundle?.event === undefined ? undefined : this.#latestOf(bundle.event);
    const newest = [...known, ...(listed === undefined || listed.isRedacted() ? [] : [listed])].reduce<
      MatrixEvent | undefined
    >((best, one) => (best === undefined || one.getTs() >= best.getTs() ? one : best), undefined);
    const replies = known.map((reply) => ({ id: reply.getId() ?? "", at: reply.getTs() }));
    return {
      root,
      count: countOf(bundle, replies),
      ...(newest === undefined ? {} : { last: { said: previewOf(this.#client, room, newest), at: newest.getTs() } }),
      unread: room.getThreadUnreadNotificationCount(root, NotificationCountType.Total),
      mentions: room.getThreadUnreadNotificationCount(root, NotificationCountType.Highlight),
    };
  }

  /** The thread that a message is in, wherever in the room's history it is; undefined for one in the room itself. */
  async whereIs(id: string): Promise<string | undefined> {
    const known = this.#room?.findEventById(id);
    if (known !== undefined) return this.rootOf(known);
    const event = await this.#client.fetchRoomEvent(this.roomId, id);
    return this.rootOf(this.#client.getEventMapper({ decrypt: false })(event));
  }

  /** Brings more of the list. */
  async more(): Promise<void> {
    if (!this.#hasAll) await this.#load(this.#next);
  }

  /** Somebody has seen enough of all of them. */
  async readAll(): Promise<void> {
    const room = this.#room;
    if (room === null) return;
    for (const { root, unread, mentions } of this.snapshot().lines) {
      const last = newestIn(room, root) ?? this.#newestListed(root);
      if (unread + mentions > 0 && last !== undefined) await tellRead(this.#client, last, root).catch(() => undefined);
    }
  }

  #newestListed(root: string): MatrixEvent | undefined {
    const bundle = bundleIn(this.#listed.get(root)?.getUnsigned());
    return bundle?.event === undefined ? undefined : this.#latestOf(bundle.event);
  }

  async #load(from?: string): Promise<void> {
    if (this.snapshot().isLoading) return;
    this.patch({ isLoading: true });
    try {
      const answer = await askThreads(this.#client, this.roomId, from);
      for (const raw of listIn(answer, "chunk")) {
        const event = this.#readable(raw);
        this.#listed.set(event.getId() ?? "", event);
      }
      // A look at the newest does not forget how far back somebody went.
      if (from !== undefined || this.#next === undefined) {
        this.#next = textIn(answer, "next_batch") || undefined;
        this.#hasAll = this.#next === undefined;
      }
    } catch {
      // What is known here stays; the next look asks again.
    }
    this.patch({ isLoading: false });
    this.#rebuild();
  }

  #follow(): () => void {
    const client = this.#client;
    const room = this.#room;
    const arrived = (event: MatrixEvent): void => {
      if (event.getRoomId() === this.roomId) this.#refresh();
    };
    const decrypted = (event: MatrixEvent): void => {
      if (event.getRoomId() === this.roomId) this.#refreshSoon();
    };
    const changed = (_event: unknown, where: Room): void => {
      if (where.roomId === this.roomId) this.#refresh();
    };
    const deleting = (event: MatrixEvent): void => {
      const root = threadOf(event);
      if (root !== undefined) this.#deleted.set(event.getId() ?? "", root);
    };
    // The server counts anew what was missed or deleted.
    const missed = (): void => void this.#load();
    const deleted = (event: MatrixEvent, where: Room): void => {
      changed(event, where);
      if (this.#deleted.has(event.getAssociatedId() ?? "")) missed();
    };
    client.on(RoomEvent.Timeline, arrived);
    client.on(MatrixEventEvent.Decrypted, decrypted);
    client.on(MatrixEventEvent.Replaced, arrived);
    client.on(RoomEvent.LocalEchoUpdated, changed);
    client.on(RoomEvent.Redaction, deleted);
    room?.on(MatrixEventEvent.BeforeRedaction, deleting);
    room?.on(RoomEvent.UnreadNotifications, this.#refresh);
    room?.on(RoomEvent.TimelineReset, missed);
    return () => {
      client.off(RoomEvent.Timeline, arrived);
      client.off(MatrixEventEvent.Decrypted, decrypted);
      client.off(MatrixEventEvent.Replaced, arrived);
      client.off(RoomEvent.LocalEchoUpdated, changed);
      client.off(RoomEvent.Redaction, deleted);
      room?.off(MatrixEventEvent.BeforeRedaction, deleting);
      room?.off(RoomEvent.UnreadNotifications, this.#refresh);
      room?.off(RoomEvent.TimelineReset, missed);
    };
  }

  #rebuild(): void {
    const room = this.#room;
    if (room === null) return;
    this.#known = this.#repliesIn(room);
    const lines = [...new Set([...this.#listed.keys(), ...this.#known.keys()])]
      .flatMap((root) => this.#lineOf(room, root))
      .toSorted((left, right) => right.at - left.at);
    const inThreads = (type: NotificationCountType): number =>
      room.getUnreadNotificationCount(type) - room.getRoomUnreadNotificationCount(type);
    this.patch({
      lines,
      hasMore: !this.#hasAll,
      unread: inThreads(NotificationCountType.Total),
      mentions: inThreads(NotificationCountType.Highlight),
    });
  }

  #lineOf(room: Room, root: string): readonly ThreadLine[] {
    const event = room.findEventById(root) ?? this.#listed.get(root);
    if (event === undefined) return [];
    const summary = this.summaryOf(event);
    if (summary === undefined) return [];
    const sender = personIn(this.#client, room, event.getSender() ?? "");
    return [
      { ...summary, at: summary.last?.at ?? event.getTs(), begins: { sender, said: textPreviewOf(contentOf(event)) } },
    ];
  }

  #repliesIn(room: Room): ReadonlyMap<string, readonly MatrixEvent[]> {
    const replies = new Map<string, MatrixEvent[]>();
    for (const event of [...room.getLiveTimeline().getEvents(), ...room.getPendingEvents()]) {
      const root = this.rootOf(event);
      if (root === undefined || !isMessage(event)) continue;
      const known = replies.get(root);
      if (known === undefined) replies.set(root, [event]);
      else known.push(event);
    }
    return replies;
  }

  #latestOf(raw: unknown): MatrixEvent {
    const id = textIn(raw, "event_id");
    const event = this.#latest.get(id) ?? this.#readable(raw);
    this.#latest.set(id, event);
    return event;
  }

  #readable(raw: unknown): MatrixEvent {
    const event = this.#client.getEventMapper({ decrypt: false })({ ...Object(raw), room_id: this.roomId });
    void this.#client.decryptEventIfNeeded(event).then(this.#refresh);
    return event;
  }
}

/** `GET /rooms/{roomId}/threads`. The SDK's own request asks elsewhere when the app was started without a network. */
async function askThreads(client: MatrixClient, roomId: string, from: string | undefined): Promise<unknown> {
  const query = { limit: String(PAGE), ...(from === undefined ? {} : { from }) };
  const path = `/rooms/${encodeURIComponent(roomId)}/threads`;
  return await client.http.authedRequest<unknown>(Method.Get, path, query, undefined, { prefix: ClientPrefix.V1 });
}
