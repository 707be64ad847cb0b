import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { Frontier } from "./frontier.ts";
import { emptyRoot, leafHash, subtreeOf, type Hash } from "./hash.ts";
import {
  consistencyProof,
  frontierAt,
  inclusionProof,
  isConsistent,
  pruning,
  rootAt,
  rootOfInclusion,
  rootOfPruned,
  type TreeSource,
} from "./tree.ts";

/** The entries and roots that implementations of RFC 6962 are compared by, for sizes 1 to 8. */
const ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

function hex(of: Hash): string {
  return Buffer.from(of, "latin1").toString("hex");
}

/** A tree in memory whose levels are made the slow way. */
function sourceOf(leaves: readonly Hash[]): TreeSource {
  return {
    hashes: (level, start, count) => {
      const width = 256 ** level;
      const found = Array.from({ length: count }, (_, at) => {
        const part = leaves.slice((start + at) * width, (start + at + 1) * width);
        assert.equal(part.length, width, "asked for what is not whole");
        return subtreeOf(part);
      });
      return Promise.resolve(found);
    },
  };
}

/** The root by the words of RFC 6962, section 2.1, with nothing of ours but the test itself. */
function naiveRoot(entries: readonly Uint8Array[]): string {
  const hash = (...parts: readonly Uint8Array[]): Buffer => createHash("sha256").update(Buffer.concat(parts)).digest();
  const root = (part: readonly Uint8Array[]): Buffer => {
    const [first] = part;
    if (first === undefined) return hash();
    if (part.length === 1) return hash(Buffer.of(0), first);
    let split = 1;
    while (split * 2 < part.length) split *= 2;
    return hash(Buffer.of(1), root(part.slice(0, split)), root(part.slice(split)));
  };
  return root(entries).toString("hex");
}

const bytes = ENTRIES.map((entry) => Buffer.from(entry, "hex"));
const known = bytes.map((entry) => leafHash(entry));

function entry(at: number): Uint8Array {
  return Buffer.from(`entry ${at}`);
}

function grown(size: number): { readonly source: TreeSource; readonly leaves: readonly Hash[] } {
  const leaves = Array.from({ length: size }, (_, at) => leafHash(entry(at)));
  return { source: sourceOf(leaves), leaves };
}

test("the roots of the known trees are the known roots, however they are worked out", async () => {
  assert.equal(hex(emptyRoot), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const frontier = new Frontier();
  for (const [at, leaf] of known.entries()) {
    frontier.push(leaf);
    assert.equal(hex(frontier.root()), ROOTS[at]);
    assert.equal(hex(await rootAt(sourceOf(known), at + 1)), ROOTS[at]);
    assert.equal(naiveRoot(bytes.slice(0, at + 1)), ROOTS[at]);
  }
});

test("the proofs of the known trees are the known proofs", async () => {
  assert.deepEqual((await inclusionProof(sourceOf(known), 0, 8)).map(hex), [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  ]);
  assert.deepEqual((await consistencyProof(sourceOf(known), 6, 8)).map(hex), [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  ]);
  assert.deepEqual(await consistencyProof(sourceOf(known), 8, 8), []);
});

test("for any tree and any entry: the entry is proved, and no other entry, place, size or proof is", async () => {
  const size = fc.integer({ min: 1, max: 600 });
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), fc.nat(), async (count, anyIndex, anyFlip) => {
      const { source, leaves } = grown(count);
      const index = anyIndex % count;
      const hash = leaves[index] ?? assert.fail();
      const root = await rootAt(source, count);
      const proof = await inclusionProof(source, index, count);
      assert.equal(rootOfInclusion({ hash, index, size: count }, proof), root);
      assert.notEqual(rootOfInclusion({ hash: leafHash("x"), index, size: count }, proof), root);
      if (index + 1 < count) assert.notEqual(rootOfInclusion({ hash, index: index + 1, size: count }, proof), root);
      assert.equal(rootOfInclusion({ hash, index: count, size: count }, proof), undefined);
      assert.equal(rootOfInclusion({ hash, index, size: count }, [...proof, root]), undefined);
      if (proof.length === 0) return;
      const flipped = proof.map((one, at) => (at === anyFlip % proof.length ? leafHash(one) : one));
      assert.notEqual(rootOfInclusion({ hash, index, size: count }, flipped), root);
      assert.equal(rootOfInclusion({ hash, index, size: count }, proof.slice(1)), undefined);
    }),
    { numRuns: 60 },
  );
});

