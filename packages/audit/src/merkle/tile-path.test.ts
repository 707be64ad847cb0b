import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bundleOf, entriesIn, pathOfTile, tileOfPath, widthOfTile } from "./tile-path.ts";

test("a tile's path is the one of the specification", () => {
  assert.equal(pathOfTile({ level: 0, n: 1_234_067, width: 256 }), "0/x001/x234/067");
  assert.equal(pathOfTile({ level: 1, n: 0, width: 17 }), "1/000.p/17");
  assert.equal(pathOfTile({ level: "entries", n: 273, width: 112 }), "entries/273.p/112");
});

test("every path is read as what it was made of", () => {
  const level = fc.oneof(fc.constant("entries" as const), fc.integer({ min: 0, max: 63 }));
  const n = fc.integer({ min: 0, max: 999_999_999_999 });
  const width = fc.integer({ min: 1, max: 256 });
  fc.assert(
    fc.property(fc.record({ level, n, width }), (at) => {
      assert.deepEqual(tileOfPath(pathOfTile(at)), { ...at });
    }),
  );
});

test("what is not the one form of a path is none", () => {
  const wrong = [
    "",
    "0",
    "0/",
    "0/1",
    "0/0001",
    "0/x000/001",
    "0/x001/x234/67",
    "0/001/234",
    "00/001",
    "64/001",
    "-1/001",
    "entries/001.p/0",
    "entries/001.p/256",
    "entries/001.p/01",
    "entries/001.p/",
    "leaves/001",
    "0/001.p/5/6",
    "0/001/",
    "0/ 01",
    "0/٠٠١",
  ];
  for (const path of wrong) assert.equal(tileOfPath(path), undefined, path);
});

test("a tree of 70,000 entries has the tiles of the specification's example", () => {
  assert.equal(widthOfTile(0, 272, 70_000), 256);
  assert.equal(widthOfTile(0, 273, 70_000), 112);
  assert.equal(widthOfTile(0, 274, 70_000), 0);
  assert.equal(widthOfTile(1, 0, 70_000), 256);
  assert.equal(widthOfTile(1, 1, 70_000), 17);
  assert.equal(widthOfTile(2, 0, 70_000), 1);
  assert.equal(widthOfTile(3, 0, 70_000), 0);
  assert.equal(widthOfTile("entries", 273, 70_000), 112);
  assert.equal(widthOfTile(1, 0, 256), 1);
});

test("a bundle of any entries is read as those entries, and never when it was cut", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), fc.nat(), (entries, cut) => {
      const bundle = bundleOf(entries);
      assert.deepEqual(
        entriesIn(bundle)?.map((one) => [...one]),
        entries.map((one) => [...one]),
      );
      const part = entriesIn(bundle.subarray(0, cut % Math.max(1, bundle.length)));
      assert.ok(part === undefined || part.length < entries.length || entries.length === 0);
    }),
  );
});
