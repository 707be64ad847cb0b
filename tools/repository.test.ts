import { codes } from "@causeway/base";
import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { suites } from "./suites.ts";
import { files, jsonOf, root, textOf } from "./tree.ts";

const sources = files(/^(packages|apps|tools|tests|bench)\/.*\.(ts|tsx|mjs)$/);
const manifests = files(/(^|\/)package\.json$/);
const locked: readonly (readonly [string, object])[] = Object.entries(Object(jsonOf("package-lock.json")["packages"]));

/** Majors, because older npm picks older versions without a word. */
const MAJORS: Readonly<Record<string, number>> = {
  typescript: 7,
  oxlint: 1,
  "oxlint-tsgolint": 7,
  oxfmt: 0,
  "oxc-parser": 0,
  knip: 6,
  "fast-check": 4,
  "matrix-js-sdk": 43,
  fastify: 5,
  zod: 4,
  kysely: 0,
  postgres: 3,
  react: 19,
  vite: 8,
  "playwright-core": 1,
};

/** Dependencies of a manifest, by name: the version that it asks for. */
function dependenciesOf(path: string): readonly (readonly [string, string])[] {
  const manifest = jsonOf(path);
  const kinds = ["dependencies", "devDependencies", "optionalDependencies"];
  return kinds.flatMap((kind) =>
    Object.entries(Object(manifest[kind])).map(([name, version]) => [name, String(version)] as const),
  );
}

test("Node is 24.7 or newer, and the tools and libraries are the ones that were asked for", () => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  assert.ok(major > 24 || (major === 24 && minor >= 7), process.version);
  for (const [name, wanted] of Object.entries(MAJORS)) {
    const version = String(jsonOf(`node_modules/${name}/package.json`)["version"]);
    assert.equal(Number(version.split(".")[0]), wanted, `${name} ${version}`);
  }
});

test("versions are exact, and what is installed is what the manifests ask for", () => {
  assert.ok(manifests.length > 10);
  let compared = 0;
  for (const path of manifests) {
    for (const [name, version] of dependenciesOf(path)) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${path}: ${name}`);
      const installed = `node_modules/${name}/package.json`;
      // The programs of other platforms are not installed here.
      if (name.startsWith("node-") && !existsSync(join(root, installed))) continue;
      assert.equal(jsonOf(installed)["version"], version, `${path}: ${name}`);
      compared += 1;
    }
  }
  assert.ok(compared > 30);
});

test("the lock file records no addresses, and nothing that is installed needs an install script", () => {
  assert.ok(locked.length > 100);
  for (const [path, entry] of locked) {
    // Workspaces are links to folders; everything else must not say where it came from.
    if (!("link" in entry)) assert.equal("resolved" in entry, false, path);
    assert.equal("hasInstallScript" in entry, false, `${path} has an install script`);
  }
});

test("no file names the host of a package registry", () => {
  const hosts = [
    ["registry", "npmjs", "org"],
    ["registry", "yarnpkg", "com"],
    ["npm", "pkg", "github", "com"],
    ["registry", "npmmirror", "com"],
  ].map((parts) => parts.join("."));
  const looked = files(/./).filter(
    (path) => existsSync(join(root, path)) && statSync(join(root, path)).size < 2_000_000,
  );
  assert.ok(looked.length > 200);
  const faults = looked.filter((path) => {
    const text = textOf(path);
    return hosts.some((host) => text.includes(host));
  });
  assert.deepEqual(faults, []);
});

test("every package has a README and a front door that is its only export", () => {
  const packages = manifests.filter((path) => path.startsWith("packages/"));
  assert.ok(packages.length > 8);
  for (const path of packages) {
    const folder = path.slice(0, -"/package.json".length);
    assert.ok(existsSync(join(root, folder, "src/index.ts")), `${folder} has no front door`);
    assert.deepEqual(jsonOf(path)["exports"], { ".": "./src/index.ts" }, path);
  }
  const unexplained = manifests.filter((path) => !existsSync(join(root, path.replace(/package\.json$/, "README.md"))));
  assert.deepEqual(unexplained, []);
});

test("every error code has a paragraph in docs/errors.md, and every paragraph a code", () => {
  const described = [...textOf("docs/errors.md").matchAll(/^## ([A-Z][A-Z0-9_]+)$/gm)].map((match) => match[1]);
  assert.ok(described.length > 10);
  assert.equal(new Set(described).size, described.length, "one paragraph each");
  assert.deepEqual(new Set(described), new Set(Object.keys(codes)));
});

test("a paragraph about an error code begins with its status, and no code is there that nothing answers with", () => {
  const paragraphs = textOf("docs/errors.md").matchAll(/^## ([A-Z][A-Z0-9_]+)\n\n([0-9]{3})/gm);
  const written = Object.fromEntries([...paragraphs].map(([, code = "", status]) => [code, Number(status)]));
  assert.deepEqual(written, Object.fromEntries(Object.entries(codes).map(([code, { status }]) => [code, status])));
  const answering = sources
    .filter((path) => /^(packages|apps)\//.test(path) && !path.endsWith("/codes.ts"))
    .map(textOf);
  const unused = Object.keys(codes).filter(
    (code) => !answering.some((text) => text.includes(`"${code}"`) || text.includes(`.${code}`)),
  );
  assert.deepEqual(unused, []);
});

test("every decision has a number of its own", () => {
  const numbers = files(/^docs\/adr\/.*\.md$/)
    .filter((path) => existsSync(join(root, path)))
    .map((path) => /^docs\/adr\/([0-9]{4})-[a-z0-9-]+\.md$/.exec(path)?.[1] ?? path);
  assert.ok(numbers.length > 10);
  assert.deepEqual(
    numbers.filter((number, at) => numbers.indexOf(number) !== at || !/^[0-9]{4}$/.test(number)),
    [],
  );
});

test("every test file belongs to one suite, and none is switched off", () => {
  const tests = sources.filter((path) => path.endsWith(".test.ts"));
  assert.ok(tests.length > 20);
  for (const path of tests) assert.equal(Object.values(suites).filter((pattern) => pattern.test(path)).length, 1, path);
  const off = tests.filter((path) => /\b(test|describe|it)\.(skip|todo|only)\(/.test(textOf(path)));
  assert.deepEqual(off, []);
});

test("the compiler is not told to look away", () => {
  assert.ok(sources.length > 200);
  const away = /^\s*(\/\/|\/\*)\s*@ts-(ignore|expect-error|nocheck)/m;
  const faults = sources.filter((path) => away.test(textOf(path)));
  assert.deepEqual(faults, []);
});
