import { exportLog, keyPlaceOf } from "@causeway/audit";
import {
  DataDirectoryError,
  existingDataDirectory,
  openSnapshot,
  serverNameOf,
  writeDurably,
} from "@causeway/platform";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { textFile } from "./audit-keys.ts";
import { exit, textOf, type Command, type Context, type ExitCode } from "./command.ts";
import { expectOwner, perform, sayFailure } from "./perform.ts";

const MAX_NOTE_BYTES = 65_536;

/** `prove-audit`: the proof file of something. */
const proveCommand: Command = {
  usage: "ID… --to FILE [--disclose]",
  about:
    "Writes the proof of every entry about one thing (a grant, a post, …) or several, for anybody to check; with --disclose also who and why, as far as it was not erased.",
  flags: { to: { type: "string" }, disclose: { type: "boolean" } },
  words: { least: 1, most: 20 },
  run: async (context) => {
    const to = textOf(context, "to");
    if (to === undefined) throw new DataDirectoryError("name the file to write: --to FILE");
    if (existsSync(to)) throw new DataDirectoryError(`${to} is there already`);
    const input = { on: context.words, disclose: context.values["disclose"] === true };
    const done = await perform(context, "prove-audit", input);
    if (!done.ok) return refused(context, sayFailure(done.error));
    writeDurably(resolve(to), String(Reflect.get(Object(done.value), "proof")));
    context.say(`${to}: check it with \`causeway verify-audit --proof ${to} --key KEY\`.`);
    return exit.done;
  },
};

/** `export-audit`: the log as files. */
const exportCommand: Command = {
  usage: "--to DIRECTORY",
  about:
    "Writes the audit log as the files that it is served as (C2SP tlog-tiles), for anybody's tools; no names in it.",
  flags: { to: { type: "string" } },
  words: { least: 0, most: 0 },
  run: async (context) => {
    const { config, places } = context;
    const to = textOf(context, "to");
    if (to === undefined) throw new DataDirectoryError("name a new directory: --to DIRECTORY");
    existingDataDirectory(places.path, serverNameOf(config));
    expectOwner(places.path);
    const keys = keyPlaceOf(config, places).place.verifiers();
    await using db = await openSnapshot(config.databaseUrl ?? places.database);
    const { entries } = await exportLog(db, keys, resolve(to));
    context.say(`${to}: ${entries} entries. Check it with \`causeway verify-audit --data ${to} --key KEY\`.`);
    return exit.done;
  },
};

/** `add-cosignature`: a witness's signature on a checkpoint. */
const cosignCommand: Command = {
  usage: "FILE",
  about: "Takes a checkpoint of the audit log that configured witnesses (audit.witnesses) have signed.",
  flags: {},
  words: { least: 1, most: 1 },
  run: async (context) => {
    const done = await perform(context, "add-cosignature", { note: textFile(context.words[0] ?? "", MAX_NOTE_BYTES) });
    if (!done.ok) return refused(context, sayFailure(done.error));
    context.say("The signatures are kept with the checkpoint.");
    return exit.done;
  },
};

/** `erase-person`: takes a person out of what is kept beside the log. */
const eraseCommand: Command = {
  usage: "NAME",
  about:
    "Erases who and why from beside the audit log wherever somebody stands in it, for good. The account must be deactivated. Every proof stays right.",
  flags: {},
  words: { least: 1, most: 1 },
  run: async (context) => {
    const [user = ""] = context.words;
    const done = await perform(context, "erase-person", { user });
    if (!done.ok) return refused(context, sayFailure(done.error));
    context.say(`${String(Reflect.get(Object(done.value), "values"))} values are erased; the log is as it was.`);
    return exit.done;
  },
};

function refused(context: Context, message: string): ExitCode {
  context.complain(message);
  return exit.failed;
}

/** What operators do with the audit log beside checking it. */
export const auditCommands: Readonly<Record<string, Command>> = {
  "prove-audit": proveCommand,
  "export-audit": exportCommand,
  "add-cosignature": cosignCommand,
  "erase-person": eraseCommand,
};
