import {
  instant,
  parseDeviceId,
  parseUserId,
  type Instant,
  type PostId,
  type Result,
  type UserId,
} from "@causeway/base";
import type { Directory, PersonEntry } from "@causeway/directory";
import type { DataDirectory } from "@causeway/platform";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  demoActing,
  demoAdministrators,
  demoAuthorities,
  demoDelegation,
  demoPostRoles,
  demoRooms,
  firstPerson,
} from "./demo-people.ts";
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

/** What is configured beside the sample data: this machine is an office desktop, and Heads have somebody above them. */
export const demoSettings: {
  readonly officeNetworks: readonly string[];
  readonly accessAuthorities: Readonly<Record<string, string>>;
} = { officeNetworks: ["127.0.0.0/8", "::1/128"], accessAuthorities: demoAuthorities };

/** Whether this directory holds, or is about to get, the sample data: then a browser on this machine is an office desktop. */
export function hasDemo(config: { readonly databaseUrl: unknown }, directory: DataDirectory): boolean {
  return existsSync(join(directory.path, FILE)) || (directory.isNew && config.databaseUrl === undefined);
}

const DAY_MS = 86_400_000;

/** What the sample data is put into. */
type DemoServer = Pick<Server, "accounts" | "directory" | "rooms">;

/** Fills an empty server with a government to try it with, and writes down who can sign in. Does nothing where there is anybody. */
export async function addDemo(
  server: DemoServer,
  where: { readonly directory: DataDirectory; readonly serverName: string; readonly now: Instant },
): Promise<void> {
  // The data directory is new, but the database may be elsewhere, and somebody's.
  if ((await server.accounts.list("", 1)).length > 0) return;
  const { serverName } = where;
  expect(await server.directory.importFile(readFileSync(new URL("./demo-directory.csv", import.meta.url)), AS_IT_IS));
  await addDuties(server.directory, where);
  for (const room of demoRooms) await addRoom(server, room, serverName);
  await server.directory.settle();
  const accounts: DemoAccount[] = [];
  for (const { userId } of peopleInOrder(server.directory, serverName)) {
    const password = randomBytes(9).toString("base64url");
    expect(await server.accounts.setPassword(userId, password, { endSessions: false }));
    accounts.push(accountOf(server.directory, userId, password));
  }
  writeFileSync(join(where.directory.path, FILE), `${JSON.stringify(accounts, null, 2)}\n`, { mode: 0o600 });
}

const AS_IT_IS = { dryRun: false, absent: "keep" } as const;

/** Roles, somebody who acts, and a delegate. */
async function addDuties(
  directory: Directory,
  where: { readonly serverName: string; readonly now: Instant },
): Promise<void> {
  for (const [department, post, roles] of demoPostRoles)
    expect(await directory.setPostRoles(postOf(directory, [department, post]), roles));
  for (const [user, role] of demoAdministrators)
    expect(await directory.giveRole({ user: userOf(user, where.serverName), role }));
  const { department, post, user, days } = demoActing;
  const until = new Date(where.now + days * DAY_MS).toISOString().slice(0, 10);
  const acting = `department,post,user,appointment,until\n${department},${post},${user},acting,${until}\n`;
  expect(await directory.importFile(Buffer.from(acting), AS_IT_IS));
  const { head, to } = demoDelegation;
  const delegated = await directory.delegate(userOf(head, where.serverName), {
    ...{ department: demoDelegation.department, user: userOf(to, where.serverName), from: undefined },
    until: instant(where.now + demoDelegation.days * DAY_MS),
    limits: { max_days: 90, label: "RESTRICTED" },
  });
  expect(delegated);
}

function postOf(directory: Directory, [department, code]: readonly [department: string, code: string]): PostId {
  const post = directory.postAt(department, code);
  if (post === undefined) throw new Error("the sample data has no such post");
  return post.id;
}

/** Everybody, the one who is shown first in front. */
function peopleInOrder(directory: Directory, serverName: string): readonly PersonEntry[] {
  const first = userOf(firstPerson, serverName);
  return [...directory.entries()].toSorted(
    (left, right) => Number(right.userId === first) - Number(left.userId === first),
  );
}

function accountOf(directory: Directory, userId: UserId, password: string): DemoAccount {
  const entry = directory.entryOf(userId);
  const post = entry?.posts.find((one) => !one.isActing);
  if (entry === undefined || post === undefined) throw new Error("somebody of the sample data has no post");
  return {
    userId,
    password,
    nameEn: entry.nameEn,
    nameZh: entry.nameZh,
    post: post.titleEn,
    department: post.department.nameEn,
    roles: [...directory.rolesOf(userId)].toSorted(),
  };
}

function expect<T>(done: Result<T>): T {
  if (!done.ok) throw new Error(`the sample data could not be made: ${done.error.code}`);
  return done.value;
}

function userOf(person: string, serverName: string): UserId {
  const user = parseUserId(`@${person}:${serverName}`);
  if (user === undefined) throw new Error("the sample data names nobody");
  return user;
}

async function addRoom(server: DemoServer, room: (typeof demoRooms)[number], serverName: string): Promise<void> {
  const [first = "", ...others] = room.members;
  const creator = userOf(first, serverName);
  const invited = others.map((other) => userOf(other, serverName));
  const made = expect(
    await server.rooms.make(creator, { preset: "private_chat", name: room.name, topic: room.topic, invite: invited }),
  );
  for (const user of invited) expect(await server.rooms.membership.join(user, made.room_id));
  if (room.post !== undefined)
    expect(await server.directory.tieRoom(creator, postOf(server.directory, room.post), made.room_id));
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
