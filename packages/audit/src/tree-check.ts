import { fault, type Fault } from "@causeway/base";
import { Frontier, TILE_WIDTH } from "./merkle/frontier.ts";
import { base64OfHash, leafHash, type Hash } from "./merkle/hash.ts";
import type { Checkpoint } from "./note/checkpoint.ts";

/** A checkpoint that the log is compared with, and where it is from. */
export interface Compared {
  readonly of: string;
  readonly checkpoint: Checkpoint;
}

/** Told of each tile of level 1 and above as it must be, when it is whole or the log has ended. */
export type TileSeen = (level: number, n: number, hashes: readonly Hash[]) => void;

/** Works the whole tree out again from its entries, in their order, with little memory, and compares it with checkpoints on the way. */
export class TreeCheck {
  readonly faults: Fault[] = [];
  #frontier = new Frontier();
  #wanted: Map<number, readonly Compared[]>;
  #tiles = new Map<number, Hash[]>();
  #seen: TileSeen;

  constructor(checkpoints: readonly Compared[], seen: TileSeen) {
    this.#wanted = Map.groupBy(checkpoints, ({ checkpoint }) => checkpoint.size);
    this.#seen = seen;
    this.#compare();
  }

  /** How many entries there were. */
  get size(): number {
    return this.#frontier.size;
  }

  /** The root of the tree that they make. */
  root(): Hash {
    return this.#frontier.root();
  }

  /** The next entry. */
  add(entry: Uint8Array | string): void {
    this.#frontier.push(leafHash(entry), (level, index, hash) => this.#tileHash(level, index, hash));
    if (this.#wanted.size > 0) this.#compare();
  }

  #tileHash(level: number, index: number, hash: Hash): void {
    const tile = this.#tiles.get(level) ?? [];
    tile.push(hash);
    this.#tiles.set(level, tile);
    if (tile.length < TILE_WIDTH) return;
    this.#seen(level, Math.floor(index / TILE_WIDTH), tile);
    this.#tiles.set(level, []);
  }

  #compare(): void {
    const { size } = this.#frontier;
    for (const { of, checkpoint } of this.#wanted.get(size) ?? []) {
      const root = this.#frontier.root();
      if (checkpoint.root === root) continue;
      this.faults.push(
        fault("audit-root", { checkpoint: of, size, root: base64OfHash(root), signed: base64OfHash(checkpoint.root) }),
      );
    }
    this.#wanted.delete(size);
  }

  /** Nothing more comes. A checkpoint of a larger tree speaks of entries that are missing. */
  end(): void {
    const { size } = this.#frontier;
    for (const [level, tile] of this.#tiles)
      if (tile.length > 0) this.#seen(level, Math.floor(size / TILE_WIDTH ** (level + 1)), tile);
    for (const compared of this.#wanted.values())
      for (const { of, checkpoint } of compared)
        this.faults.push(fault("audit-shorter", { checkpoint: of, entries: size, signed: checkpoint.size }));
    this.#wanted.clear();
  }
}
