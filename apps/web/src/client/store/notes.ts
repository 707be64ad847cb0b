import { Model } from "../view-model.ts";
import type { Journal } from "./journal.ts";
import type { SealedDb } from "./sealed-db.ts";

/** Whether everything that somebody wrote and did not send yet outlives this page. */
export interface NotesState {
  /** The device has no space: something lives as long as the page only. */
  readonly isFull: boolean;
  /** Something lives as long as the page only, for want of space or because it may not be kept here. */
  readonly hasLoose: boolean;
}

/** Something that is kept, in the order of its last change. */
export interface Note {
  readonly key: string;
  readonly value: unknown;
}

/** Changes come in bursts; a burst goes to the database at once. Until then the journal has them. */
const GATHER_MS = 300;
const AGAIN_MS = 5000;
const ALL_KEPT: NotesState = { isFull: false, hasLoose: false };

/** The name of something that belongs to a room. */
export function noteKey(kind: string, roomId: string, id = ""): string {
  return `${kind} ${roomId} ${id}`;
}

/** The room that something belongs to; undefined when it belongs to none. */
export function roomOfNote(key: string): string | undefined {
  const [, roomId = ""] = key.split(" ", 2);
  return roomId.startsWith("!") ? roomId : undefined;
}

/**
 * What somebody wrote and the server does not have: drafts, messages that wait. It lies on the device encrypted. A change is kept
 * when `put` returns, by the journal; the database takes it over soon after. What may not be kept here, or for which there is no
 * space, lives in memory, and the snapshot says so.
 */
export class Notes extends Model<NotesState> {
  #db: SealedDb;
  #journal: Journal;
  #keeps: (roomId: string) => boolean = () => true;
  #values = new Map<string, { readonly value: unknown; readonly turn: number }>();
  #turn = 0;
  /** Changed since the database last took it over; with the turn of the change. */
  #dirty = new Map<string, number>();
  /** Where the journal has something, by the key. */
  #written = new Map<string, { readonly name: string; readonly turn: number }[]>();
  /** Not in the journal, for want of space, and the database has yet to answer. */
  #unsafe = new Set<string>();
  /** Kept nowhere: neither journal nor database had space. */
  #homeless = new Set<string>();
  /** Whether something of a room was kept when that was last looked at. */
  #kept = new Map<string, boolean>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isClosed = false;

  private constructor(db: SealedDb, journal: Journal) {
    super(ALL_KEPT);
    this.#db = db;
    this.#journal = journal;
  }

