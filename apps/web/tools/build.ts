import react from "@vitejs/plugin-react";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transformWithOxc, type InlineConfig } from "vite";
import { catalogues } from "./catalogue-plugin.ts";
import { compressAll } from "./compress.ts";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(dirname(web));
const dist = join(web, "dist");
const STAMP = join(dist, ".stamp");
/** The server puts a fresh value in its place in every response. */
const NONCE = "__CSP_NONCE__";

/** Everything that the built client depends on, as one hash. */
function fingerprint(): string {
  const patterns = ["apps/web/**/*", "packages/*/src/**/*.ts", "packages/matrix/*/src/**/*.ts", "package-lock.json"];
  const used =
    /^(apps\/web\/(?!dist\/|tests\/)|packages\/(base|contract|detect|policy|matrix\/(events|push-rules))\/|package-lock\.json$)/;
  const hash = createHash("sha256");
  for (const path of globSync(patterns, {
    cwd: root,
    exclude: (name) => /(^|\/)(node_modules|dist)$/.test(String(name)),
  }).toSorted()) {
    const name = path.replaceAll("\\", "/");
    if (!used.test(name) || name.endsWith(".test.ts") || !statSync(join(root, path)).isFile()) continue;
    hash
      .update(name)
      .update("\0")
      .update(readFileSync(join(root, path)))
      .update("\0");
  }
  return hash.digest("hex");
}

/** How the client is built; there is no configuration file, so that nothing needs a default export. */
export function viteConfig(): InlineConfig {
  return {
    configFile: false,
    root: web,
    logLevel: "warn",
    plugins: [react(), catalogues()],
    html: { cspNonce: NONCE },
    resolve: {
      alias: {
        "@formatjs/icu-messageformat-parser": join(
          root,
          "node_modules/@formatjs/icu-messageformat-parser/no-parser.js",
        ),
        "virtual:crypto-wasm": join(
          root,
          "node_modules/@matrix-org/matrix-sdk-crypto-wasm/pkg/matrix_sdk_crypto_wasm_bg.wasm?url",
        ),
      },
    },
    define: { global: "globalThis" },
    build: {
      target: "es2023",
      cssTarget: "esnext",
      outDir: dist,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      manifest: "manifest.json",
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4096,
    },
  };
}

/** The service worker knows the names of this build, and the page, which it makes anew with a nonce when there is no network. */
async function writeServiceWorker(): Promise<void> {
  const assets = globSync("assets/*", { cwd: dist }).map((name) => `/${name.replaceAll("\\", "/")}`);
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const version = createHash("sha256").update(assets.join("\n")).update(page).digest("hex").slice(0, 16);
  const { code } = await transformWithOxc(readFileSync(join(web, "sw/sw.ts"), "utf8"), "sw.ts");
  const values = {
    version,
    assets: ["/manifest.webmanifest", "/icon.svg", "/icon-192.png", ...assets],
    page,
    nonce: NONCE,
  };
  writeFileSync(
    join(dist, "sw.js"),
    `const BUILD = ${JSON.stringify(values)};\n${code.replace(/^export \{\};?$/m, "")}`,
  );
}

/** Builds into `dist`. A half-made build has no stamp, so the next start makes it again. */
export async function buildClient(): Promise<void> {
  const wanted = fingerprint();
  rmSync(STAMP, { force: true });
  await build(viteConfig());
  await writeServiceWorker();
  await compressAll(dist);
  writeFileSync(STAMP, wanted);
}

/** Whether `dist` was built from just these sources. */
export function isFresh(): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, "utf8") === fingerprint();
}

if (process.argv[1] !== undefined && relative(process.argv[1], fileURLToPath(import.meta.url)) === "") {
  if (!process.argv.includes("--if-stale") || !isFresh()) {
    const started = performance.now();
    process.stderr.write("causeway: building the client\n");
    await buildClient();
    process.stderr.write(`causeway: built the client in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  }
}
