import { keyPlaceOf, retireUnlessSame } from "@causeway/audit";
import { askServer, existingDataDirectory, lockDataDirectory, openSnapshot, serverNameOf } from "@causeway/platform";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join, resolve } from "node:path";
import { names } from "./backup-format.ts";
import { BackupError, makeBackup } from "./backup.ts";
import { exit, textOf, type Command, type Context } from "./command.ts";
import { expectOwner } from "./perform.ts";
import { restoreBackup } from "./restore.ts";

const DEFAULT_RATE = 20;

function bytesPerSecond(context: Context): number {
  const given = textOf(context, "rate") ?? String(DEFAULT_RATE);
  if (!/^[0-9]{1,6}$/.test(given)) throw new BackupError("--rate is a number of megabytes a second, or 0 for no limit");
  return given === "0" ? Infinity : Number(given) * 1_000_000;
}

function pathOf(context: Context, flag: string): string {
  const [word] = context.words;
  const given = textOf(context, flag);
  if (given !== undefined && word !== undefined)
    throw new BackupError(`name the backup once: --${flag} or without a flag`);
  const path = given ?? word;
  if (path === undefined) throw new BackupError(`name the directory of the backup: --${flag} BACKUP`);
  return resolve(path);
}

/** `backup`: a copy of everything, while the server runs. */
export const backupCommand: Command = {
  usage: "--to BACKUP [--rate MEGABYTES]",
  about: `Copies everything to a new directory, while the server runs: rows, files, configuration, and the signing key (keep it safe). At most ${DEFAULT_RATE} MB a second; 0: as fast as it goes.`,
  flags: { to: { type: "string" }, rate: { type: "string" } },
  words: { least: 0, most: 1 },
  run: async (context) => {
    const { config, places, signal } = context;
    const target = pathOf(context, "to");
    const serverName = serverNameOf(config);
    existingDataDirectory(places.path, serverName);
    expectOwner(places.path);
    const rate = bytesPerSecond(context);
    setPriority(constants.priority.PRIORITY_LOW);
    const location = config.databaseUrl ?? places.database;
    // Who takes a copy of everything is in the log. Where no server runs nobody can write, and there is nobody to ask.
    await askServer(places, "note-command", { command: "backup" });
    const options = { places, location, serverName, target, bytesPerSecond: rate, now: new Date(), signal };
    const { manifest } = await makeBackup(options);
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    context.say(`${target}: ${rows} rows, ${manifest.media.files} files, the signing key.`);
    context.say(
      `sha256 of its manifest: ${createHash("sha256")
        .update(readFileSync(join(target, names.manifest)))
        .digest("hex")}`,
    );
    for (const file of manifest.damaged)
      context.complain(`media/${file} was missing or damaged before; it is not in the backup`);
    return manifest.damaged.length === 0 ? exit.done : exit.failed;
  },
};

/** The audit log goes on from the backup. When more has been published since, it is another log from here on, under another key. */
async function continueLog(context: Context, location: string): Promise<void> {
  await using db = await openSnapshot(location);
  if (await retireUnlessSame(db, keyPlaceOf(context.config, context.places).place))
    context.say(
      "The audit log is older than its last checkpoint: its key is retired, and it goes on as another log, which says so.",
    );
}

/** `restore`: a server from a backup. */
export const restoreCommand: Command = {
  usage: "--from BACKUP",
  about:
    "Makes a server from a backup, in an empty data directory (a causeway.yaml may be in it) and an empty database of either engine. Clients sync anew and upload new one-time keys.",
  flags: { from: { type: "string" } },
  words: { least: 0, most: 1 },
  run: async (context) => {
    const { config, places, signal } = context;
    const source = pathOf(context, "from");
    expectOwner(places.path);
    const directory = lockDataDirectory(places.path);
    try {
      const location = config.databaseUrl ?? places.database;
      const { manifest, serverName, stream } = await restoreBackup({
        source,
        directory,
        location,
        now: new Date(),
        signal,
      });
      context.say(`Restored ${serverName} as it was at ${manifest.createdAt}, in epoch ${stream.epoch} of its stream.`);
      // A backup without the log's tables gets them at the first start.
      if (manifest.tables.some(({ name }) => name === "audit_tree")) await continueLog(context, location);
      if (serverName !== config.serverName)
        context.complain(`set \`serverName: ${serverName}\` (CAUSEWAY_SERVER_NAME) before you start it`);
      for (const file of manifest.damaged)
        context.complain(`media/${file} was missing or damaged when the backup was made`);
      return exit.done;
    } finally {
      directory.release();
    }
  },
};
