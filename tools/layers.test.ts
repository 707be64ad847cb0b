import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { syntaxOf, type Syntax } from "./syntax.ts";
import { files, isTestFile, jsonOf, root, textOf } from "./tree.ts";

/** Imports run to a lower number only; the same number are strangers (docs/architecture.md). */
const LAYERS: Readonly<Record<string, number>> = {
  "packages/base": 0,
  "packages/contract": 1,
  "packages/detect": 1,
  "packages/policy": 1,
  "packages/matrix/events": 1,
  "packages/matrix/push-rules": 1,
  "packages/platform": 2,
  "packages/audit": 3,
  "packages/accounts": 4,
  "packages/directory": 4,
  "packages/access": 5,
  "packages/matrix/rooms": 6,
  "packages/matrix/keys": 6,
  "packages/matrix/media": 6,
  "packages/enforce": 6,
  "packages/matrix/sync": 7,
  "packages/matrix/push": 7,
  "packages/matrix/federation": 7,
  "packages/transfer": 7,
  "packages/cards": 7,
  "packages/assurance": 8,
  "apps/server": 9,
  "apps/web": 9,
  "apps/guard": 9,
  "apps/cli": 9,
  "apps/point": 9,
  "packages/testkit": 10,
  "packages/testkit-provider": 10,
  "packages/testkit-push": 10,
};

/** Peers of the HTTP contract: they run in a browser and take from the pure layers only. */
const BROWSER: Readonly<Record<string, number>> = { "apps/web": 1, "apps/guard": 1 };

/** A source file, with what it imports. */
interface Source extends Syntax {
  readonly path: string;
  /** The package's folder; the root for tests/, bench/ and tools/. */
  readonly own: string;
  /** Tests may use whatever they need, still through the front door. */
  readonly isRelaxed: boolean;
}

const places = Object.keys(LAYERS).filter((place) => existsSync(join(root, place, "package.json")));
const byName = new Map(places.map((place) => [String(jsonOf(`${place}/package.json`)["name"]), place]));
const sources: readonly Source[] = files(/^(packages|apps|tools|tests|bench)\/.*\.(ts|tsx|mjs)$/).map((path) => {
  const own = places.find((place) => path.startsWith(`${place}/`)) ?? "";
  return {
    ...syntaxOf(path, textOf(path)),
    path,
    own,
    isRelaxed: isTestFile(path) || own === "" || own === "packages/testkit",
  };
});

function declaredBy(place: string): ReadonlySet<string> {
  const manifest = jsonOf(join(place, "package.json"));
  return new Set(["dependencies", "devDependencies"].flatMap((kind) => Object.keys(Object(manifest[kind]))));
}

const declared = new Map(["", ...places].map((place) => [place, declaredBy(place)]));

function isDeclared(source: Source, name: string): boolean {
  if (declared.get(source.own)?.has(name) === true) return true;
  return source.isRelaxed && declared.get("")?.has(name) === true;
}

/** `@scope/name/deep` is of the package `@scope/name`. */
function packageOf(imported: string): string {
  return imported
    .split("/")
    .slice(0, imported.startsWith("@") ? 2 : 1)
    .join("/");
}

function faultOf(source: Source, imported: string): string | undefined {
  if (imported.startsWith("node:")) return isInBrowser(source) ? "is not there in a browser" : undefined;
  if (imported.startsWith("virtual:") && source.own in BROWSER) return undefined; // made by the build
  if (imported.startsWith(".")) return faultOfRelative(source, imported);
  const name = packageOf(imported);
  if (!name.startsWith("@causeway/")) return isDeclared(source, name) ? undefined : "is not declared";
  const target = byName.get(imported);
  if (target === undefined) return "is no front door";
  if (source.isRelaxed) return undefined;
  if (!isDeclared(source, name)) return "is not declared";
  const highest = BROWSER[source.own] ?? (LAYERS[source.own] ?? 0) - 1;
  return (LAYERS[target] ?? 99) <= highest ? undefined : `is not for ${source.own}`;
}

function isInBrowser({ own, path, isRelaxed }: Source): boolean {
  return own in BROWSER && !isRelaxed && path.startsWith(`${own}/src/`);
}

function faultOfRelative(source: Source, imported: string): string | undefined {
  const ending = source.own in BROWSER ? /\.(ts|tsx|mjs|css)$/ : /\.(ts|tsx|mjs)$/;
  if (!ending.test(imported)) return "does not say which file it is";
  const target = join(dirname(source.path), imported);
  // NOTE These commands start under an older Node, so their bins share the plain launcher of tools/.
  if (/^apps\/(cli|point)\/bin\/[a-z-]+\.mjs$/.test(source.path) && target === "tools/launch.mjs") return undefined;
  if (source.own !== "") return target.startsWith(`${source.own}/`) ? undefined : "reaches out of its package";
  return places.some((place) => target.startsWith(`${place}/`)) ? "goes past the front door" : undefined;
}

test("every package has a place in the layers, and there is more than a handful of files to look at", () => {
  assert.ok(sources.length > 200);
  const homeless = sources.filter(({ path, own }) => /^(packages|apps)\//.test(path) && own === "");
  assert.deepEqual(
    homeless.map(({ path }) => path),
    [],
  );
});

test("every import points down, through a front door, and is declared", () => {
  const seen = sources.flatMap((source) => source.imports.map((imported) => ({ source, imported })));
  assert.ok(seen.filter(({ imported }) => imported.startsWith("@causeway/")).length > 200);
  const faults = seen.flatMap(({ source, imported }) => {
    const fault = faultOf(source, imported);
    return fault === undefined ? [] : [`${source.path}: ${imported} ${fault}`];
  });
  assert.deepEqual(faults, []);
});

const DRIVERS = new Set(["fastify", "kysely", "postgres", "prom-client", "yaml", "node:sqlite"]);
const SQL =
  /^\s*(SELECT|INSERT( OR \w+)? INTO|UPDATE \w+ SET|DELETE FROM|WITH \w+|(CREATE|DROP|ALTER) (UNIQUE |VIRTUAL )?(TABLE|INDEX))\s/;

test("only platform names the framework and the drivers, and only platform and the programs read the environment", () => {
  const faults = sources
    .filter(({ isRelaxed, own }) => !isRelaxed && own !== "packages/platform")
    .flatMap(({ path, imports, usesEnvironment }) => [
      ...imports.filter((name) => DRIVERS.has(name)).map((name) => `${path}: ${name}`),
      ...(usesEnvironment && !path.startsWith("apps/") ? [`${path}: the environment`] : []),
    ]);
  assert.deepEqual(faults, []);
});

test("SQL stands in stores and migrations only", () => {
  const withSql = sources.filter(({ isRelaxed, texts }) => !isRelaxed && texts.some((text) => SQL.test(text)));
  assert.ok(withSql.length > 10, "the pattern still finds SQL");
  const isAllowed = (path: string): boolean =>
    /\/(store[a-z0-9-]*|migrations\/[a-z0-9-]+)\.ts$/.test(path) || path.startsWith("packages/platform/src/db/");
  assert.deepEqual(
    withSql.map(({ path }) => path).filter((path) => !isAllowed(path)),
    [],
  );
});
