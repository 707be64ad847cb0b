import react from "@vitejs/plugin-react";
import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transformWithOxc, type InlineConfig, type Plugin } from "vite";
import { locales } from "../src/i18n/catalogue.ts";
import { messages } from "../src/i18n/messages/index.ts";
import { catalogues } from "./catalogue-plugin.ts";
import { compressAll } from "./compress.ts";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(dirname(dirname(web)), "node_modules");
const dist = join(web, "dist");
/** The server puts a fresh value in its place in every response. */
const NONCE = "__CSP_NONCE__";

/** Every browser that can run the client reads WOFF 2; the older files would only fill the disk. */
function newFontsOnly(): Plugin {
  return {
    name: "causeway-new-fonts-only",
    enforce: "pre",
    transform: {
      filter: { id: /@fontsource.*\.css/ },
      handler: (code) => code.replaceAll(/,\s*url\([^)]+\.woff\)\s*format\('woff'\)/g, ""),
    },
  };
}

/** How the client is built; there is no configuration file, so that nothing needs a default export. */
function viteConfig(): InlineConfig {
  return {
    configFile: false,
    root: web,
    logLevel: "warn",
    plugins: [react(), catalogues(), newFontsOnly()],
    html: { cspNonce: NONCE },
    resolve: {
      alias: {
        "@formatjs/icu-messageformat-parser": join(modules, "@formatjs/icu-messageformat-parser/no-parser.js"),
        "virtual:crypto-wasm": join(
          modules,
          "@matrix-org/matrix-sdk-crypto-wasm/pkg/matrix_sdk_crypto_wasm_bg.wasm?url",
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
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  };
}

/** The service worker knows the names of this build, and the page, which it makes anew with a nonce when there is no network. */
async function writeServiceWorker(): Promise<void> {
  const built = globSync("assets/*", { cwd: dist }).map((name) => `/${name.replaceAll("\\", "/")}`);
  const isFont = (name: string): boolean => name.endsWith(".woff2");
  const assets = [
    "/manifest.webmanifest",
    "/icon.svg",
    "/icon-unread.svg",
    "/icon-192.png",
    ...built.filter((name) => !isFont(name)),
  ];
  const page = readFileSync(join(dist, "index.html"), "utf8");
  const source = readFileSync(join(web, "sw/sw.ts"), "utf8");
  const words = Object.fromEntries(
    locales.map((locale) => {
      const [one, many, app] = [messages["push.one"], messages["push.many"], messages["app.name"]];
      return [locale, { one: one[locale], many: many[locale], app: app[locale] }];
    }),
  );
  const version = createHash("sha256").update(built.join("\n")).update(page).update(source).digest("hex").slice(0, 16);
  const { code } = await transformWithOxc(source, "sw.ts");
  const values = { version, assets, fonts: built.filter(isFont), page, nonce: NONCE, words };
  writeFileSync(
    join(dist, "sw.js"),
    `const BUILD = ${JSON.stringify(values)};\n${code.replace(/^export \{\};?$/m, "")}`,
  );
}

/** Builds the client into `dist`, with its service worker, compressed. */
export async function bundle(): Promise<void> {
  await build(viteConfig());
  await writeServiceWorker();
  await compressAll(dist);
}
