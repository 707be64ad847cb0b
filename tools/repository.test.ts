import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { codes } from "@causeway/base";
import { files, jsonOf, root, textOf } from "./tree.ts";

const sources = files(/^(packages|apps|tools|tests|bench)\/.*\.(ts|mjs)$/);

/** What must be resolved, because older npm picks older versions without a word. */
const MAJORS: Readonly<Record<string, number>> = {
  typescript: 7,
  oxlint: 1,
  oxfmt: 0,
  "fast-check": 4,
  "matrix-js-sdk": 43,
  fastify: 5,
  zod: 4,
  kysely: 0,
};

test("the tools and libraries are the ones that were asked for", () => {
  assert.match(process.version, /^v24\./);
  for (const [name, major] of Object.entries(MAJORS)) {
    const version = String(jsonOf(`node_modules/${name}/package.json`)["version"]);
    assert.equal(Number(version.split(".")[0]), major, `${name} ${version}`);
  }
});

test("versions are exact, and the lock file records no addresses and no install scripts", () => {
  const manifests = files(/(^|\/)package\.json$/);
  assert.ok(manifests.length > 10);
  for (const path of manifests) {
    const manifest: Record<string, unknown> = { ...jsonOf(path) };
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
      for (const [name, version] of Object.entries({ ...(manifest[kind] as object | undefined) })) {
        assert.match(String(version), /^\d+\.\d+\.\d+$/, `${path}: ${name}`);
      }
    }
  }
  const lock: { packages?: Record<string, Record<string, unknown>> } = jsonOf("package-lock.json");
  const locked = Object.entries(lock.packages ?? {});
  assert.ok(locked.length > 50);
  for (const [path, entry] of locked) {
    // Workspaces are links to folders; everything else must not say where it came from.
    if (entry["link"] !== true) assert.equal(entry["resolved"], undefined, path);
  }
  assert.equal(/https?:/.test(JSON.stringify(locked.map(([, entry]) => entry["resolved"]))), false);
});

test("every package has a README and a front door", () => {
  const missing = files(/^(packages|apps)\/.*package\.json$/).flatMap((path) => {
    const folder = path.slice(0, -"/package.json".length);
    return [`${folder}/README.md`, `${folder}/src/index.ts`].filter(
      (wanted) => !existsSync(join(root, wanted)) && !(folder.startsWith("apps/") && wanted.endsWith("index.ts")),
    );
  });
  assert.deepEqual(missing, []);
});

test("every error code has a paragraph in docs/errors.md, and every paragraph a code", () => {
  const described = [...textOf("docs/errors.md").matchAll(/^## ([A-Z][A-Z0-9_]+)$/gm)].map((match) => match[1]);
  assert.deepEqual(new Set(described), new Set(Object.keys(codes)));
  assert.equal(described.length, Object.keys(codes).length);
});

test("files can be read: none is longer than 500 lines, and no type is waved through", () => {
  assert.ok(sources.length > 100);
  const faults = sources.flatMap((path) => {
    const text = textOf(path);
    const found: string[] = [];
    if (text.split("\n").length > 500) found.push(`${path}: longer than 500 lines`);
    if (
      /@ts-(ignore|expect-error|nocheck)|\bas any\b|: any\b/.test(
        text.replaceAll(/`[^`]*`|"[^"]*"|\/[^/\n]*\/[gm]*/g, ""),
      )
    )
      found.push(`${path}: any`);
    if (/^export default/m.test(text)) found.push(`${path}: a default export`);
    return found;
  });
  assert.deepEqual(faults, []);
});

test("no test is switched off", () => {
  const tests = sources.filter((path) => path.endsWith(".test.ts"));
  assert.ok(tests.length > 5);
  const off = tests.filter((path) => /\b(test|describe|it)\.(skip|todo|only)\(/.test(textOf(path)));
  assert.deepEqual(off, []);
});
