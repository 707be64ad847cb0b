import assert from "node:assert/strict";
import { test } from "node:test";
import { startServer, type TestServer } from "../server.ts";
import { kills } from "./settings.ts";

interface Sender {
  readonly token: string;
  /** Event ids by transaction id, as they were acknowledged, in order. */
  readonly acknowledged: Map<string, string>;
}

async function call(
  server: TestServer,
  method: string,
  path: string,
  options: { readonly token?: string; readonly body?: object },
): Promise<Response> {
  return await fetch(`${server.url}/_matrix/client/v3${path}`, {
    method,
    headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
}

async function member(answer: Response, name: string): Promise<string> {
  const body: Record<string, unknown> = { ...((await answer.json()) as object) };
  assert.equal(typeof body[name], "string", JSON.stringify(body));
  return String(body[name]);
}

/** Sends until the server is gone; what it acknowledged is remembered. */
async function sendUntilGone(
  server: TestServer,
  sender: Sender,
  where: { readonly roomId: string; readonly round: number },
): Promise<void> {
  for (let count = 0; ; count += 1) {
    const txn = `r${where.round}-${count}`;
    try {
      const answer = await call(
        server,
        "PUT",
        `/rooms/${encodeURIComponent(where.roomId)}/send/m.room.message/${txn}`,
        {
          token: sender.token,
          body: { msgtype: "m.text", body: txn },
        },
      );
      sender.acknowledged.set(txn, await member(answer, "event_id"));
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return; // the server was killed
    }
  }
}

async function history(server: TestServer, sender: Sender, roomId: string): Promise<string[]> {
  const ids: string[] = [];
  let from = "";
  for (;;) {
    const answer = await call(server, "GET", `/rooms/${encodeURIComponent(roomId)}/messages?dir=f&limit=1000${from}`, {
      token: sender.token,
    });
    const page: { chunk?: { event_id: string }[]; end?: string } = Object(await answer.json());
    ids.push(...(page.chunk ?? []).map((event) => event.event_id));
    if (page.end === undefined) return ids;
    from = `&from=${page.end}`;
  }
}

/** Everything that a search finds, page by page. */
async function searched(server: TestServer, sender: Sender, term: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  const body = {
    search_categories: { room_events: { search_term: term, order_by: "recent", filter: { limit: 100 } } },
  };
  let from = "";
  for (;;) {
    const answer = await call(server, "POST", `/search${from}`, { token: sender.token, body });
    const found: {
      search_categories?: {
        room_events?: { results?: { result: { event_id: string } }[]; next_batch?: string };
      };
    } = Object(await answer.json());
    const page = found.search_categories?.room_events;
    for (const { result } of page?.results ?? []) ids.add(result.event_id);
    if (page?.next_batch === undefined) return ids;
    from = `?next_batch=${encodeURIComponent(page.next_batch)}`;
  }
}

test(`${kills} times SIGKILL under load: every acknowledged event is there, once, in order, is found by a search, and its transaction id holds`, async () => {
  await using server = await startServer();
  const senders: Sender[] = [];
  for (const name of ["amy", "ben", "cat"]) {
    const body = { username: name, password: "a long enough password", auth: { type: "m.login.dummy" } };
    senders.push({
      token: await member(await call(server, "POST", "/register", { body }), "access_token"),
      acknowledged: new Map(),
    });
  }
  const [first] = senders;
  assert.ok(first);
  const roomId = await member(
    await call(server, "POST", "/createRoom", { token: first.token, body: { preset: "public_chat" } }),
    "room_id",
  );
  for (const sender of senders)
    await call(server, "POST", `/join/${encodeURIComponent(roomId)}`, { token: sender.token, body: {} });
  for (let round = 0; round < kills; round += 1) {
    const sending = senders.map((sender) => sendUntilGone(server, sender, { roomId, round }));
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 300));
    await server.stop("SIGKILL");
    await Promise.all(sending);
    await server.start();
  }
  const ids = await history(server, first, roomId);
  assert.equal(new Set(ids).size, ids.length);
  const places = new Map(ids.map((id, index) => [id, index]));
  const indexed = await searched(server, first, "r");
  for (const sender of senders) {
    assert.deepEqual(
      [...sender.acknowledged.values()].filter((id) => !indexed.has(id)),
      [],
    );
    const found = [...sender.acknowledged.values()].map((id) => places.get(id) ?? -1);
    assert.ok(found.length > kills);
    assert.equal(found.indexOf(-1), -1);
    assert.deepEqual(
      found,
      found.toSorted((left, right) => left - right),
    );
    const [txn, id] = [...sender.acknowledged].at(-1) ?? ["", ""];
    const again = await call(server, "PUT", `/rooms/${encodeURIComponent(roomId)}/send/m.room.message/${txn}`, {
      token: sender.token,
      body: {},
    });
    assert.equal(await member(again, "event_id"), id);
  }
});
