import type { Clock, DeviceId, UserId } from "@causeway/base";
import type { Stream } from "@causeway/platform";
import type { AppendedEvent, Membership, Rooms, RoomNumber } from "@causeway/matrix-rooms";
import { EndedSessions } from "./ended-sessions.ts";
import { Person } from "./person.ts";
import type { AccountDatum, DeviceListChange } from "./ports.ts";
import { RecentLog } from "./recent-log.ts";
import { Waker } from "./waker.ts";

/** What the hub is made of. */
export interface HubParts {
  readonly stream: Stream;
  readonly clock: Clock;
  readonly rooms: Rooms;
  /** People who have not synced for this long are forgotten. */
  readonly forgetAfterMs: number;
}

/** Knows who syncs and what is new for them. Everything that becomes durable passes through it once. */
export class Hub {
  /** Users whose devices changed, for everybody. */
  readonly deviceLists: RecentLog<DeviceListChange>;
  #parts: HubParts;
  #people = new Map<UserId, Person>();
  #watchers = new Map<RoomNumber, Set<Person>>();
  #coming = new Map<UserId, Promise<Person>>();
  #waker: Waker;
  #ended = new EndedSessions();
  #locked = new Set<UserId>();

  constructor(parts: HubParts) {
    this.#parts = parts;
    this.#waker = new Waker();
    this.deviceLists = new RecentLog(parts.stream.head(), 5000);
  }

  /** The person, watched from now on in all their rooms. */
  async person(user: UserId): Promise<Person> {
    const known = this.#people.get(user);
    if (known !== undefined) return known;
    const coming = this.#coming.get(user) ?? this.#enter(user).finally(() => this.#coming.delete(user));
    this.#coming.set(user, coming);
    return await coming;
  }

  async #enter(user: UserId): Promise<Person> {
    const rooms = await this.#parts.rooms.membershipsOf(user);
    const person = new Person(user, this.#parts.stream.head());
    for (const membership of rooms.values()) if (membership.membership === "join") this.#watch(person, membership.room);
    this.#people.set(user, person);
    return person;
  }

  /** The people who watch a room. */
  watchers(room: RoomNumber): ReadonlySet<Person> {
    return this.#watchers.get(room) ?? NOBODY;
  }

  /** The person, when they sync. */
  known(user: UserId): Person | undefined {
    return this.#people.get(user);
  }

