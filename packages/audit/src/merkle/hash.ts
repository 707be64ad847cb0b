import { hash } from "node:crypto";

/** A SHA-256 hash as a text of 32 characters, each of them one byte: cheap to keep, to compare and to look up by. */
export type Hash = string;

/** The length of a hash in bytes. */
export const HASH_BYTES = 32;
/** The largest entry that the format can carry. */
export const MAX_ENTRY_BYTES = 65_535;

const leafBytes = Buffer.alloc(1 + MAX_ENTRY_BYTES);
const nodeBytes = Buffer.alloc(1 + 2 * HASH_BYTES);
nodeBytes[0] = 1;

/** RFC 6962, section 2.1: the hash of an entry, SHA-256(0x00 ‖ entry). */
export function leafHash(entry: Uint8Array | string): Hash {
  let length: number;
  if (typeof entry === "string") {
    if (Buffer.byteLength(entry) > MAX_ENTRY_BYTES) throw new RangeError("an entry is too large");
    length = leafBytes.write(entry, 1);
  } else {
    if (entry.length > MAX_ENTRY_BYTES) throw new RangeError("an entry is too large");
    leafBytes.set(entry, 1);
    length = entry.length;
  }
  return hash("sha256", leafBytes.subarray(0, 1 + length), "binary");
}

/** RFC 6962, section 2.1: the hash of two subtrees, SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Hash, right: Hash): Hash {
  nodeBytes.write(left, 1, "latin1");
  nodeBytes.write(right, 1 + HASH_BYTES, "latin1");
  return hash("sha256", nodeBytes, "binary");
}

/** The root of a tree without entries: SHA-256 of nothing. */
export const emptyRoot: Hash = hash("sha256", "", "binary");

/** The hash of a whole subtree from those of its parts, of which there are 2^n. */
export function subtreeOf(hashes: readonly Hash[]): Hash {
  let level = hashes;
  while (level.length > 1) {
    const above: Hash[] = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(nodeHash(level[at] ?? "", level[at + 1] ?? ""));
    level = above;
  }
  return level[0] ?? emptyRoot;
}

/** The bytes of hashes, one after the other. */
export function bytesOfHashes(hashes: readonly Hash[]): Uint8Array {
  return Buffer.from(hashes.join(""), "latin1");
}

/** Reads hashes that stand one after the other; undefined when it is no whole number of them. */
export function hashesIn(bytes: Uint8Array): readonly Hash[] | undefined {
  if (bytes.length % HASH_BYTES !== 0) return undefined;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    text.slice(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/** A hash in base64, as texts have it. */
export function base64OfHash(of: Hash): string {
  return Buffer.from(of, "latin1").toString("base64");
}

/** Reads a hash in its one form of base64, or returns undefined. */
export function hashOfBase64(text: string): Hash | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.length === HASH_BYTES && bytes.toString("base64") === text ? bytes.toString("latin1") : undefined;
}
