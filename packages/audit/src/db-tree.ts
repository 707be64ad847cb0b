import type { ReadDb } from "@causeway/platform";
import { TILE_WIDTH } from "./merkle/frontier.ts";
import { leafHash, type Hash } from "./merkle/hash.ts";
import type { TreeSource } from "./merkle/tree.ts";
import { leavesBetween, tileRow } from "./store.ts";

/** The stored tree does not have what it must have: it was damaged or tampered with. */
export class LogDamaged extends Error {
  constructor(level: number, n: number) {
    super(`the audit log lacks hashes of tile ${n} of level ${level}; run \`causeway verify-audit\``);
    this.name = "LogDamaged";
  }
}

/** The tree in the database: hashes of level 0 are made from the entries, those above are kept. Full tiles stay in memory for a while. */
export class DbTree implements TreeSource {
  #db: ReadDb;
  #most: number;
  #tiles = new Map<string, readonly Hash[]>();

  constructor(db: ReadDb, maxTilesInMemory: number) {
    this.#db = db;
    this.#most = maxTilesInMemory;
  }

  /** Forgets what it has read. */
  forget(): void {
    this.#tiles.clear();
  }

  async hashes(level: number, start: number, count: number): Promise<readonly Hash[]> {
    const found: Hash[] = [];
    for (let at = start; at < start + count;) {
      const n = Math.floor(at / TILE_WIDTH);
      const from = at - n * TILE_WIDTH;
      const wanted = Math.min(TILE_WIDTH - from, start + count - at);
      const tile = await this.#tile(level, n);
      if (tile.length < from + wanted) throw new LogDamaged(level, n);
      found.push(...tile.slice(from, from + wanted));
      at += wanted;
    }
    return found;
  }

  /** The hashes of a tile, as many as there are. */
  async #tile(level: number, n: number): Promise<readonly Hash[]> {
    const name = `${level}/${n}`;
    const known = this.#tiles.get(name);
    if (known !== undefined) return known;
    const tile =
      level === 0
        ? (await leavesBetween(this.#db, n * TILE_WIDTH, (n + 1) * TILE_WIDTH)).map((leaf) => leafHash(leaf))
        : await tileRow(this.#db, level, n);
    if (tile.length === TILE_WIDTH) this.#keep(name, tile);
    return tile;
  }

  #keep(name: string, tile: readonly Hash[]): void {
    this.#tiles.set(name, tile);
    for (const oldest of this.#tiles.keys()) {
      if (this.#tiles.size <= this.#most) return;
      this.#tiles.delete(oldest);
    }
  }
}
