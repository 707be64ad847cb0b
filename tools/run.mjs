// What package.json's scripts call.
import { fail, launch, prepare, repository } from "./launch.mjs";

const PROGRAMS = {
  start: ["apps/server/src/main.ts"],
  test: ["tools/test.ts"],
  check: ["tools/test.ts", "--short"],
  bench: ["bench/main.ts"],
};

const [name, ...args] = process.argv.slice(2);
const program = PROGRAMS[name];
if (program === undefined) fail(`unknown command ${name}`);
const [path, ...first] = program;
// The client and the guard are built when they are not there or older than their sources; the server serves what it finds.
if (name === "start") for (const app of ["web", "guard"]) prepare(`apps/${app}/tools/build.ts`, ["--if-stale"]);
launch(path, [...first, ...args], name === "start" ? process.cwd() : repository);
