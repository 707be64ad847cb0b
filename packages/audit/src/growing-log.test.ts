import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GrowingLog } from "./growing-log.ts";
import { leafHash, type Hash } from "./merkle/hash.ts";
import { rootAt, type TreeSource } from "./merkle/tree.ts";
import { TreeCheck } from "./tree-check.ts";

/** A log in memory, kept as the database keeps it. */
function memory(): {
  readonly leaves: string[];
  readonly tiles: Map<string, readonly Hash[]>;
  readonly source: TreeSource;
} {
  const leaves: string[] = [];
  const tiles = new Map<string, readonly Hash[]>();
  const at = (level: number, index: number): Hash => {
    const hash =
      level === 0
        ? leafHash(leaves[index] ?? assert.fail("no leaf"))
        : tiles.get(`${level}/${index >> 8}`)?.[index & 255];
    return hash ?? assert.fail(`no hash ${level}/${index}`);
  };
  const source: TreeSource = {
    hashes: (level, start, count) => Promise.resolve(Array.from({ length: count }, (_, n) => at(level, start + n))),
  };
  return { leaves, tiles, source };
}

async function grow(chunks: readonly number[], reopenEvery: number): Promise<ReturnType<typeof memory>> {
  const kept = memory();
  let log = await GrowingLog.open(kept.source, 0);
  for (const [turn, count] of chunks.entries()) {
    if (turn % reopenEvery === 0) log = await GrowingLog.open(kept.source, kept.leaves.length);
    const leaves = Array.from({ length: count }, (_, n) => `entry ${kept.leaves.length + n}`);
    // What was not accepted has changed nothing.
    log.grow(["another", "history"]);
    const growth = log.grow(leaves);
    kept.leaves.push(...leaves);
    for (const { level, n, hashes } of growth.tiles) kept.tiles.set(`${level}/${n}`, hashes);
    growth.accept();
    assert.equal(log.tree.size, kept.leaves.length);
  }
  return kept;
}

function expectRight({ leaves, tiles }: ReturnType<typeof memory>): void {
  const seen = new Map<string, string>();
  const check = new TreeCheck([], (level, n, hashes) => void seen.set(`${level}/${n}`, hashes.join("")));
  for (const leaf of leaves) check.add(leaf);
  check.end();
  assert.deepEqual(new Map([...tiles].map(([name, hashes]) => [name, hashes.join("")])), seen);
}

test("however entries come and however often it is opened again, the log has the tiles of the tree", async () => {
  const chunks = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(chunks, fc.integer({ min: 1, max: 5 }), async (counts, reopenEvery) => {
      expectRight(await grow(counts, reopenEvery));
    }),
    { numRuns: 25 },
  );
});

test("tiles of level 2 are there when the log has them", async () => {
  const kept = await grow([65_000, 535, 1, 1, 65_535, 300], 2);
  expectRight(kept);
  assert.equal(kept.tiles.get("2/0")?.length, 2);
  const log = await GrowingLog.open(kept.source, 131_072);
  assert.equal(log.tree.root, await rootAt(kept.source, 131_072));
});
