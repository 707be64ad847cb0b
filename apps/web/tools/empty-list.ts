import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/** Builds the page that scrolling is measured beside: `node empty-list.ts DIRECTORY` writes `empty-list.js` there. */
const [, , outDir = ""] = process.argv;
const entry = join(dirname(fileURLToPath(import.meta.url)), "empty-list-page.ts");
await build({
  configFile: false,
  logLevel: "warn",
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: { outDir, lib: { entry, formats: ["es"], fileName: () => "empty-list.js" } },
});
