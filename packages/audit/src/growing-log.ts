import { frontierAt } from "./merkle/tree.ts";
import { TILE_WIDTH, type Frontier } from "./merkle/frontier.ts";
import { leafHash, type Hash } from "./merkle/hash.ts";
import type { Tree, TreeSource } from "./merkle/tree.ts";
import type { Numbering } from "./store.ts";

/** The tiles at the right edge that are not full, by level from 1 on. */
type Edge = Map<number, { readonly n: number; readonly hashes: Hash[] }>;

/** What entries make of the tree, before it is known whether they are kept. */
export interface Growth extends Tree {
  readonly from: number;
  readonly tiles: Numbering["tiles"];
  /** Takes it up; once it is kept. */
  accept(): void;
}

/** The end of the log in memory: what it takes to add entries. */
export class GrowingLog {
  #frontier: Frontier;
  #edge: Edge;

  private constructor(frontier: Frontier, edge: Edge) {
    this.#frontier = frontier;
    this.#edge = edge;
  }

  /** Reads the end of a log of some size. */
  static async open(source: TreeSource, size: number): Promise<GrowingLog> {
    const edge: Edge = new Map();
    for (let level = 1; ; level += 1) {
      const hashes = Math.floor(size / TILE_WIDTH ** level);
      if (hashes === 0) break;
      const n = Math.floor(hashes / TILE_WIDTH);
      const count = hashes - n * TILE_WIDTH;
      edge.set(level, { n, hashes: count === 0 ? [] : [...(await source.hashes(level, n * TILE_WIDTH, count))] });
    }
    return new GrowingLog(await frontierAt(source, size), edge);
  }

  /** The tree as it is. */
  get tree(): Tree {
    return { size: this.#frontier.size, root: this.#frontier.root() };
  }

  /** What entries would make of it. Nothing has changed until that is accepted. */
  grow(leaves: readonly string[]): Growth {
    const frontier = this.#frontier.copy();
    const changed: Edge = new Map();
    const full: { level: number; n: number; hashes: readonly Hash[] }[] = [];
    for (const leaf of leaves) {
      frontier.push(leafHash(leaf), (level, index, hash) => {
        const tile = changed.get(level) ?? this.#copyOf(level);
        tile.hashes.push(hash);
        if (tile.hashes.length === TILE_WIDTH) full.push({ level, ...tile });
        const isFull = tile.hashes.length === TILE_WIDTH;
        changed.set(level, isFull ? { n: tile.n + 1, hashes: [] } : tile);
        if (Math.floor(index / TILE_WIDTH) !== tile.n) throw new Error("the end of the audit log is not where it was");
      });
    }
    const partial = [...changed].flatMap(([level, tile]) => (tile.hashes.length === 0 ? [] : [{ level, ...tile }]));
    return {
      ...{ from: this.#frontier.size, size: frontier.size, root: frontier.root(), tiles: [...full, ...partial] },
      accept: () => {
        this.#frontier = frontier;
        for (const [level, tile] of changed) this.#edge.set(level, tile);
      },
    };
  }

  #copyOf(level: number): { n: number; hashes: Hash[] } {
    const known = this.#edge.get(level);
    return known === undefined ? { n: 0, hashes: [] } : { n: known.n, hashes: [...known.hashes] };
  }
}
