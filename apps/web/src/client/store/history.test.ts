import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { IRooms } from "matrix-js-sdk/lib/sync-accumulator.js";
import { History, HISTORY, type Fetched } from "./history.ts";
import { changeIn, type KeptEvent } from "./kept-events.ts";
import { LiveRoom } from "./live-room.ts";
import { memoryDb } from "./memory-db.ts";
import { withOneRoom } from "./sync-pages.ts";

const ROOM = "!room:test";
/** A sync that would bring more than this leaves out what is older. */
const SYNC_LIMIT = 20;
const PAGE = 7;

/** A server with one room, whose events are numbered from 1; a token is the number of the event that it stands behind. */
class Server {
  readonly events: KeptEvent[] = [];

  say(count: number): void {
    for (let more = 0; more < count; more += 1)
      this.#add("m.room.message", { body: `words ${this.events.length + 1}` });
  }

  edit(number: number): void {
    const target = this.#message(number);
    if (target === undefined || target.unsigned !== undefined) return;
    const content = { "m.relates_to": { rel_type: "m.replace", event_id: target.event_id }, body: "edited" };
    this.#put({ ...target, unsigned: { "m.relations": { "m.replace": this.#add("m.room.message", content) } } });
  }

  redact(number: number): void {
    const target = this.#message(number);
    if (target === undefined) return;
    const because = { ...this.#add("m.room.redaction", { redacts: target.event_id }), unsigned: {} };
    this.#put({ ...target, content: {}, unsigned: { redacted_because: because } });
  }

  #add(type: string, content: object): KeptEvent {
    const number = this.events.length + 1;
    const event: KeptEvent = {
      ...{ event_id: `$${number}`, type, sender: "@amy:test", origin_server_ts: number, content },
    };
    this.events.push(event);
    return event;
  }

  #message(number: number): KeptEvent | undefined {
    const found = this.events[number % Math.max(1, this.events.length)];
    return found?.type === "m.room.message" ? found : undefined;
  }

  #put(event: KeptEvent): void {
    this.events[Number(event.event_id.slice(1)) - 1] = event;
  }

  sync(since: number): { readonly rooms: IRooms; readonly next: number } {
    const next = this.events.length;
    const limited = next - since > SYNC_LIMIT;
    const from = limited ? next - SYNC_LIMIT : since;
    const { rooms } = withOneRoom("");
    const events = structuredClone(this.events.slice(from));
    const room = {
      timeline: { events, limited, prev_batch: `t${from}` },
      state: { events: [] },
      ...{ ephemeral: { events: [] }, account_data: { events: [] }, unread_notifications: {}, summary: {} },
    };
    Object.assign(rooms.join, events.length === 0 ? {} : { [ROOM]: room });
    return { rooms, next };
  }

  messages(token: string): Fetched {
    const from = Number(token.slice(1));
    const to = Math.max(0, from - PAGE);
    const chunk = structuredClone(this.events.slice(to, from).toReversed());
    return { start: token, chunk, ...(from - to < PAGE ? {} : { end: `t${to}` }) };
  }
}

/** A device that is told by the server, and keeps what it is told. */
class Device {
  readonly #server: Server;
  readonly db = memoryDb();
  readonly #mostBytes: number;
  position = 0;
  room = new LiveRoom(ROOM);
  history: History;
  /** Where the SDK's live timeline began at the last start. */
  #token: string | undefined;

  constructor(server: Server, mostBytes = Number.MAX_SAFE_INTEGER) {
    this.#server = server;
    this.#mostBytes = mostBytes;
    this.history = this.#open();
  }

  #open(): History {
    return new History({
      ...{ read: (key: string) => this.db.get(key), changed: () => undefined, now: () => this.#clock },
      mostBytes: this.#mostBytes,
    });
  }

  #clock = 1;

  sync(): void {
    const head = this.position;
    const { rooms, next } = this.#server.sync(head);
    this.position = next;
    if (rooms.join[ROOM] === undefined) return;
    const moved = this.room.take({ ...withOneRoom(`t${next}`), rooms }, head === 0 ? undefined : `t${head}`);
    if (moved.gap !== undefined) {
      this.history.gap(ROOM, moved.gap);
      this.#token = undefined;
    }
    if (moved.shed !== undefined) this.history.shed(ROOM, moved.shed);
    this.history.change(ROOM, moved.changes);
    // The SDK's timeline of this run of the client goes on from where it began.
    this.#token ??= this.room.live.token;
  }

  async write(): Promise<void> {
    await settled(this.history);
    const history = this.history.take();
    const put = new Map([...history.put, ["room", this.room.json()] as const, ["at", this.position] as const]);
    await this.db.commit({ put, remove: history.remove });
    this.history.written();
  }

  /** Begins anew with what was written. */
  async restart(): Promise<void> {
    this.room = new LiveRoom(ROOM);
    this.history = this.#open();
    this.position = Number((await this.db.get("at")) ?? 0);
    const room = this.db.kept.get("room");
    if (room !== undefined) this.room.load(room, `t${this.position}`);
    this.history.load(await this.db.get(HISTORY));
    this.#token = this.room.live.token;
  }

