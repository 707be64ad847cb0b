import { systemClock } from "@causeway/base";
import { squidPage } from "@causeway/enforce";
import { ConfigError, createLog, explain, factsOfError, readFlags, type FlagKinds } from "@causeway/platform";
import { setTimeout as wait } from "node:timers/promises";
import { bindSnippet, startBindPoint } from "./bind.ts";
import { readPointConfig, type PointConfig } from "./config.ts";
import type { PartContext, RunningPart } from "./part.ts";
import { PointSource } from "./point-source.ts";
import { Prober } from "./probe.ts";
import { squidSnippet, startSquidHelper } from "./squid.ts";
import { startUnboundPoint, unboundSnippet } from "./unbound.ts";

const MODES = ["squid-helper", "unbound", "bind", "probe"] as const;
type Mode = (typeof MODES)[number];

const FLAGS = {
  config: { type: "string" },
  once: { type: "boolean" },
  "print-configuration": { type: "boolean" },
  "print-page": { type: "boolean" },
  help: { type: "boolean" },
} as const satisfies FlagKinds;

const exit = { done: 0, failed: 1, usage: 2 } as const;
const HOUR_MS = 3_600_000;
/** After the start there is a moment in which the program beside this one comes up too. */
const FIRST_TEST_MS = 5000;
const USAGE = `Usage: causeway-point <${MODES.join("|")}> --config FILE
  squid-helper  answers Squid's questions (external_acl) on standard input and output
  unbound       makes an Unbound on this machine obey
  bind          makes a BIND on this machine obey, and gives zones to other resolvers
  probe         asks resolvers and proxies as machines would; with --once it prints what it found and ends
  --print-page  the page that Squid shows for what is blocked: ERR_CAUSEWAY in its error directory
  --print-configuration  what the program beside it needs in its own configuration, and ends
The one-time code of the enrolment stands in the file or in CAUSEWAY_POINT_CODE. See docs/runbooks/points.md.
`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function modeOf(word: string | undefined): Mode | undefined {
  return MODES.find((mode) => mode === word);
}

async function start(mode: Mode, context: PartContext): Promise<RunningPart> {
  if (mode === "unbound") return startUnboundPoint(context);
  if (mode === "bind") return await startBindPoint(context);
  if (mode === "squid-helper") return await startSquidHelper(context);
  return new Prober(context, targetsOf(context.config));
}

function targetsOf({ probe }: PointConfig): NonNullable<PointConfig["probe"]>["targets"] {
  if (probe === undefined) throw new ConfigError(["probe: it is not said what is to be tried"]);
  return probe.targets;
}

function snippet(mode: Mode, config: PointConfig, file: string): string {
  if (mode === "unbound") return unboundSnippet(config);
  if (mode === "bind") return bindSnippet(config);
  if (mode === "probe") return "";
  return squidSnippet(config, ["causeway-point", "squid-helper", "--config", file]);
}

/** Tries now and then whether everything is obeyed, sooner again after it was not. */
async function keepTesting(part: RunningPart, { config, signal, log }: PartContext): Promise<void> {
  await wait(FIRST_TEST_MS, undefined, { signal });
  for (;;) {
    await part.test().catch((error: unknown) => log.warn("the self-test failed", factsOfError(error)));
    await wait(config.selfTestHours * HOUR_MS, undefined, { signal });
  }
}

async function tryOnce(context: PartContext): Promise<number> {
  await using prober = new Prober(context, targetsOf(context.config));
  // A policy that is under way is worth a moment.
  for (let left = 50; left > 0 && context.source.standing().heard === undefined; left -= 1) await wait(100);
  const tests = await prober.tryAll();
  for (const { target, expected, found, ms = 0 } of tests)
    say(`${expected === found ? "ok  " : "FAIL"} ${target}: ${found} (must be ${expected}), ${ms.toFixed(1)} ms`);
  return tests.length > 0 && tests.every(({ expected, found }) => expected === found) ? exit.done : exit.failed;
}

async function main(signal: AbortSignal): Promise<number> {
  const [word, ...given] = process.argv.slice(2);
  const mode = modeOf(word);
  const flags = readFlags(given, FLAGS);
  if (flags.values.help === true || word === "help" || word === "--help") {
    say(USAGE);
    return exit.done;
  }
  const file = flags.values.config;
  if (mode === undefined || file === undefined || flags.faults.length > 0) {
    for (const fault of flags.faults) process.stderr.write(`causeway-point: ${fault}\n`);
    process.stderr.write(USAGE);
    return exit.usage;
  }
  const config = readPointConfig(file, process.env["CAUSEWAY_POINT_CODE"]);
  if (flags.values["print-configuration"] === true) {
    process.stdout.write(snippet(mode, config, file));
    return exit.done;
  }
  if (flags.values["print-page"] === true) {
    process.stdout.write(squidPage(config.server));
    return exit.done;
  }
  const clock = systemClock;
  // NOTE Standard output of the helper is for Squid alone.
  const log = createLog({ level: config.logLevel, clock, write: (line) => void process.stderr.write(line) });
  const source = new PointSource({ ...config, code: config.code, clock, log });
  const context: PartContext = { config, source, clock, log, say, signal };
  try {
    if (mode === "probe" && flags.values.once === true) return await tryOnce(context);
    await using part = await start(mode, context);
    const testing = keepTesting(part, context);
    const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    await Promise.race([part.ended, stopped, testing.catch(() => stopped)]);
    return exit.done;
  } finally {
    await source.close();
  }
}

process.umask(0o027);
const stopping = new AbortController();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.once(signal, () => stopping.abort());
try {
  process.exitCode = await main(stopping.signal);
} catch (error) {
  process.stderr.write(`causeway-point: ${explain(error)}\n`);
  process.exitCode = error instanceof ConfigError ? exit.usage : exit.failed;
}
stopping.abort();
