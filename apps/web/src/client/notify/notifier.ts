import { KnownMembership, type MatrixClient, type Room } from "matrix-js-sdk";
import type { Said } from "../../i18n/i18n.ts";
import { personIn, plainName, withoutTricks } from "../people.ts";
import type { Preferences } from "../preferences.ts";
import { labelOf, type Label } from "../rooms/label.ts";
import { directRooms, hasExternals } from "../rooms/room-item.ts";
import { previewOf } from "../timeline/preview.ts";
import { Model, type ViewModel } from "../view-model.ts";
import { Chime } from "./chime.ts";
import { placesFor, wordsFor, type Sayable } from "./decide.ts";
import { Desktop } from "./desktop.ts";
import { NewsReader, type News } from "./news.ts";

/** News of a room as the app shows it. */
export interface Toast {
  readonly roomId: string;
  /** None for an invitation. */
  readonly eventId: string | undefined;
  readonly roomName: string;
  readonly label: Label;
  readonly isExternal: boolean;
  readonly preview: Said;
  readonly isMention: boolean;
  /** How many messages of the room it stands for. */
  readonly count: number;
}

/** More rooms at once are left to the list. */
const MOST_TOASTS = 3;

/** Tells of news: in the app, on the desktop, by a sound. */
export class Notifier extends Model<readonly Toast[]> {
  readonly desktop = new Desktop();
  #client: MatrixClient;
  #preferences: ViewModel<Preferences>;
  #isQuiet: () => boolean;
  #reader: NewsReader;
  #chime = new Chime();
  #openRoom: string | undefined;
  #say: ((said: Said) => string) | undefined;
  /** The newest message of each room that was told of. */
  #told = new Map<string, string>();

  constructor(
    client: MatrixClient,
    parts: { readonly preferences: ViewModel<Preferences>; readonly isQuiet: () => boolean },
  ) {
    super([]);
    this.#client = client;
    this.#preferences = parts.preferences;
    this.#isQuiet = parts.isQuiet;
    this.#reader = new NewsReader(client, { tell: (news) => this.#tell(news), read: (...done) => this.#read(...done) });
  }

  /** In which language notifications outside of the app speak. */
  speaks(say: (said: Said) => string): void {
    this.#say = say;
  }

  /** Which room is open; what was told of it goes. */
  looksAt(roomId: string | undefined): void {
    this.#openRoom = roomId;
    if (roomId !== undefined) this.dismiss(roomId);
  }

  /** Takes a toast away. */
  dismiss(roomId: string): void {
    if (this.snapshot().some((toast) => toast.roomId === roomId))
      this.set(this.snapshot().filter((toast) => toast.roomId !== roomId));
  }

  #tell(news: News): void {
    const { sound, desktop } = this.#preferences.snapshot();
    const places = placesFor({
      isQuiet: this.#isQuiet(),
      isOpen: news.room.roomId === this.#openRoom,
      isVisible: document.visibilityState === "visible",
      hasFocus: document.hasFocus(),
      desktop,
      sound,
    });
    const id = news.event?.getId();
    if (id !== undefined && (places.toast || places.desktop)) this.#told.set(news.room.roomId, id);
    if (places.toast) this.#toast(news);
    if (places.desktop) void this.#showOutside(news);
    if (places.sound) void this.#chime.play();
  }

  #toast(news: News): void {
    const { roomId } = news.room;
    const before = this.snapshot().find((toast) => toast.roomId === roomId);
    const { label, roomName, isExternal, preview, isMention } = this.#sayable(news);
    const toast: Toast = {
      ...{ roomId, eventId: news.event?.getId(), label, roomName, isExternal, preview },
      isMention: isMention || before?.isMention === true,
      count: (before?.count ?? 0) + 1,
    };
    const others = this.snapshot().filter((one) => one !== before);
    this.set([...others, toast].slice(-MOST_TOASTS));
  }

  async #showOutside(news: News): Promise<void> {
    const words = this.#words(news);
    if (words === undefined) return;
    const { locale } = this.#preferences.snapshot();
    const { roomId } = news.room;
    await this.desktop.show({ roomId, eventId: news.event?.getId(), ...words, lang: locale }).catch(() => undefined);
  }

  #words(news: News): { readonly title: string; readonly body: string } | undefined {
    const say = this.#say;
    if (say === undefined) return undefined;
    const { title, body } = wordsFor(this.#sayable(news), this.#preferences.snapshot().showWords);
    return { title: withoutTricks(say(title)), body: withoutTricks(say(body)) };
  }

  #sayable({ room, event, isMention }: News): Sayable {
    const client = this.#client;
    const isInvitation = room.getMyMembership() === KnownMembership.Invite;
    const inviter = room.getMember(client.getSafeUserId())?.events.member?.getSender();
    const sender = event?.getSender() ?? inviter ?? "";
    const senderName = personIn(client, room, sender).name;
    const invited: Said = { key: "notify.invited", values: { name: senderName } };
    const generic: Said = { key: "notify.messageBy", values: { name: senderName } };
    return {
      label: labelOf(room),
      roomName: plainName(room.name) || room.roomId,
      isDirect: directRooms(client).has(room.roomId),
      isExternal: hasExternals(client, room),
      senderName,
      isMention,
      preview: event === undefined ? (isInvitation ? invited : generic) : previewOf(client, room, event),
    };
  }

  /** Read here or on another device, withdrawn, or left: what was told of the room goes. */
  #read(room: Room, upTo: readonly string[] = []): void {
    const { roomId } = room;
    if (room.getMyMembership() === KnownMembership.Join && !this.#isDone(room, upTo)) return;
    this.#told.delete(roomId);
    this.dismiss(roomId);
    void this.desktop.close(roomId).catch(() => undefined);
  }

  /** Whether what was told last of a room is read or withdrawn; an earlier page may have told what this one does not know. */
  #isDone(room: Room, upTo: readonly string[]): boolean {
    const id = this.#told.get(room.roomId) ?? room.getLastLiveEvent()?.getId();
    // In a thread a receipt says nothing of the room.
    if (id === undefined || upTo.includes(id) || room.findEventById(id)?.isRedacted() === true) return true;
    return room.hasUserReadEvent(this.#client.getSafeUserId(), id);
  }

  /** What the service worker is to show of a push: nothing where it was read, and undefined where the app knows no better than it. */
  answerPush(roomId: string, eventId: string): { readonly title: string; readonly body: string } | "read" | undefined {
    const room = this.#client.getRoom(roomId);
    if (room === null) return undefined;
    if (room.getMyMembership() === KnownMembership.Join && room.hasUserReadEvent(this.#client.getSafeUserId(), eventId))
      return "read";
    const event = room.findEventById(eventId);
    const isMention = event !== undefined && this.#client.getPushActionsForEvent(event)?.tweaks.highlight === true;
    return this.#words({ room, isMention, ...(event === undefined ? {} : { event }) });
  }

  /** Hears nothing more; what stands on the desktop stays. */
  stop(): void {
    this.#reader.stop();
    this.#chime.close();
  }

  /** Nothing of the account stays outside of the app. */
  async forget(): Promise<void> {
    this.stop();
    this.set([]);
    await this.desktop.closeAll().catch(() => undefined);
  }
}
