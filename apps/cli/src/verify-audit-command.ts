import {
  base64OfHash,
  checkProof,
  isExport,
  keyPlaceOf,
  MAX_PROOF_BYTES,
  openCheckpoint,
  readProof,
  verifyBeside,
  verifyExport,
  verifyLog,
  type BesideVerdict,
  type Compared,
  type LogVerdict,
  type ProvedAct,
} from "@causeway/audit";
import { DataDirectoryError, existingDataDirectory, openSnapshot, serverNameOf } from "@causeway/platform";
import { knownKeys, textFile, type KnownKeys } from "./audit-keys.ts";
import { lineOf } from "./check-command.ts";
import { exit, textOf, type Command, type Context, type ExitCode } from "./command.ts";
import { expectOwner } from "./perform.ts";

const MAX_CHECKPOINT_BYTES = 1_000_000;

/** `verify-audit`: whether a whole log, or one proof, is right. */
export const verifyAuditCommand: Command = {
  usage: "[--trusted-checkpoint FILE] [--proof FILE] [--key KEY|FILE] [--json]",
  about:
    "Checks the whole audit log, of a data directory or of an exported directory; or with --proof one proof file. Changes nothing; the server may run. Only with a checkpoint from elsewhere can it say that nothing is missing.",
  flags: {
    "trusted-checkpoint": { type: "string" },
    proof: { type: "string" },
    key: { type: "string" },
    json: { type: "boolean" },
  },
  words: { least: 0, most: 0 },
  run: async (context) => {
    const proof = textOf(context, "proof");
    return proof === undefined ? await verifyWhole(context) : verifyProof(context, proof);
  },
};

function fail(context: Context, message: string): ExitCode {
  if (context.values["json"] === true) context.say(JSON.stringify({ ok: false, faults: [message] }));
  else context.say(message);
  return exit.failed;
}

function verifyProof(context: Context, file: string): ExitCode {
  const proof = readProof(textFile(file, MAX_PROOF_BYTES));
  if (proof === undefined) return fail(context, `${file} is not a proof file.`);
  const keys = knownKeys(context, proof.key);
  const proved = checkProof(proof, [...keys.log, ...keys.witnesses]);
  if ("fault" in proved) return fail(context, `The proof is NOT right: ${proved.fault}.`);
  const trusted = trustedOf(context, keys);
  const [wanted] = trusted;
  // Offline one tree cannot be compared with another of a different size.
  if (wanted?.checkpoint.size === proved.checkpoint.size && wanted.checkpoint.root !== proved.checkpoint.root)
    return fail(context, "The proof is NOT right: its checkpoint and the trusted one are of two different logs.");
  const { origin, size } = proved.checkpoint;
  const witnesses = proved.signed.filter(({ by }) => by.kind !== "note").map(({ by }) => by.name);
  if (context.values["json"] === true) {
    context.say(JSON.stringify({ ok: true, origin, size, witnesses, entries: proved.acts, caution: keys.caution }));
    return exit.done;
  }
  for (const act of proved.acts) context.say(lineOfAct(act));
  context.say(
    `The proof is right: ${countOf(proved.acts.length, "entry", "entries")} about ${proof.on.join(", ")} in the log ${origin} of ${countOf(size, "entry", "entries")}${witnesses.length === 0 ? "" : `, whose checkpoint was signed by ${witnesses.join(", ")}`}.`,
  );
  context.say(
    "It shows what is in the log. It cannot show that there is nothing more about this: that takes the whole log.",
  );
  if (keys.caution !== undefined) context.complain(keys.caution);
  return exit.done;
}

/** An entry on one line: its index, when, what, by whom, and the facts, with what was disclosed in the place of hashes. */
function lineOfAct({ index, at, act, by, on, facts, disclosed }: ProvedAct): string {
  const shown = (field: string, value: unknown): string => {
    const text = disclosed[field]?.value ?? value;
    return typeof text === "string" && text.startsWith("blind:") ? "(hidden)" : printable(text);
  };
  const said = Object.entries(facts).map(([name, value]) => `${name}=${shown(name, value)}`);
  const when = new Date(at).toISOString();
  return `${index} ${when} ${act} on ${shown("on", on)} by ${shown("by", by)}${said.length === 0 ? "" : ` ${said.join(" ")}`}`;
}

