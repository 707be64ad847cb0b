// What package.json's scripts call.
import { fail, launch, repository } from "./launch.mjs";

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
launch(path, [...first, ...args], name === "start" ? process.cwd() : repository);
