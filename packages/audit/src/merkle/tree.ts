import { emptyRoot, leafHash, nodeHash, subtreeOf, type Hash } from "./hash.ts";
import { Frontier, TILE_HEIGHT } from "./frontier.ts";

/** Where the hashes of a tree come from. */
export interface TreeSource {
  /** `count` hashes of one level of tiles, from `start` on: those of whole subtrees of 256^level entries. */
  hashes(level: number, start: number, count: number): Promise<readonly Hash[]>;
}

/** A part of a tree that a proof names by its hash, or all of whose entries are known. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** The largest power of two that is less than a size of at least 2. */
function splitOf(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function halvesOf({ start, end }: Range): readonly [Range, Range] {
  const middle = start + splitOf(end - start);
  return [
    { start, end: middle },
    { start: middle, end },
  ];
}

/** The hash of the whole subtree of 2^height entries. */
async function subtree(source: TreeSource, height: number, index: number): Promise<Hash> {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height - level * TILE_HEIGHT);
  return subtreeOf(await source.hashes(level, index * count, count));
}

/** The hash of a range that begins where a whole subtree does. */
async function rangeHash(source: TreeSource, range: Range): Promise<Hash> {
  const size = range.end - range.start;
  if (size === 0) return emptyRoot;
  const height = Math.log2(size);
  if (Number.isInteger(height)) return await subtree(source, height, range.start / size);
  const [left, right] = halvesOf(range);
  return nodeHash(await rangeHash(source, left), await rangeHash(source, right));
}

/** The root that the tree had when it had so many entries. */
export function rootAt(source: TreeSource, size: number): Promise<Hash> {
  return rangeHash(source, { start: 0, end: size });
}

/** The right edge of the tree at a size. */
export async function frontierAt(source: TreeSource, size: number): Promise<Frontier> {
  const subtrees: Hash[] = [];
  let start = 0;
  for (let rest = size; rest > 0;) {
    const part = splitOf(rest + 1);
    subtrees.push(await rangeHash(source, { start, end: start + part }));
    start += part;
    rest -= part;
  }
  return new Frontier(size, subtrees);
}

/** RFC 6962, section 2.1.1: the hashes that lead from an entry to the root, the nearest first. */
export async function inclusionProof(source: TreeSource, index: number, size: number): Promise<readonly Hash[]> {
  const proof: Hash[] = [];
  let range: Range = { start: 0, end: size };
  while (range.end - range.start > 1) {
    const [left, right] = halvesOf(range);
    const isLeft = index < left.end;
    proof.unshift(await rangeHash(source, isLeft ? right : left));
    range = isLeft ? left : right;
  }
  return proof;
}

/** The root to which an entry and its proof lead; undefined when the proof is not of this place in a tree of this size. */
export function rootOfInclusion(
  entry: { readonly hash: Hash; readonly index: number; readonly size: number },
  proof: readonly Hash[],
): Hash | undefined {
  const { index, size } = entry;
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return undefined;
  const sides: boolean[] = [];
  for (let range: Range = { start: 0, end: size }; range.end - range.start > 1;) {
    const [left, right] = halvesOf(range);
    const isLeft = index < left.end;
    sides.unshift(isLeft);
    range = isLeft ? left : right;
  }
  if (sides.length !== proof.length) return undefined;
  return proof.reduce(
    (own, other, at) => (sides[at] === true ? nodeHash(own, other) : nodeHash(other, own)),
    entry.hash,
  );
}

/** RFC 6962, section 2.1.2: the hashes by which the tree of one size is seen to be the beginning of that of another. */
export async function consistencyProof(source: TreeSource, first: number, second: number): Promise<readonly Hash[]> {
  if (first === 0 || first === second) return [];
  const proof: Hash[] = [];
  let range: Range = { start: 0, end: second };
  let isBeginning = true;
  while (range.end !== first) {
    const [left, right] = halvesOf(range);
    const isLeft = first <= left.end;
    proof.unshift(await rangeHash(source, isLeft ? right : left));
    if (!isLeft) isBeginning = false;
    range = isLeft ? left : right;
  }
  return isBeginning ? proof : [await rangeHash(source, range), ...proof];
}

/** A tree of some size, by its root. */
export interface Tree {
  readonly size: number;
  readonly root: Hash;
}

/** Whether a proof shows that the entries of one tree are the first ones of another. */
export function isConsistent(first: Tree, second: Tree, proof: readonly Hash[]): boolean {
  if (first.size > second.size) return false;
  if (first.size === 0) return first.root === emptyRoot && proof.length === 0;
  if (first.size === second.size) return first.root === second.root && proof.length === 0;
  const sides: ("inner" | "beyond")[] = [];
  let range: Range = { start: 0, end: second.size };
  while (range.end !== first.size) {
    const [left, right] = halvesOf(range);
    const isLeft = first.size <= left.end;
    sides.unshift(isLeft ? "beyond" : "inner");
    range = isLeft ? left : right;
  }
  const isBeginning = range.start === 0;
  const [seed, ...rest] = isBeginning ? [first.root, ...proof] : proof;
  if (seed === undefined || rest.length !== sides.length) return false;
  let [older, newer] = [seed, seed];
  rest.forEach((other, at) => {
    if (sides[at] === "inner") older = nodeHash(other, older);
    newer = sides[at] === "inner" ? nodeHash(other, newer) : nodeHash(newer, other);
  });
  return older === first.root && newer === second.root;
}

/**
 * The hashes by which several entries are seen to be in one tree: from left to right those of the largest parts that hold none of them.
 * Entries that stand near each other share nearly all of them. `indices` ascend.
 */
export async function pruning(source: TreeSource, indices: readonly number[], size: number): Promise<readonly Hash[]> {
  const hashes: Hash[] = [];
  const visit = async (range: Range): Promise<void> => {
    if (!holdsAny(indices, range)) return void hashes.push(await rangeHash(source, range));
    if (range.end - range.start === 1) return;
    for (const half of halvesOf(range)) await visit(half);
  };
  if (size > 0) await visit({ start: 0, end: size });
  return hashes;
}

/** The root of a tree of which some entries are known and the rest is pruned; undefined when the hashes do not fit. */
export function rootOfPruned(
  entries: ReadonlyMap<number, Uint8Array | string>,
  hashes: readonly Hash[],
  size: number,
): Hash | undefined {
  const indices = [...entries.keys()].toSorted((left, right) => left - right);
  if (indices.some((index) => !Number.isSafeInteger(index) || index < 0 || index >= size)) return undefined;
  let used = 0;
  const visit = (range: Range): Hash | undefined => {
    if (!holdsAny(indices, range)) return hashes[(used += 1) - 1];
    if (range.end - range.start === 1) return leafHash(entries.get(range.start) ?? "");
    const [left, right] = halvesOf(range);
    const [leftHash, rightHash] = [visit(left), visit(right)];
    return leftHash === undefined || rightHash === undefined ? undefined : nodeHash(leftHash, rightHash);
  };
  const root = size === 0 ? emptyRoot : visit({ start: 0, end: size });
  return used === hashes.length ? root : undefined;
}

function holdsAny(indices: readonly number[], { start, end }: Range): boolean {
  return indices.some((index) => index >= start && index < end);
}
