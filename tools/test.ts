import { startPostgres } from "@causeway/testkit";
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { filesInMemory } from "./memory.ts";
import { suites } from "./suites.ts";
import { files, root } from "./tree.ts";

/** What a whole run found. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const isShort = process.argv.includes("--short");
/** Nothing that needs a server or a database: seconds, before every commit. */
const isQuick = process.argv.includes("--gates");
const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
/** What failed and why, said again at the end: the output of a whole run is too long to look for it. */
const failures: string[] = [];

/** Characters of an error that the end of a run repeats. */
const MAX_EXPLANATION = 2000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function step(name: string, work: () => Promise<void>): Promise<void> {
  say(`\n=== ${name}`);
  const started = performance.now();
  await work();
  say(`=== ${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Runs a program of node_modules; it counts as one test. */
function gate(name: string, program: string, args: readonly string[]): Promise<void> {
  return step(name, async () => {
    const child = spawn(join(root, "node_modules", ".bin", program), args, { cwd: root, stdio: "inherit" });
    const code = await new Promise<number>((resolve) => {
      child.once("error", () => resolve(1));
      child.once("exit", (status) => resolve(status ?? 1));
    });
    if (code === 0) counts.passed += 1;
    else {
      counts.failed += 1;
      failures.push(name);
      say(`${name} FAILED`);
    }
  });
}

/** Runs test files, each in a process of its own, and counts what they say. */
function suite(
  name: string,
  paths: readonly string[],
  options: { readonly concurrency: number; readonly forceExit?: boolean },
): Promise<void> {
  return step(`${name} (${paths.length} files)`, async () => {
    if (paths.length === 0) return;
    const events = run({
      files: paths.map((path) => join(root, path)),
      concurrency: options.concurrency,
      // NOTE A process that is made to exit loses what it has not told yet: only where a client's library keeps it alive for ever.
      forceExit: options.forceExit === true,
    });
    events.on("test:summary", (summary) => {
      if (summary.file !== undefined) return;
      counts.passed += summary.counts.passed;
      counts.failed += summary.counts.tests - summary.counts.passed - summary.counts.skipped - summary.counts.todo;
      counts.skipped += summary.counts.skipped + summary.counts.todo;
    });
    events.on("test:fail", ({ name: what, file, details }) => {
      const cause = details.error.cause ?? details.error;
      // A group fails when something in it does: that is said once.
      if (!String(cause).includes("subtest")) failures.push(`${what} (${file ?? name})\n${explained(cause)}`);
    });
    events.compose(new spec()).pipe(process.stdout, { end: false });
    await new Promise<void>((resolve, reject) => {
      events.once("end", resolve);
      events.once("error", reject);
    });
  });
}

function explained(cause: unknown): string {
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  return text.slice(0, MAX_EXPLANATION);
}

function finish(): never {
  if (failures.length > 0) say(`\n=== failed\n${failures.join("\n\n")}`);
  say(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exit(counts.failed === 0 ? 0 : 1);
}

async function gates(): Promise<void> {
  const formatted = files(/\.(ts|tsx|mjs)$/);
  if (formatted.length < 50) throw new Error("there are too few files to be the whole project");
  await gate("format", "oxfmt", ["--check", ...formatted]);
  await gate("lint", "oxlint", ["--type-aware", "packages", "apps", "tools", "tests", "bench"]);
  await gate("types", "tsc", ["-p", ".", "--incremental", "false"]);
  // What runs in a browser, in a service worker, and what drives a browser see other globals.
  for (const place of ["apps/web", "apps/web/sw", "apps/guard", "apps/guard/page", "tests/e2e", "bench/web"]) {
    await gate(`types of ${place}`, "tsc", ["-p", place, "--incremental", "false"]);
  }
  await gate("dead code", "knip", ["--no-progress"]);
}

/** The tests against real databases, on PostgreSQL as well where there is one. */
async function integration(paths: readonly string[]): Promise<void> {
  // What is about durability is tried by the whole server, on the disk.
  using _files = filesInMemory();
  if (isShort) {
    await suite("integration on SQLite", paths, { concurrency: cpus().length });
    return;
  }
  await using database = await startPostgres();
  if (database === undefined) {
    say("\n*** NOT TRIED: PostgreSQL. Its programs were found nowhere; install Debian's `postgresql`. ***\n");
    if (process.env["CI"] === "true") counts.failed += 1;
    else counts.skipped += 1;
  } else process.env["CAUSEWAY_TEST_POSTGRES_URL"] = database.url;
  await suite("integration on SQLite and PostgreSQL", paths, { concurrency: cpus().length });
  delete process.env["CAUSEWAY_TEST_POSTGRES_URL"];
}

// Every file is a process of its own: what one has compiled the next need not.
process.env["NODE_COMPILE_CACHE"] ??= join(root, "node_modules", ".cache", "compiled");
process.env["CAUSEWAY_TEST_KILLS"] ??= isShort ? "3" : "30";
process.env["CAUSEWAY_TEST_POWER_CUTS"] ??= isShort ? "40" : "400";
const only = process.argv.includes("--only") ? process.argv.slice(process.argv.indexOf("--only") + 1) : [];
if (only.length > 0) {
  await integration(only);
  finish();
}
await gates();
await suite("repository and layers", files(suites.gates), { concurrency: 1 });
await suite("unit", files(suites.unit), { concurrency: cpus().length });
if (!isQuick) {
  await integration([...files(suites.integration), ...(isShort ? [] : files(suites.operators))]);
  await suite("whole server and crashes", files(suites.whole), { concurrency: 1, forceExit: true });
  using _files = filesInMemory();
  if (!isShort) await suite("clients of others", files(suites.clients), { concurrency: 1, forceExit: true });
  if (!isShort) await suite("journeys in browsers", files(suites.journeys), { concurrency: 1, forceExit: true });
}
finish();
