import { emptyRoot, nodeHash, type Hash } from "./hash.ts";

/** The number of levels of the tree that one tile has. */
export const TILE_HEIGHT = 8;
/** The number of hashes in a full tile. */
export const TILE_WIDTH = 256;

/** Told of each hash that stands in a tile of level 1 or above as soon as it is known. */
export type TileHash = (level: number, index: number, hash: Hash) => void;

/**
 * The right edge of a growing tree: the hashes of its whole subtrees, the largest first. With it entries can be added and the root can
 * be told without looking at anything older.
 */
export class Frontier {
  #size: number;
  #subtrees: Hash[];

  /** Goes on from a size whose whole subtrees are given, the largest first. */
  constructor(size = 0, subtrees: readonly Hash[] = []) {
    this.#size = size;
    this.#subtrees = [...subtrees];
  }

  /** How many entries there are. */
  get size(): number {
    return this.#size;
  }

  /** Another one that goes on from here. */
  copy(): Frontier {
    return new Frontier(this.#size, this.#subtrees);
  }

  /** Adds an entry by its hash. */
  push(leaf: Hash, tileHash: TileHash = () => undefined): void {
    let subtree = leaf;
    let index = this.#size;
    for (let height = 1; index % 2 === 1; height += 1) {
      subtree = nodeHash(this.#subtrees.pop() ?? "", subtree);
      index = (index - 1) / 2;
      if (height % TILE_HEIGHT === 0) tileHash(height / TILE_HEIGHT, index, subtree);
    }
    this.#subtrees.push(subtree);
    this.#size += 1;
  }

  /** The root of the tree (RFC 6962, section 2.1). */
  root(): Hash {
    const last = this.#subtrees.at(-1);
    if (last === undefined) return emptyRoot;
    return this.#subtrees.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
  }
}
