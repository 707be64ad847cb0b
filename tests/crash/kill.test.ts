import assert from "node:assert/strict";
import { test } from "node:test";
import { startServer, type TestServer } from "../server.ts";
import { kills } from "./settings.ts";

interface Sender {
  readonly token: string;
  /** Event ids by transaction id, as they were acknowledged, in order. */
  readonly acknowledged: Map<string, string>;
  /** What the server was killed over: nobody knows whether it is there, so it is sent again with its transaction id. */
  unanswered: string | undefined;
}

/** A message as the history has it. */
interface Message {
  readonly event_id: string;
  readonly sender: string;
  readonly content: { readonly body?: string };
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
  const [lastTxn, lastId] = [...sender.acknowledged].at(-1) ?? [];
  const again = [lastTxn, sender.unanswered].filter((txn) => txn !== undefined);
  for (let count = 0; ; count += 1) {
    const txn = again.shift() ?? `r${where.round}-${count}`;
    try {
      const id = await sendOnce(server, sender, { roomId: where.roomId, txn });
      if (txn === lastTxn) assert.equal(id, lastId, "a transaction id holds over a kill");
      sender.acknowledged.set(txn, id);
      if (txn === sender.unanswered) sender.unanswered = undefined;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      if (!sender.acknowledged.has(txn) && sender.unanswered === undefined) sender.unanswered = txn;
      return; // the server was killed
    }
  }
}

async function sendOnce(
  server: TestServer,
  sender: Sender,
  what: { readonly roomId: string; readonly txn: string },
): Promise<string> {
  const path = `/rooms/${encodeURIComponent(what.roomId)}/send/m.room.message/${what.txn}`;
  const body = { msgtype: "m.text", body: what.txn };
  return await member(await call(server, "PUT", path, { token: sender.token, body }), "event_id");
}

async function history(server: TestServer, sender: Sender, roomId: string): Promise<readonly Message[]> {
  const messages: Message[] = [];
  let from = "";
  for (;;) {
    const answer = await call(server, "GET", `/rooms/${encodeURIComponent(roomId)}/messages?dir=f&limit=1000${from}`, {
      token: sender.token,
    });
    const page: { chunk?: Message[]; end?: string } = Object(await answer.json());
    messages.push(...(page.chunk ?? []));
    if (page.end === undefined) return messages;
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
      unanswered: undefined,
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
  for (const sender of senders) {
    const txn = sender.unanswered;
    if (txn !== undefined) sender.acknowledged.set(txn, await sendOnce(server, sender, { roomId, txn }));
  }
  const messages = await history(server, first, roomId);
  const ids = messages.map((message) => message.event_id);
  assert.equal(new Set(ids).size, ids.length);
  const places = new Map(ids.map((id, index) => [id, index]));
  const indexed = await searched(server, first, "r");
  for (const sender of senders) {
    assert.deepEqual(
      [...sender.acknowledged.values()].filter((id) => !indexed.has(id)),
      [],
    );
    // What nobody knew of is there once as well, in its place: every message, and no message twice.
    const own = [...sender.acknowledged.keys()];
    const user = `@${["amy", "ben", "cat"][senders.indexOf(sender)]}:localhost`;
    const bodies = messages.filter((one) => one.sender === user).flatMap(({ content }) => content.body ?? []);
    assert.deepEqual(bodies, own);
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
