import assert from "node:assert/strict";
import type { TestServer } from "../server.ts";
import { call, tokenOf, type Answer } from "./world.ts";

/** What `fill` has made. */
export interface Filled {
  readonly amy: string;
  readonly ben: string;
  readonly room: string;
  /** A room of version 10, where redactions are written otherwise. */
  readonly oldRoom: string;
  readonly messages: readonly string[];
  readonly reaction: string;
  readonly redacted: string;
  readonly media: string;
}

/** The body of an answer that must be a success. */
export function fine(answer: Answer): Answer["body"] {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body;
}

/** Somebody who is signed in, and the room that they write to. */
interface Writer {
  readonly server: Pick<TestServer, "url">;
  readonly token: string;
  readonly room: string;
}

/** Sends an event; gives its id. */
export async function send(writer: Writer, content: object, type = "m.room.message"): Promise<string> {
  const path = `/rooms/${encodeURIComponent(writer.room)}/send/${type}/${crypto.randomUUID()}`;
  const answer = await call(writer.server, { method: "PUT", path, token: writer.token, body: content });
  return String(fine(answer)["event_id"]);
}

/** Redacts an event. */
export async function redact(writer: Writer, event: string): Promise<void> {
  const path = `/rooms/${encodeURIComponent(writer.room)}/redact/${encodeURIComponent(event)}/${crypto.randomUUID()}`;
  fine(await call(writer.server, { method: "PUT", path, token: writer.token, body: { reason: "slip" } }));
}

/** Makes a room that everybody may join, and brings the others in. */
export async function makeRoom(
  server: Pick<TestServer, "url">,
  tokens: readonly string[],
  body: object,
): Promise<string> {
  const [creator = "", ...others] = tokens;
  const made = await call(server, { path: "/createRoom", token: creator, body: { preset: "public_chat", ...body } });
  const room = String(fine(made)["room_id"]);
  for (const token of others) fine(await call(server, { path: `/join/${encodeURIComponent(room)}`, token, body: {} }));
  return room;
}

/** Has two people (who must exist) do a bit of everything that is kept. */
export async function fill(server: Pick<TestServer, "url">): Promise<Filled> {
  const [amy, ben] = [await tokenOf(server, "amy"), await tokenOf(server, "ben")];
  const room = await makeRoom(server, [amy, ben], { room_alias_name: "park", name: "公園" });
  const oldRoom = await makeRoom(server, [amy, ben], { room_version: "10" });
  const written = await write({ server, token: amy, room }, { server, token: ben, room });
  const old = await send({ server, token: ben, room: oldRoom }, { msgtype: "m.text", body: "soon gone" });
  await redact({ server, token: ben, room: oldRoom }, old);
  const [, second = ""] = written.messages;
  for (const token of [amy, ben]) {
    const path = `/rooms/${encodeURIComponent(room)}/receipt/m.read/${encodeURIComponent(second)}`;
    fine(await call(server, { path, token, body: {} }));
  }
  await keepThings(server, amy, ben);
  const upload = { path: "/_matrix/media/v3/upload?filename=a.txt", body: Buffer.from("some bytes".repeat(100)) };
  const media = String(fine(await call(server, { ...upload, token: amy }))["content_uri"]);
  await send({ server, token: amy, room }, { msgtype: "m.file", body: "a.txt", url: media });
  return { amy, ben, room, oldRoom, ...written, media };
}

async function write(amy: Writer, ben: Writer): Promise<Pick<Filled, "messages" | "reaction" | "redacted">> {
  const messages: string[] = [];
  for (let count = 0; count < 12; count += 1) {
    const mentions = { "m.mentions": { user_ids: ["@amy:localhost"] } };
    const content = { msgtype: "m.text", body: `巡邏 ${count}`, ...mentions };
    messages.push(await send(count % 2 === 0 ? amy : ben, content));
  }
  const relates = (type: string, more: object = {}): object => ({
    "m.relates_to": { rel_type: type, event_id: messages[0], ...more },
  });
  const reaction = await send(ben, relates("m.annotation", { key: "👍" }), "m.reaction");
  await send(ben, { msgtype: "m.text", body: "in a thread", ...relates("m.thread") });
  const edit = { msgtype: "m.text", body: "edited" };
  await send(amy, { msgtype: "m.text", body: "* edited", "m.new_content": edit, ...relates("m.replace") });
  const redacted = await send(ben, relates("m.annotation", { key: "👎" }), "m.reaction");
  await redact(ben, redacted);
  return { messages, reaction, redacted };
}

/** What people keep for themselves. */
async function keepThings(server: Pick<TestServer, "url">, amy: string, ben: string): Promise<void> {
  const own = "/user/@amy:localhost";
  const fallback = { "signed_curve25519:f1": { key: "fallback", fallback: true, signatures: {} } };
  const requests = [
    { method: "PUT", path: `${own}/account_data/org.example`, body: { a: 1 } },
    { path: `${own}/filter`, body: {} },
    { method: "PUT", path: "/profile/@amy:localhost/displayname", body: { displayname: "陳大文" } },
    { path: "/keys/upload", body: { one_time_keys: oneTimeKeys(5), fallback_keys: fallback } },
  ];
  for (const request of requests) fine(await call(server, { ...request, token: amy }));
  const messages = { "@amy:localhost": { "*": { hello: 1 } } };
  const path = `/sendToDevice/m.dummy/${crypto.randomUUID()}`;
  fine(await call(server, { method: "PUT", path, token: ben, body: { messages } }));
}

/** So many keys, with names of their own. */
export function oneTimeKeys(count: number, prefix = "k"): Record<string, object> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `signed_curve25519:${prefix}${index}`,
      { key: `${prefix} ${index}`, signatures: {} },
    ]),
  );
}