test("for any two sizes: the smaller tree is proved to be the beginning of the larger, and no other tree is", async () => {
  const size = fc.integer({ min: 0, max: 600 });
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), async (count, any) => {
      const { source } = grown(count);
      const first = any % (count + 1);
      const older = { size: first, root: await rootAt(source, first) };
      const newer = { size: count, root: await rootAt(source, count) };
      const proof = await consistencyProof(source, first, count);
      assert.ok(proof.length <= 63);
      assert.ok(isConsistent(older, newer, proof));
      const forked = { size: first, root: leafHash("another history") };
      assert.ok(!isConsistent(forked, newer, proof));
      assert.ok(!isConsistent(older, { ...newer, root: leafHash("another") }, proof) || first === 0);
      assert.ok(!isConsistent(newer, older, proof) || first === count);
      assert.ok(!isConsistent(older, newer, [...proof, older.root]));
      if (proof.length > 0) assert.ok(!isConsistent(older, newer, proof.slice(1)));
    }),
    { numRuns: 60 },
  );
});

test("for any set of entries: all of them are proved at once, and none that is not in the tree", async () => {
  const some = fc.uniqueArray(fc.nat(599), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 600, max: 700 }), some, async (count, chosen) => {
      const { source } = grown(count);
      const indices = chosen.toSorted((left, right) => left - right);
      const root = await rootAt(source, count);
      const hashes = await pruning(source, indices, count);
      const entries = new Map(indices.map((index) => [index, entry(index)]));
      assert.equal(rootOfPruned(entries, hashes, count), root);
      const changed = new Map(entries).set(indices[0] ?? 0, entry(10_000));
      assert.notEqual(rootOfPruned(changed, hashes, count), root);
      assert.equal(rootOfPruned(entries, [...hashes, root], count), undefined);
      assert.notEqual(rootOfPruned(entries, hashes.slice(1), count), root);
      const moved = new Map(indices.map((index) => [index + 1, entry(index)]));
      assert.notEqual(rootOfPruned(moved, hashes, count), root);
      assert.equal(rootOfPruned(new Map([[count, entry(0)]]), hashes, count), undefined);
      assert.equal(rootOfPruned(new Map([[-1, entry(0)]]), hashes, count), undefined);
      assert.equal(rootOfPruned(new Map([[0.5, entry(0)]]), hashes, count), undefined);
    }),
    { numRuns: 40 },
  );
});

test("a tree can be gone on with from any size, and is the same as one that grew in one piece", async () => {
  const { source, leaves } = grown(700);
  const whole = await rootAt(source, 700);
  for (const size of [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 699, 700]) {
    const frontier = await frontierAt(source, size);
    for (const leaf of leaves.slice(size)) frontier.push(leaf);
    assert.equal(frontier.root(), whole, String(size));
  }
});

test("a tree of more than 256 tiles has hashes in tiles of level 2", () => {
  const frontier = new Frontier();
  const seen: string[] = [];
  const leaf = leafHash("x");
  for (let at = 0; at < 70_000; at += 1) frontier.push(leaf, (level, index) => void seen.push(`${level}/${index}`));
  assert.equal(seen.filter((one) => one.startsWith("1/")).length, 273);
  assert.deepEqual(
    seen.filter((one) => one.startsWith("2/")),
    ["2/0"],
  );
});