  /** What the timeline shows when it is scrolled back over so many pages, from the oldest to the newest. */
  async scroll(pages: number, from: { readonly isOnline: boolean }): Promise<readonly KeptEvent[]> {
    this.#clock += 1;
    const live = this.room.live.events;
    const start = this.#token ?? "t0";
    // What has come since the client started is in its timeline, though it may be history on the disk.
    const shown: KeptEvent[] = this.#server.events.slice(Number(start.slice(1)), this.position).toReversed();
    assert.ok(shown.length >= live.length);
    const older: KeptEvent[] = [];
    for (let page = 0, token: string | undefined = start; page < pages && token !== undefined; page += 1) {
      const found: Fetched | undefined =
        (await this.history.find(ROOM, token, true)) ?? (from.isOnline ? await this.#fetch(token) : undefined);
      if (found === undefined) break;
      assert.ok(found.chunk.length > 0 || found.end === undefined, "a page with a next one is not empty");
      older.push(...found.chunk);
      token = found.end;
    }
    return older.map((event, at) => {
      assert.equal(event.event_id, `$${Number(start.slice(1)) - at}`, "the event just before the one above it");
      return event;
    });
  }

  async #fetch(token: string): Promise<Fetched> {
    const asked = { token, live: this.room.live.token, isRead: true };
    return await this.history.keep(ROOM, this.#server.messages(token), asked);
  }
}

/** All that was begun, and what that began. */
async function settled(history: History): Promise<void> {
  for (let turn = 0; turn < 300; turn += 1) await history.settled();
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("say" as const), count: fc.integer({ min: 1, max: 45 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("sync" as const), count: fc.constant(0) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("scroll" as const), count: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("restart" as const), count: fc.constant(0) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), count: fc.constant(0) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("redact" as const), count: fc.integer({ min: 1, max: 400 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("edit" as const), count: fc.integer({ min: 1, max: 400 }) }) },
);

test("what is scrolled back to is the history itself, whatever was missed, deleted, dropped or lost in a crash", async () => {
  const scenario = fc.record({
    steps: fc.array(step, { minLength: 5, maxLength: 40 }),
    mostBytes: fc.constantFrom(2000, 20_000, Number.MAX_SAFE_INTEGER),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ steps, mostBytes }) => {
      const server = new Server();
      const device = new Device(server, mostBytes);
      for (const { kind, count } of steps) {
        if (kind === "say") server.say(count);
        else if (kind === "edit") server.edit(count);
        else if (kind === "redact") server.redact(count);
        else if (kind === "sync") device.sync();
        else if (kind === "scroll") follows(server, device, await device.scroll(count, { isOnline: true }));
        else {
          if (kind === "restart") await device.write();
          await device.restart();
        }
      }
      follows(server, device, await device.scroll(100, { isOnline: false }));
      const all = await device.scroll(100, { isOnline: true });
      follows(server, device, all);
      assert.equal(all.at(-1)?.event_id ?? "$1", "$1", "it goes back to the first event");
      await device.write();
      const pages = [...device.db.kept].filter(([key]) => key.startsWith("history page "));
      const bytes = pages.reduce((sum, [, value]) => sum + value.length, 0);
      assert.ok(bytes <= mostBytes, `${bytes} bytes of ${mostBytes}`);
    }),
    { numRuns: 150 },
  );
});

test("a deletion that overtakes the answer with the message deletes it all the same", async () => {
  const server = new Server();
  server.say(60);
  const device = new Device(server);
  device.sync();
  const live = device.room.live.token;
  assert.ok(live !== undefined);
  const onItsWay = server.messages(live);
  server.redact(Number(live.slice(1)) - 3);
  device.sync();
  await device.history.keep(ROOM, onItsWay, { token: live, live, isRead: true });
  follows(server, device, await device.scroll(3, { isOnline: false }));
});

test("of a room that was left nothing stays, and nothing that arrives late comes back", async () => {
  const server = new Server();
  server.say(90);
  const device = new Device(server);
  device.sync();
  await device.scroll(5, { isOnline: true });
  await device.write();
  assert.ok([...device.db.kept.keys()].some((key) => key.startsWith("history page ")));
  const late = server.messages("t10");
  device.history.forget(ROOM);
  await device.history.keep(ROOM, late, { token: "t10", live: undefined, isRead: true });
  await device.write();
  assert.deepEqual(
    [...device.db.kept.keys()].filter((key) => key.startsWith("history page ")),
    [],
  );
  assert.equal(device.db.kept.get(HISTORY)?.includes(ROOM), false);
});

test("without space for what is new the pages that were read longest ago go, until it fits", async () => {
  const server = new Server();
  server.say(400);
  const device = new Device(server);
  device.sync();
  await device.scroll(40, { isOnline: true });
  const change = device.history.take();
  device.history.giveBack(change, true);
  const again = device.history.take();
  const pages = (of: typeof change): number => [...of.put.keys()].filter((key) => key !== HISTORY).length;
  assert.ok(pages(again) > 0 && pages(again) <= pages(change) / 2 + 1, `${pages(again)} of ${pages(change)}`);
  const index = JSON.parse(JSON.stringify(again.put.get(HISTORY)));
  assert.equal(index.rooms[ROOM].flat().length, pages(again), "and the list of them agrees");
});

/** Nothing that this device was told is deleted is shown, and an edit that it was told of is. */
function follows(server: Server, device: Device, shown: readonly KeptEvent[]): void {
  const changes = server.events.flatMap((event, at) => {
    const change = changeIn(event);
    return change === undefined ? [] : [{ ...change, isTold: at < device.position }];
  });
  const deleted = changes.filter(({ kind }) => kind === "redaction");
  for (const event of shown) {
    const { event_id: id, content, unsigned } = event;
    const deletion = deleted.find(({ target }) => target === id);
    if (deletion?.isTold === true) assert.deepEqual(content, {}, `${id} is deleted`);
    if (deletion === undefined) assert.notDeepEqual(content, {}, `${id} is not deleted`);
    // An edit that was deleted in turn is no longer what the message says.
    const edits = changes.filter(
      ({ target, kind, by }) => target === id && kind === "edit" && by.content["body"] !== undefined,
    );
    if (deletion === undefined && edits.some(({ isTold }) => isTold))
      assert.ok(unsigned?.["m.relations"]?.["m.replace"] !== undefined, `${id} is edited`);
  }
}
