import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const STAMP = join(root, "apps/web/dist/.stamp");

const SOURCES = ["apps/web/**/*", "packages/*/src/**/*.ts", "packages/matrix/*/src/**/*.ts", "package-lock.json"];
const USED =
  /^(apps\/web\/(?!dist\/|tests\/)|packages\/(base|contract|detect|policy|matrix\/(events|push-rules))\/|package-lock\.json$)/;

/** Everything that the built client depends on, as one hash. */
function fingerprint(): string {
  const hash = createHash("sha256");
  const exclude = (name: string): boolean => /(^|[\\/])(node_modules|dist)$/.test(name);
  for (const path of globSync(SOURCES, { cwd: root, exclude }).toSorted()) {
    const name = path.replaceAll("\\", "/");
    if (!USED.test(name) || name.endsWith(".test.ts") || !statSync(join(root, path)).isFile()) continue;
    const text = readFileSync(join(root, path));
    hash.update(`${name}\0${text.length}\0`).update(text);
  }
  return hash.digest("hex");
}

/** Builds into `dist`. A half-made build has no stamp, so the next start makes it again. */
async function buildClient(wanted: string): Promise<void> {
  const started = performance.now();
  process.stderr.write("causeway: building the client\n");
  rmSync(STAMP, { force: true });
  // NOTE Loaded only now: a start that finds the client fresh does not wait for the bundler.
  const { bundle } = await import("./bundle.ts");
  await bundle();
  writeFileSync(STAMP, wanted);
  process.stderr.write(`causeway: built the client in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

const wanted = fingerprint();
const isFresh = existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted;
if (!isFresh || !process.argv.includes("--if-stale")) await buildClient(wanted);