  #watch(person: Person, room: RoomNumber): void {
    person.watched.add(room);
    const watchers = this.#watchers.get(room);
    if (watchers === undefined) this.#watchers.set(room, new Set([person]));
    else watchers.add(person);
  }

  #unwatch(person: Person, room: RoomNumber): void {
    person.watched.delete(room);
    const watchers = this.#watchers.get(room);
    watchers?.delete(person);
    if (watchers?.size === 0) this.#watchers.delete(room);
  }

  /** Takes up events that are durable: the room is new for everybody who watches it, and for whom it is about. */
  appended(events: readonly AppendedEvent[]): void {
    for (const one of events) {
      for (const person of this.watchers(one.room.number)) this.#changed(person, one.room.number, one.event.pos);
      if (one.membership !== undefined) this.#memberChanged(one);
    }
  }

  #memberChanged(one: AppendedEvent): void {
    if (one.membership === undefined) return;
    const person = this.#people.get(one.membership.user);
    if (person === undefined) return;
    if (one.membership.after === "join") this.#watch(person, one.room.number);
    else this.#unwatch(person, one.room.number);
    this.#changed(person, one.room.number, one.event.pos);
  }

  #changed(person: Person, room: RoomNumber, pos: number): void {
    person.roomChanged(room, pos);
    this.#waker.wake(person);
  }

  /** Something durable about a room that is no event: receipts. Nobody waits for those of others, so they travel together. */
  roomChanged(room: RoomNumber, pos: number): void {
    for (const person of this.watchers(room)) {
      person.roomChanged(room, pos);
      this.#waker.wakeLater(person);
    }
  }

  /** Something durable about a room for one person only: their own read marks. */
  roomChangedFor(user: UserId, room: RoomNumber, pos: number): void {
    const person = this.#people.get(user);
    if (person !== undefined) this.#changed(person, room, pos);
  }

  /** A person's account data changed. */
  accountDataChanged(
    user: UserId,
    change: { readonly roomId: string | undefined; readonly datum: AccountDatum; readonly pos: number },
  ): void {
    const person = this.#people.get(user);
    if (person === undefined) return;
    person.accountData.push(change.pos, { roomId: change.roomId, datum: change.datum });
    this.#waker.wake(person);
  }

  /** A message to a device became durable. */
  toDevice({ user, device }: { readonly user: UserId; readonly device: DeviceId }, pos: number, text: string): void {
    const person = this.#people.get(user);
    person?.devices.get(device)?.toDevice.push(pos, { pos, text });
    if (person !== undefined) this.#waker.wake(person);
  }

  /** A device's counts of keys changed. */
  keyCountsChanged(user: UserId, device: DeviceId): void {
    const person = this.#people.get(user);
    const known = person?.devices.get(device);
    if (person === undefined || known === undefined) return;
    known.keyNews += 1;
    this.#waker.wake(person);
  }

  /** A user's keys changed: everybody who shares a room with them may need to know, or one person only. */
  deviceListChanged(change: DeviceListChange, pos: number): void {
    this.deviceLists.push(pos, change);
    const { user, onlyFor } = change;
    const person = this.#people.get(onlyFor ?? user);
    if (person !== undefined) this.#waker.wake(person);
    if (onlyFor !== undefined) return;
    const rooms = this.#parts.rooms.loadedMembershipsOf(user);
    if (rooms !== undefined) this.#wakeRooms(rooms);
    else
      void this.#parts.rooms.membershipsOf(user).then(
        (read) => this.#wakeRooms(read),
        () => undefined,
      ); // only a wake-up: the next sync asks the disk itself
  }

  #wakeRooms(rooms: ReadonlyMap<RoomNumber, Membership>): void {
    for (const membership of rooms.values()) {
      if (membership.membership === "join")
        for (const person of this.watchers(membership.room)) this.#waker.wake(person);
    }
  }

  /** Something that lives in memory only changed in a room: typing. */
  liveChanged(room: RoomNumber): void {
    for (const person of this.watchers(room)) this.#waker.wake(person);
  }

  /** Somebody came or went: those who share a room with them hear of it with the next news, or soon. */
  presenceChanged(user: UserId): void {
    for (const membership of this.#parts.rooms.loadedMembershipsOf(user)?.values() ?? []) {
      if (membership.membership !== "join") continue;
      for (const person of this.watchers(membership.room)) if (person.user !== user) this.#waker.wakeLater(person);
    }
  }

  /** Resolves at the person's next wake-up, or after `ms`, or when the signal aborts. */
  wait(person: Person, ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        person.waiters.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      person.waiters.add(done);
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  }

  /** Ends what devices wait for, when their sessions have ended. */
  sessionsEnded(user: UserId, ended: readonly { readonly device: DeviceId; readonly session: string }[]): void {
    this.#ended.add(ended.map(({ session }) => session));
    const person = this.#people.get(user);
    if (person === undefined) return;
    for (const { device } of ended) person.devices.delete(device);
    for (const waiter of [...person.waiters]) waiter();
  }

  /** Takes note that an account is locked from now on, or no more, and ends what its devices wait for. */
  accountLocked(user: UserId, isLocked: boolean): void {
    if (isLocked) this.#locked.add(user);
    else this.#locked.delete(user);
    for (const waiter of [...(this.#people.get(user)?.waiters ?? [])]) waiter();
  }

  /** Whether an account was locked since a request of it that is still under way was let in. */
  isLocked(user: UserId): boolean {
    return this.#locked.has(user);
  }

  /** Whether a session has ended since a request of it that is still under way was let in. */
  hasEnded(session: string): boolean {
    return this.#ended.has(session);
  }

  /** Forgets devices and people who have not been here for long. */
  sweep(): void {
    const before = this.#parts.clock.now() - this.#parts.forgetAfterMs;
    for (const person of this.#people.values()) {
      for (const [id, device] of person.devices)
        if (device.seenAt < before && device.waiting === 0) person.devices.delete(id);
      if (person.devices.size > 0 || person.waiters.size > 0) continue;
      for (const room of [...person.watched]) this.#unwatch(person, room);
      this.#people.delete(person.user);
    }
  }

  /** Figures for the metrics. */
  stats(): { readonly people: number; readonly waiting: number } {
    let waiting = 0;
    for (const person of this.#people.values()) waiting += person.waiters.size;
    return { people: this.#people.size, waiting };
  }
}

const NOBODY: ReadonlySet<Person> = new Set();
