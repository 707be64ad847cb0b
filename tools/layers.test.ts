import assert from "node:assert/strict";
import { test } from "node:test";
import { files, jsonOf, textOf } from "./tree.ts";

/** Imports run to a lower number only; the same number are strangers. */
const LAYERS: Readonly<Record<string, number>> = {
  "packages/base": 0,
  "packages/contract": 1,
  "packages/matrix/events": 1,
  "packages/matrix/push-rules": 1,
  "packages/platform": 2,
  "packages/accounts": 4,
  "packages/access": 5,
  "packages/matrix/rooms": 6,
  "packages/matrix/keys": 6,
  "packages/matrix/media": 6,
  "packages/matrix/sync": 7,
  "apps/server": 9,
  "packages/testkit": 10,
};

const IMPORT =
  /(?:^|[\s;])(?:import|export)\s[^"';]*?from\s*["']([^"']+)["']|(?:^|[\s;(])import\s*\(?\s*["']([^"']+)["']/g;

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[^:"'`])\/\/[^\n]*/g, "$1");
}

function importsOf(path: string): readonly string[] {
  return [...withoutComments(textOf(path)).matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? "");
}

function packageOf(path: string): string | undefined {
  return Object.keys(LAYERS).find((name) => path.startsWith(`${name}/`));
}

const names = new Map(Object.keys(LAYERS).map((path) => [String(jsonOf(`${path}/package.json`)["name"]), path]));
const sources = files(/^(packages|apps)\/.*\.ts$/);

function isTest(path: string): boolean {
  return path.includes("/tests/") || path.endsWith(".test.ts");
}

function dependenciesOf(path: string): ReadonlySet<string> {
  const { dependencies }: { dependencies?: object } = jsonOf(`${path}/package.json`);
  return new Set(Object.keys(dependencies ?? {}));
}

test("every package has a place in the layers, and there is more than a handful of files to look at", () => {
  assert.ok(sources.length > 100);
  const places = new Set(sources.map((path) => packageOf(path) ?? `no layer: ${path}`));
  assert.deepEqual(
    [...places].filter((place) => place.startsWith("no layer")),
    [],
  );
});

test("imports between packages point down, through the front door, and are declared", () => {
  const faults: string[] = [];
  let seen = 0;
  for (const path of sources) {
    if (isTest(path)) continue;
    const own = packageOf(path) ?? "";
    for (const imported of importsOf(path)) {
      if (!imported.startsWith("@causeway/")) continue;
      seen += 1;
      const target = names.get(imported);
      if (target === undefined) faults.push(`${path}: ${imported} is no front door`);
      else if ((LAYERS[target] ?? 99) >= (LAYERS[own] ?? 0)) faults.push(`${path}: ${imported} is not below ${own}`);
      if (!dependenciesOf(own).has(imported))
        faults.push(`${path}: ${imported} is not declared in ${own}/package.json`);
    }
  }
  assert.ok(seen > 100);
  assert.deepEqual(faults, []);
});

test("other imports are Node's, declared, or files of the same package that end in .ts", () => {
  const faults: string[] = [];
  for (const path of sources) {
    const own = packageOf(path) ?? "";
    for (const imported of importsOf(path)) {
      if (imported.startsWith("@causeway/") || imported.startsWith("node:")) continue;
      if (imported.startsWith(".")) {
        const to = new URL(imported, `file:///${path}`).pathname.slice(1);
        if (!imported.endsWith(".ts") || !to.startsWith(`${own}/`)) faults.push(`${path}: ${imported}`);
      } else if (!isTest(path)) {
        const name = imported.startsWith("@")
          ? imported.split("/").slice(0, 2).join("/")
          : (imported.split("/")[0] ?? "");
        if (!dependenciesOf(own).has(name)) faults.push(`${path}: ${name} is not declared in ${own}/package.json`);
      }
    }
  }
  assert.deepEqual(faults, []);
});

test("only platform names the framework, the drivers and the environment; SQL stands in stores and migrations", () => {
  const faults: string[] = [];
  for (const path of sources) {
    if (isTest(path) || path.startsWith("packages/platform/") || path.startsWith("packages/testkit/")) continue;
    const text = withoutComments(textOf(path));
    if (importsOf(path).some((name) => /^(fastify|kysely|postgres|prom-client|yaml|node:sqlite)$/.test(name)))
      faults.push(`${path}: a driver`);
    if (text.includes("process.env") && !path.startsWith("apps/")) faults.push(`${path}: the environment`);
    const isStore = /\/(store[a-z-]*|migrations\/[a-z0-9-]+)\.ts$/.test(path);
    if (!isStore && /["'`]\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE) /.test(text))
      faults.push(`${path}: SQL`);
  }
  assert.deepEqual(faults, []);
});