/** A value on a terminal: whoever wrote a reason does not get to move the cursor. */
function printable(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\u{FFFD}");
}

function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function trustedOf(context: Context, keys: KnownKeys): readonly Compared[] {
  const file = textOf(context, "trusted-checkpoint");
  if (file === undefined) return [];
  const checkpoint = openCheckpoint(textFile(file, MAX_CHECKPOINT_BYTES), [...keys.log, ...keys.witnesses]);
  if (typeof checkpoint === "string")
    throw new DataDirectoryError(`${file} is not a checkpoint that a known key has signed (${checkpoint})`);
  return [{ of: "trusted", checkpoint }];
}

async function verifyWhole(context: Context): Promise<ExitCode> {
  const { path } = context.places;
  if (!isExport(path)) existingDataDirectory(path, serverNameOf(context.config));
  const keys = knownKeys(context);
  if (keys.log.length === 0)
    throw new DataDirectoryError("there is no public key to check with: name one with --key KEY or --key FILE");
  const trusted = trustedOf(context, keys);
  const check = { keys: keys.log, witnesses: keys.witnesses };
  const verdict = isExport(path)
    ? await verifyExport(path, { ...check, trusted })
    : await verifyData(context, { ...check, trusted });
  return tell(context, verdict, { keys, trusted: trusted[0] });
}

/** What was found of a log, and of what is kept beside it where that is. */
type Verdict = LogVerdict & Partial<Omit<BesideVerdict, "faults">>;

async function verifyData(
  context: Context,
  check: {
    readonly keys: KnownKeys["log"];
    readonly witnesses: KnownKeys["witnesses"];
    readonly trusted: readonly Compared[];
  },
): Promise<Verdict> {
  const { config, places } = context;
  expectOwner(places.path);
  // Read before the database: a server that runs makes it newer at any moment.
  const kept = keyPlaceOf(config, places).place.checkpoint();
  await using db = await openSnapshot(config.databaseUrl ?? places.database);
  const own = kept === undefined ? [] : [{ of: "beside-the-key", checkpoint: kept }];
  const log = await verifyLog(db, { ...check, trusted: [...check.trusted, ...own] });
  const beside = await verifyBeside(db);
  return { ...log, ...beside, faults: [...log.faults, ...beside.faults] };
}

function tell(
  context: Context,
  verdict: Verdict,
  { keys, trusted }: { readonly keys: KnownKeys; readonly trusted: Compared | undefined },
): ExitCode {
  const { faults, entries, waiting = 0, root, checkpoint } = verdict;
  const isRight = faults.length === 0;
  if (context.values["json"] === true) {
    const from = trusted?.checkpoint.size ?? null;
    const facts = { entries, waiting, root: base64OfHash(root), origin: checkpoint?.origin, trustedSize: from };
    context.say(JSON.stringify({ ok: isRight, ...facts, nothingMissing: isRight && from !== null, faults }));
    return isRight ? exit.done : exit.failed;
  }
  for (const found of faults) context.say(lineOf(found));
  if (!isRight) {
    context.say(`The log is NOT right: ${countOf(faults.length, "fault", "faults")}.`);
    return exit.failed;
  }
  context.say(`The log is right: ${countOf(entries, "entry", "entries")}, root ${base64OfHash(root)}.`);
  if (waiting > 0)
    context.say(`${countOf(waiting, "entry waits", "entries wait")} for a place; nothing proves them yet.`);
  context.say(
    trusted === undefined
      ? "Without a checkpoint from elsewhere (--trusted-checkpoint FILE) it cannot be said that nothing is missing: whoever holds the key could have made another log."
      : `It goes on from the trusted checkpoint of ${countOf(trusted.checkpoint.size, "entry", "entries")}: up to there nothing is missing and nothing was changed.`,
  );
  if (keys.caution !== undefined) context.complain(keys.caution);
  return exit.done;
}
