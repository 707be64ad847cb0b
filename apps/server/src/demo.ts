import { parseDeviceId, parseUserId, type Instant, type Result, type UserId } from "@causeway/base";
import type { DataDirectory } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { demoPeople, demoRooms, type DemoPerson } from "./demo-people.ts";
import type { Server } from "./wire.ts";

/** An account of the sample data, as `demo-accounts.json` lists it (CONTRACT.md). */
export interface DemoAccount {
  readonly userId: string;
  readonly password: string;
  readonly nameEn: string;
  readonly nameZh: string;
  readonly post: string;
  readonly department: string;
  readonly roles: readonly string[];
}

const FILE = "demo-accounts.json";

/** Fills an empty server with a government to try it with, and writes down who can sign in. */
export async function addDemo(
  server: Pick<Server, "accounts" | "rooms">,
  where: { readonly directory: DataDirectory; readonly serverName: string; readonly now: Instant },
): Promise<void> {
  const accounts: DemoAccount[] = [];
  for (const person of demoPeople) {
    const password = randomBytes(9).toString("base64url");
    const user = expect(await server.accounts.createUser({ localpart: person.localpart, password }));
    expect(await server.rooms.profiles.set(user, "displayname", `${person.nameZh} · ${person.nameEn}`));
    const { nameEn, nameZh, post, department, roles } = person;
    accounts.push({ userId: user, password, nameEn, nameZh, post, department, roles });
  }
  for (const room of demoRooms) await addRoom(server, room, where.serverName);
  writeFileSync(join(where.directory.path, FILE), `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 });
}

function expect<T>(done: Result<T>): T {
  if (!done.ok) throw new Error(`the sample data could not be made: ${done.error.code}`);
  return done.value;
}

function userOf(person: DemoPerson["localpart"], serverName: string): UserId {
  const user = parseUserId(`@${person}:${serverName}`);
  if (user === undefined) throw new Error("the sample data names nobody");
  return user;
}

async function addRoom(
  server: Pick<Server, "rooms">,
  room: (typeof demoRooms)[number],
  serverName: string,
): Promise<void> {
  const [first = "", ...others] = room.members;
  const creator = userOf(first, serverName);
  const invited = others.map((other) => userOf(other, serverName));
  const made = expect(
    await server.rooms.make(creator, { preset: "private_chat", name: room.name, topic: room.topic, invite: invited }),
  );
  for (const user of invited) expect(await server.rooms.membership.join(user, made.room_id));
  const device = parseDeviceId("DEMO");
  if (device === undefined) throw new Error("not a device id");
  for (const [index, [from, body]] of room.messages.entries()) {
    const caller = { user: userOf(from, serverName), device, session: "demo", managed: true };
    expect(
      await server.rooms.events.send(caller, made.room_id, {
        type: "m.room.message",
        content: { msgtype: "m.text", body },
        txnId: `demo-${index}`,
      }),
    );
  }
}

/** Says whom to sign in as. */
export function tellDemo(directory: DataDirectory, say: (line: string) => void): void {
  const file = join(directory.path, FILE);
  if (!existsSync(file)) return;
  const accounts: readonly DemoAccount[] = JSON.parse(readFileSync(file, "utf8"));
  const [first] = accounts;
  if (first === undefined) return;
  say("causeway: sign in there, or with any Matrix client, as");
  say(`causeway:   ${first.userId}  ${first.post}, ${first.department}`);
  say(`causeway:   its password, and ${accounts.length - 1} more accounts, are in ${file}`);
}