  /** Reads what is kept. */
  static async open(db: SealedDb, journal: Journal): Promise<Notes> {
    const notes = new Notes(db, journal);
    for (const [key, kept] of await db.all("")) {
      const { turn, value } = Object(kept);
      if (typeof turn === "number") notes.#take(key, turn, value);
    }
    for (const [name, { key, turn, value }] of journal.read()) {
      notes.#written.set(key, [...(notes.#written.get(key) ?? []), { name, turn }]);
      notes.#take(key, turn, value);
      notes.#dirty.set(key, notes.#values.get(key)?.turn ?? turn);
    }
    for (const [key, { value }] of notes.#values) if (value === undefined) notes.#values.delete(key);
    notes.#plan(GATHER_MS);
    return notes;
  }

  #take(key: string, turn: number, value: unknown): void {
    this.#turn = Math.max(this.#turn, turn);
    if ((this.#values.get(key)?.turn ?? -1) <= turn) this.#values.set(key, { value, turn });
  }

  get(key: string): unknown {
    return this.#values.get(key)?.value;
  }

  /** Everything of a kind, the earliest change first. */
  all(kind: string): readonly Note[] {
    return [...this.#values]
      .filter(([key]) => key.startsWith(`${kind} `))
      .toSorted(([, left], [, right]) => left.turn - right.turn)
      .map(([key, { value }]) => ({ key, value }));
  }

  /** Keeps a value of JSON. When this returns neither a reload nor a closed tab loses it. */
  put(key: string, value: unknown): void {
    this.#change(key, value);
  }

  remove(key: string): void {
    if (this.#values.has(key)) this.#change(key, undefined);
  }

  /** Whether what belongs to a room outlives the page. */
  keeps(roomId: string): boolean {
    return this.#keeps(roomId);
  }

  /** Says of which rooms something may be kept on this device. To be called again when that has changed; what may not stay is deleted. */
  keepOnly(keeps: (roomId: string) => boolean): void {
    this.#keeps = keeps;
    const before = new Map(this.#kept);
    for (const [key, { turn }] of this.#values) {
      const roomId = roomOfNote(key);
      if (roomId === undefined) continue;
      const isKept = keeps(roomId);
      if (isKept === (before.get(roomId) ?? true)) continue;
      this.#kept.set(roomId, isKept);
      if (!isKept) this.#strike(key, turn);
      this.#dirty.set(key, turn);
    }
    this.#say();
    void this.flush();
  }

  /** Hands everything to the database now; resolves when it has it, or has no space for it. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#commit());
    return this.#writing;
  }

  /** Writes nothing more; the journal has what the database does not. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    this.#db.close();
  }

  /** Deletes everything, when the account leaves this device. */
  async destroy(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#journal.clear();
    this.#values.clear();
    this.set(ALL_KEPT);
    await this.#writing;
    await this.#db.destroy();
  }

  #mayKeep(key: string): boolean {
    const roomId = roomOfNote(key);
    return roomId === undefined || this.#keeps(roomId);
  }

  #change(key: string, value: unknown): void {
    this.#turn += 1;
    const turn = this.#turn;
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, { value, turn });
    if (this.#isClosed) return;
    this.#dirty.set(key, turn);
    this.#unsafe.delete(key);
    this.#homeless.delete(key);
    const roomId = roomOfNote(key);
    if (roomId !== undefined) this.#kept.set(roomId, this.#keeps(roomId));
    if (this.#mayKeep(key)) this.#write(key, turn, value);
    this.#say();
    this.#plan(this.#unsafe.size > 0 ? 0 : GATHER_MS);
  }

  #write(key: string, turn: number, value: unknown): void {
    const name = this.#journal.write({ key, turn, value });
    if (name === undefined) {
      // What was written before stays until there is something later. Without word that it is gone, something is there again at worst.
      if (value !== undefined) this.#unsafe.add(key);
      return;
    }
    this.#strike(key, turn - 1);
    this.#written.set(key, [{ name, turn }]);
  }

  /** Strikes out of the journal what is not later than a turn. */
  #strike(key: string, turn: number): void {
    const written = this.#written.get(key) ?? [];
    for (const one of written) if (one.turn <= turn) this.#journal.strike(one.name);
    const left = written.filter((one) => one.turn > turn);
    if (left.length === 0) this.#written.delete(key);
    else this.#written.set(key, left);
  }

  #plan(ms: number): void {
    if (this.#dirty.size > 0 && !this.#isClosed) this.#timer ??= setTimeout(() => void this.flush(), ms);
  }

  async #commit(): Promise<void> {
    if (this.#dirty.size === 0 || this.#isClosed) return;
    const changed = [...this.#dirty.keys()];
    const isDone = await this.#store(changed);
    if (!isDone) {
      // Perhaps too much for one transaction: what makes space goes first, then each for itself.
      await this.#store(changed.filter((key) => !this.#values.has(key)));
      for (const key of changed) if (this.#values.has(key) && !(await this.#store([key]))) this.#lose(key);
    }
    this.#say();
    this.#plan(isDone ? GATHER_MS : AGAIN_MS);
  }

  /** The database did not take something; what the journal has is not lost. */
  #lose(key: string): void {
    if (this.#unsafe.delete(key)) this.#homeless.add(key);
  }

  /** One transaction of how things are now; false when the device refused it. */
  async #store(keys: readonly string[]): Promise<boolean> {
    const put = new Map<string, unknown>();
    const remove: string[] = [];
    const turns = new Map<string, number>();
    for (const key of keys) {
      const turn = this.#dirty.get(key);
      if (turn === undefined) continue;
      turns.set(key, turn);
      const now = this.#values.get(key);
      if (now === undefined || !this.#mayKeep(key)) remove.push(key);
      else put.set(key, { turn, value: now.value });
    }
    try {
      await this.#db.commit({ put, remove });
    } catch {
      return false;
    }
    for (const [key, turn] of turns) {
      this.#strike(key, turn);
      if (this.#dirty.get(key) !== turn) continue;
      this.#dirty.delete(key);
      this.#unsafe.delete(key);
      this.#homeless.delete(key);
    }
    return true;
  }

  #say(): void {
    const isFull = this.#homeless.size > 0;
    const hasLoose = isFull || this.#unsafe.size > 0 || [...this.#values.keys()].some((key) => !this.#mayKeep(key));
    const now = this.snapshot();
    if (now.isFull !== isFull || now.hasLoose !== hasLoose) this.set({ isFull, hasLoose });
  }
}
