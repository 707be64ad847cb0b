import type { GuardPolicy } from "@causeway/contract";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Connection, readHeard, type ConnectionParts, type SocketEvents } from "./connection.ts";

/** A socket in memory. */
interface FakeSocket {
  readonly events: SocketEvents;
  readonly said: Record<string, unknown>[];
  isClosed: boolean;
}

const POLICY: GuardPolicy = { type: "policy", signed: "{}", signatures: { k: "s" } };

function world(more: Partial<ConnectionParts> = {}) {
  const sockets: FakeSocket[] = [];
  const refused: string[] = [];
  let [timers, next]: [{ id: number; at: number; work: () => void }[], number] = [[], 0];
  let now = 0;
  const connection = new Connection({
    open: (events) => {
      const socket: FakeSocket = { events, said: [], isClosed: false };
      sockets.push(socket);
      return { send: (text) => void socket.said.push(JSON.parse(text)), close: () => void (socket.isClosed = true) };
    },
    identity: () => Promise.resolve({ ticket: "t.1", machineToken: undefined }),
    base: () => Promise.resolve("hash"),
    receive: () => Promise.resolve({ version: 3, proof: undefined }),
    refused: (what) => {
      refused.push(what);
      return Promise.resolve();
    },
    later: (work, ms) => {
      const id = next++;
      timers.push({ id, at: now + ms, work });
      return () => (timers = timers.filter((timer) => timer.id !== id));
    },
    pingMs: 20_000,
    ...more,
  });
  return {
    connection,
    sockets,
    refused,
    /** Lets time pass, with all that is due in it. */
    async pass(ms: number): Promise<void> {
      const end = now + ms;
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).toSorted((left, right) => left.at - right.at)[0];
        if (due === undefined) break;
        timers = timers.filter((timer) => timer !== due);
        now = due.at;
        due.work();
        await settle();
      }
      now = end;
    },
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function open(socket: FakeSocket | undefined): Promise<FakeSocket> {
  assert.ok(socket);
  socket.events.opened();
  await settle();
  return socket;
}

describe("a guard's connection", () => {
  test("says who and what this is, tells what it obeys, and pings every 20 seconds", async () => {
    const here = world();
    here.connection.start();
    here.connection.start();
    assert.equal(here.sockets.length, 1);
    const socket = await open(here.sockets[0]);
    assert.deepEqual(socket.said, [{ type: "hello", protocol: 1, ticket: "t.1", base: "hash" }]);
    assert.equal(here.connection.isOpen, true);
    socket.events.heard(JSON.stringify(POLICY));
    await settle();
    assert.deepEqual(socket.said.at(-1), { type: "obeys", version: 3 });
    for (let count = 0; count < 5; count += 1) {
      await here.pass(20_000);
      assert.deepEqual(socket.said.at(-1), { type: "ping" });
      socket.events.heard('{"type":"pong"}');
      await settle();
    }
    assert.equal(socket.said.filter(({ type }) => type === "ping").length, 5);
  });

  test("a server that answers no ping is left for another try; tries become rarer, and are never given up", async () => {
    const here = world();
    here.connection.start();
    const socket = await open(here.sockets[0]);
    await here.pass(61_000);
    assert.equal(socket.isClosed, true);
    assert.equal(here.connection.isOpen, false);
    for (let count = 0; count < 20; count += 1) {
      const before = here.sockets.length;
      here.sockets.at(-1)?.events.lost();
      await here.pass(45_000);
      assert.ok(here.sockets.length > before, "within 45 seconds");
    }
    await open(here.sockets.at(-1));
    here.sockets.at(-1)?.events.heard(JSON.stringify(POLICY));
    await settle();
    const tries = here.sockets.length;
    here.sockets.at(-1)?.events.lost();
    await here.pass(1500);
    assert.equal(here.sockets.length, tries + 1, "soon again after it had worked");
  });

  test("a base that is of no use is asked for whole, once; a policy that is not taken is not obeyed", async () => {
    const here = world({ receive: () => Promise.resolve({ fault: "no-base" }) });
    here.connection.start();
    const socket = await open(here.sockets[0]);
    socket.events.heard(JSON.stringify(POLICY));
    await settle();
    assert.deepEqual(socket.said.slice(1), [{ type: "hello", protocol: 1, ticket: "t.1" }]);
    socket.events.heard(JSON.stringify({ ...POLICY, base: "{}" }));
    await settle();
    assert.equal(socket.said.length, 2);
  });

  test("what a refused ticket or an old socket says changes nothing more", async () => {
    const here = world();
    here.connection.start();
    const socket = await open(here.sockets[0]);
    socket.events.heard('{"type":"refused","what":"ticket"}');
    await settle();
    assert.deepEqual(here.refused, ["ticket"]);
    here.connection.again();
    assert.equal(socket.isClosed, true);
    socket.events.heard(JSON.stringify(POLICY));
    socket.events.lost();
    await settle();
    assert.equal(socket.said.filter(({ type }) => type === "obeys").length, 0);
    assert.equal(here.sockets.length, 2);
  });

  test("nonsense is not heard", () => {
    for (const text of [
      "",
      "{",
      "null",
      "5",
      '{"type":"policy"}',
      '{"type":"refused","what":"me"}',
      '{"type":"open"}',
      undefined,
      5,
    ])
      assert.equal(readHeard(text), undefined);
    const read = readHeard('{"type":"policy","signed":"x","signatures":{"a":"b","c":5},"base":7}');
    assert.deepEqual(read, { type: "policy", signed: "x", signatures: { a: "b" } });
  });
});
