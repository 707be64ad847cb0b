import { Direction, TimelineWindow, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";

/** How many events one step brings. */
const PAGE = 50;
/** How many events a room shows when it is opened. */
const FIRST = 60;
/** The most events that the screen's side holds; what falls off at one end comes again when it is scrolled to. */
const MOST = 2000;

/** What a timeline shows of a history, and how it gets more of it. */
export interface HistoryWindow {
  /** The oldest first. */
  readonly events: readonly MatrixEvent[];
  readonly hasOlder: boolean;
  /** Whether there is something newer than the window's end. */
  readonly hasNewer: boolean;
  /** Whether the room's newest events are on another timeline by now: there was a gap while nobody looked. */
  readonly isLeftBehind: boolean;
  older(): Promise<void>;
  newer(): Promise<void>;
  /** Takes in what has arrived, when the window ends at the newest event. */
  extend(): Promise<void>;
  /** An event that the window has, or the room it is of. */
  find(id: string): MatrixEvent | undefined;
}

/** A part of a room's history: it ends at the newest event and grows with it, or stands somewhere in the past. */
export class EventWindow implements HistoryWindow {
  #room: Room;
  #window: TimelineWindow;
  #followsEnd: boolean;

  private constructor(room: Room, window: TimelineWindow, followsEnd: boolean) {
    this.#room = room;
    this.#window = window;
    this.#followsEnd = followsEnd;
  }

  /** Opens a room at its newest event, or around the one that is named. */
  static async open(client: MatrixClient, room: Room, at?: string): Promise<EventWindow> {
    const window = new TimelineWindow(client, room.getUnfilteredTimelineSet(), { windowLimit: MOST });
    await window.load(at, FIRST);
    const opened = new EventWindow(room, window, at === undefined);
    if (at !== undefined) opened.#followsEnd = !window.canPaginate(Direction.Forward);
    return opened;
  }

  get events(): readonly MatrixEvent[] {
    return this.#window.getEvents();
  }

  get isLeftBehind(): boolean {
    const end = this.#window.getTimelineIndex(Direction.Forward);
    return this.#followsEnd && end?.timeline !== this.#room.getLiveTimeline();
  }

  get hasOlder(): boolean {
    return this.#window.canPaginate(Direction.Backward);
  }

  get hasNewer(): boolean {
    return !this.#followsEnd;
  }

  async older(): Promise<void> {
    const last = this.events.at(-1);
    await this.#window.paginate(Direction.Backward, PAGE);
    if (this.events.at(-1) !== last) this.#followsEnd = false;
  }

  async newer(): Promise<void> {
    if (this.#followsEnd) return;
    const found = await this.#window.paginate(Direction.Forward, PAGE);
    if (!found || !this.#window.canPaginate(Direction.Forward)) this.#followsEnd = true;
  }

  find(id: string): MatrixEvent | undefined {
    return this.#room.findEventById(id);
  }

  async extend(): Promise<void> {
    if (!this.#followsEnd) return;
    while (this.#window.canPaginate(Direction.Forward)) {
      if (!(await this.#window.paginate(Direction.Forward, PAGE, false))) return;
    }
  }
}
