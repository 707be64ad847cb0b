import { TILE_WIDTH } from "./frontier.ts";

/** A tile, or a bundle of entries, by its place. */
export interface TileAt {
  readonly level: number | "entries";
  readonly n: number;
  /** How many hashes or entries it has: 256 for a full one. */
  readonly width: number;
}

/** The path of a tile after `tile/` (C2SP tlog-tiles): its number in groups of three digits, all but the last behind an `x`. */
export function pathOfTile({ level, n, width }: TileAt): string {
  const digits = String(n);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/.{3}/g) ?? [];
  const path = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join("/");
  return `${level}/${path}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

const NUMBER = /^(?:x[0-9]{3}\/){0,4}[0-9]{3}$/;

/** Reads such a path in its one form, or returns undefined. */
export function tileOfPath(path: string): TileAt | undefined {
  const [, level = "", number = "", width] =
    /^(entries|0|[1-9][0-9]?)\/([x0-9/]{3,24}?)(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(path) ?? [];
  if (!NUMBER.test(number)) return undefined;
  const at: TileAt = {
    level: level === "entries" ? level : Number(level),
    n: Number(number.replaceAll(/[x/]/g, "")),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  if (level !== "entries" && Number(level) > 63) return undefined;
  if (width !== undefined && at.width >= TILE_WIDTH) return undefined;
  return pathOfTile(at) === path ? at : undefined;
}

/** How wide a tile is in a tree of a size: 0 when it is not there. */
export function widthOfTile(level: number | "entries", n: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === "entries" ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, hashes - n * TILE_WIDTH));
}

/** A bundle of entries: each behind its length in two bytes, the larger first. */
export function bundleOf(entries: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** Reads a bundle; undefined when it does not end where its last entry does. */
export function entriesIn(bundle: Uint8Array): readonly Uint8Array[] | undefined {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.length);
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length) {
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) return undefined;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return at === bytes.length ? entries : undefined;
}
