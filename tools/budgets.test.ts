import assert from "node:assert/strict";
import { test } from "node:test";
import { syntaxOf } from "./syntax.ts";
import { files, textOf } from "./tree.ts";

const MOST_LINES_IN_A_FILE = 500;
const MOST_LINES_IN_A_FUNCTION = 80;
const MOST_PARAMETERS = 3;
const MOST_CASTS_IN_A_FILE = 2;

/** Functions that had too many parameters when this was first measured, by file. An entry may shrink or go; none is ever added. */
const TOO_MANY_PARAMETERS: Readonly<Record<string, number>> = {
  "packages/accounts/src/accounts.ts": 1,
  "packages/accounts/src/store.ts": 2,
  "packages/accounts/tests/interactive.test.ts": 1,
  "packages/matrix/events/src/auth-rules.test.ts": 1,
  "packages/matrix/keys/src/store-backup.ts": 1,
  "packages/matrix/keys/src/store-devices.ts": 1,
  "packages/matrix/media/tests/thumbnail.test.ts": 1,
  "packages/matrix/push-rules/src/rules.ts": 1,
  "packages/matrix/rooms/src/handlers-events.ts": 1,
  "packages/platform/src/config/config-key.ts": 1,
  "tests/crash/kill.test.ts": 1,
};

const sources = files(/^(packages|apps|tools|tests|bench)\/.*\.(ts|tsx|mjs)$/).map((path) => {
  const text = textOf(path);
  return { path, lines: text.split("\n").length - 1, ...syntaxOf(path, text) };
});

test("no file is longer than can be read, and the one in the middle is short", () => {
  assert.ok(sources.length > 200);
  const long = sources.filter(({ lines }) => lines > MOST_LINES_IN_A_FILE);
  assert.deepEqual(
    long.map(({ path, lines }) => `${path}: ${lines} lines`),
    [],
  );
  const lengths = sources.map(({ lines }) => lines).toSorted((a, b) => a - b);
  assert.ok((lengths[Math.floor(lengths.length / 2)] ?? 0) <= 120);
});

test("no function is longer than can be read", () => {
  // In a test file the function around a group of tests is a list, not a thought.
  const measured = sources.filter(({ path }) => !path.endsWith(".test.ts"));
  assert.ok(measured.flatMap(({ functions }) => functions).length > 1000);
  const faults = measured.flatMap(({ path, functions }) =>
    functions
      .filter(({ lines }) => lines > MOST_LINES_IN_A_FUNCTION)
      .map(({ line, lines }) => `${path}:${line}: ${lines} lines`),
  );
  assert.deepEqual(faults, []);
});

test("a function has three parameters at most, or one of options", () => {
  const found = sources.flatMap(({ path, functions }) => {
    const many = functions.filter(({ parameters }) => parameters > MOST_PARAMETERS);
    return many.length === 0 ? [] : [{ path, count: many.length, lines: many.map(({ line }) => line) }];
  });
  const faults = found
    .filter(({ path, count }) => count > (TOO_MANY_PARAMETERS[path] ?? 0))
    .map(({ path, lines }) => `${path}: lines ${lines.join(", ")}`);
  assert.deepEqual(faults, []);
  const counts = new Map(found.map(({ path, count }) => [path, count]));
  const paid = Object.entries(TOO_MANY_PARAMETERS).filter(([path, owed]) => (counts.get(path) ?? 0) < owed);
  assert.deepEqual(paid, [], "these have become better: lower the number, or take the line out");
});

test("types are not waved through: few casts outside parsers, each of them explained", () => {
  const faults = sources
    .filter(({ casts }) => casts.length > MOST_CASTS_IN_A_FILE)
    .map(({ path, casts }) => `${path}: lines ${casts.join(", ")}`);
  assert.deepEqual(faults, []);
});
