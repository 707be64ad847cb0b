import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const guard = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(guard));
const dist = join(guard, "dist");
const STAMP = join(dist, ".stamp");
const SOURCES = [
  ...["apps/guard/{page,src}/**/*.ts", "apps/guard/static/*", "apps/guard/tools/*"],
  ...["packages/base/src/**/*.ts", "packages/policy/src/**/*.ts", "package-lock.json"],
];

/** Everything that the built extension depends on, as one hash. */
function fingerprint(): string {
  const hash = createHash("sha256");
  for (const path of globSync(SOURCES, { cwd: root }).toSorted()) {
    if (path.endsWith(".test.ts") || !statSync(join(root, path)).isFile()) continue;
    const text = readFileSync(join(root, path));
    hash.update(`${path.replaceAll("\\", "/")}\0${text.length}\0`).update(text);
  }
  return hash.digest("hex");
}

/** Builds into `dist` what the server makes the extension from: two scripts, and the files beside them. */
async function buildGuard(wanted: string): Promise<void> {
  const made = join(guard, `dist-${process.pid}`);
  // NOTE Loaded only now: a start that finds the guard fresh does not wait for the bundler.
  const { build } = await import("vite");
  await build({
    ...{ configFile: false, root: guard, logLevel: "warn", publicDir: "static" },
    build: {
      ...{ target: "es2024", outDir: made, emptyOutDir: true, minify: false, reportCompressedSize: false },
      lib: { entry: join(guard, "src/worker.ts"), formats: ["es"], fileName: () => "worker.js" },
    },
  });
  await build({
    ...{ configFile: false, root: guard, logLevel: "warn", publicDir: false },
    build: {
      ...{ target: "es2024", outDir: made, emptyOutDir: false, minify: false, reportCompressedSize: false },
      // A script in a page is no module.
      lib: {
        ...{ entry: join(guard, "page/no-upload.ts"), name: "causewayNoUpload" },
        ...{ formats: ["iife"], fileName: () => "no-upload.js" },
      },
    },
  });
  writeFileSync(join(made, ".stamp"), wanted);
  takeTheirPlace(made, wanted);
}

/** What was built before goes; where somebody else has just built the same, theirs stays. */
function takeTheirPlace(made: string, wanted: string): void {
  try {
    rmSync(dist, { recursive: true, force: true });
    renameSync(made, dist);
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (!isFresh(wanted)) throw error;
  }
}

function isFresh(wanted: string): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted;
}

const wanted = fingerprint();
if (!isFresh(wanted) || !process.argv.includes("--if-stale")) await buildGuard(wanted);
