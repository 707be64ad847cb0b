import { parseUserId, type UserId } from "@causeway/base";
import type { Engine } from "@causeway/platform";
import { path, testWorld, type JsonView, type Person, type TestWorld } from "@causeway/testkit";

/** The user that the server speaks as in a test world. */
export const SYSTEM = "@causeway:localhost";

export function idOf(person: Person): UserId {
  const user = parseUserId(person.userId);
  if (user === undefined) throw new Error("not a user id");
  return user;
}

/** A server, with somebody in its directory besides those who are made. */
export async function cardsWorld(engine: Engine, env: Readonly<Record<string, string>> = {}): Promise<TestWorld> {
  return await testWorld({ engine, env: { CAUSEWAY_REGISTRATION: "open", ...env } });
}

/** Imports a file of the directory as it is. */
export async function importCsv(world: TestWorld, csv: string): Promise<void> {
  const done = await world.server.directory.importFile(Buffer.from(csv), { dryRun: false, absent: "keep" });
  if (!done.ok) throw new Error(`${done.error.code} ${JSON.stringify(done.error.extra)}`);
}

/** The rooms that somebody's account data marks as direct chats with the server. */
export async function directRoomsOf(person: Person): Promise<readonly string[]> {
  const answer = await person.get(path`/user/${person.userId}/account_data/m.direct`);
  return answer.status === 404
    ? []
    : answer
        .ok()
        .at(SYSTEM)
        .list.map((room) => room.text);
}

/** What the server has said to somebody, oldest first, as their client gets it: edits apart. */
export async function saidTo(world: TestWorld, person: Person): Promise<readonly JsonView[]> {
  await world.server.cards.settle();
  const [room] = await directRoomsOf(person);
  if (room === undefined) return [];
  const page = (await person.get(path`/rooms/${room}/messages`, { dir: "f", limit: 100 })).ok();
  return page
    .at("chunk")
    .list.filter((event) => event.at("sender").value === SYSTEM && event.at("type").value === "m.room.message");
}

/** The same without the replacements. */
export async function firstSaidTo(world: TestWorld, person: Person): Promise<readonly JsonView[]> {
  const all = await saidTo(world, person);
  return all.filter((event) => event.at("content", "m.relates_to", "rel_type").value !== "m.replace");
}

/** Reacts to an event. */
export async function react(
  person: Person,
  to: { readonly room: string; readonly event: string },
  key: string,
): Promise<string> {
  const content = { "m.relates_to": { rel_type: "m.annotation", event_id: to.event, key } };
  return await person.send(to.room, content, { type: "m.reaction" });
}
