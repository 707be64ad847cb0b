import { ConfigError, explain, nearest, placesIn, readConfig, readFlags, type FlagKinds } from "@causeway/platform";
import { resolve } from "node:path";
import { BackupError } from "./backup.ts";
import { exit, type Command, type Context, type ExitCode } from "./command.ts";
import { commands, later } from "./commands.ts";
import { PasswordError } from "./password.ts";

const COMMON = {
  data: { type: "string", default: "./data" },
  config: { type: "string" },
  help: { type: "boolean" },
} as const satisfies FlagKinds;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`causeway: ${line}\n`);
}

function help(): void {
  say("Usage: causeway <command> [--data DIR] [--config FILE]");
  say("");
  for (const [name, command] of Object.entries(commands)) {
    say(`  ${name} ${command.usage}`.trimEnd());
    say(`      ${command.about}`);
  }
  say("");
  say(
    "DIR is the server's data directory (./data); the configuration is FILE, or DIR/causeway.yaml, and the environment.",
  );
  say("Exit codes: 0 done; 1 refused, failed, or faults were found; 2 the command line or the configuration is wrong;");
  say("3 not in this version.");
}

function unknown(name: string): ExitCode {
  const why = Object.hasOwn(later, name) ? later[name] : undefined;
  if (why !== undefined) {
    complain(`\`${name}\` is not in this version: ${why}`);
    return exit.notYet;
  }
  const near = nearest(name, Object.keys(commands));
  complain(`there is no command \`${name}\`${near === undefined ? "" : `; did you mean \`${near}\`?`}`);
  return exit.usage;
}

/** What the command works with. @throws ConfigError listing every fault of the command line and of the configuration. */
function contextFor(command: Command, given: readonly string[], signal: AbortSignal): Context {
  // NOTE Somebody will try it; the answer must not repeat what they typed.
  if (given.some((one) => /^--password(=|$)/.test(one)))
    throw new ConfigError(["a password is never given on the command line; see `causeway help`"]);
  const flags = readFlags(given, { ...command.flags, ...COMMON }, command.words);
  const faults = [...flags.faults];
  if (flags.words.length < command.words.least) faults.push(`the command needs: ${command.usage}`);
  const places = placesIn(resolve(flags.values.data ?? ""));
  const config = readConfig({
    flags: {},
    environment: process.env,
    file: flags.values.config,
    standardFile: places.config,
    faults,
  });
  return { config, places, values: flags.values, words: flags.words, say, complain, signal };
}

async function main(): Promise<ExitCode> {
  const [name, ...given] = process.argv.slice(2);
  if (name === undefined || name === "help" || name === "--help" || name === "-h" || given.includes("--help")) {
    help();
    return name === undefined ? exit.usage : exit.done;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return unknown(name);
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopping.abort());
  return await command.run(contextFor(command, given, stopping.signal));
}

process.umask(0o077);
try {
  process.exitCode = await main();
} catch (error) {
  const isExpected = error instanceof PasswordError || error instanceof BackupError;
  complain(isExpected ? error.message : explain(error));
  process.exitCode = error instanceof ConfigError ? exit.usage : exit.failed;
}
