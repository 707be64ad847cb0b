import { keyPlaceOf, witnessesOf, type LogCheck } from "@causeway/audit";
import type { Fault } from "@causeway/base";
import {
  askServer,
  existingDataDirectory,
  openSnapshot,
  readSigner,
  serverNameOf,
  signingKeyFile,
  type Snapshot,
} from "@causeway/platform";
import { join } from "node:path";
import { checkEverything } from "./check.ts";
import { exit, type Command, type Context } from "./command.ts";
import { expectOwner } from "./perform.ts";

/** `check`: whether everything that is kept is whole and fits together. */
export const checkCommand: Command = {
  usage: "[--json]",
  about:
    "Looks for damage: each event's hashes and signature, the graph, whatever refers to something, the files. Changes nothing; the server may run.",
  flags: { json: { type: "boolean" } },
  words: { least: 0, most: 0 },
  run: async (context) => {
    const { config, places, values } = context;
    const serverName = serverNameOf(config);
    existingDataDirectory(places.path, serverName);
    expectOwner(places.path);
    const signer = readSigner(join(places.path, signingKeyFile), serverName);
    const audit = auditCheck(context);
    await using db = await openSnapshot(config.databaseUrl ?? places.database);
    const isRunning = (await askServer(places, "ping", {})) !== undefined;
    let count = 0;
    for await (const found of checkEverything({ db, media: places.media, signer, isRunning, audit })) {
      count += 1;
      context.say(values["json"] === true ? JSON.stringify(found) : lineOf(found));
    }
    if (values["json"] !== true)
      context.say(count === 0 ? `No faults: ${await looked(db)}.` : `${count} fault${count === 1 ? "" : "s"}.`);
    return count === 0 ? exit.done : exit.failed;
  },
};

/** What the audit log is checked with. The checkpoint beside the key is read before the database, which a server makes newer at any moment. */
function auditCheck({ config, places }: Context): LogCheck | undefined {
  const { place } = keyPlaceOf(config, places);
  const keys = place.verifiers();
  if (keys.length === 0) return undefined;
  const kept = place.checkpoint();
  const trusted = kept === undefined ? [] : [{ of: "beside-the-key", checkpoint: kept }];
  return { keys, trusted, witnesses: witnessesOf(config.auditWitnesses) };
}

/** A fault on one line: `fault event-hash: room=!x event=$y`. */
export function lineOf({ kind, at }: Fault): string {
  const places = Object.entries(at).map(([name, value]) => `${name}=${value}`);
  return `fault ${kind}: ${places.join(" ")}`;
}

async function looked(db: Snapshot): Promise<string> {
  const counted = { events: "rooms_events", rooms: "rooms_rooms", files: "media_files", accounts: "accounts_users" };
  const parts: string[] = [];
  for (const [what, table] of Object.entries(counted)) parts.push(`${await db.count(table)} ${what}`);
  return parts.join(", ");
}
