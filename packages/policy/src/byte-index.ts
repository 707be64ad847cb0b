/** Columns that workers may share; a browser page may have no shared memory. */
function bufferOf(bytes: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
}

/** Bytes that workers may share. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(bufferOf(length));
}

/** Whole numbers that workers may share. */
export function sharedNumbers(length: number): Uint32Array {
  return new Uint32Array(bufferOf(4 * length));
}

/** Instants that workers may share. */
export function sharedInstants(length: number): Float64Array {
  return new Float64Array(bufferOf(8 * length));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The hash of bytes, taken backwards so that those of all suffixes of a name cost one pass (`hashStep`). */
function hashOf(bytes: Uint8Array): number {
  let hash = HASH_START;
  for (let at = bytes.length - 1; at >= 0; at -= 1) hash = hashStep(hash, bytes[at] ?? 0);
  return hashEnd(hash);
}

/** Where a hash begins. */
export const HASH_START = 0x811c9dc5 | 0;

/** One byte more of a hash. */
export function hashStep(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** Spreads a hash over all of its bits. */
export function hashEnd(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** Texts, each once, found by their bytes: an open hash table over one arena, all of it typed arrays. */
export interface ByteIndex {
  readonly count: number;
  /** The number of a text plus one, or 0; a power of two of them. */
  readonly slots: Uint32Array;
  /** The hash of each text: most texts that are not the right one are told by it without a look at their bytes. */
  readonly hashes: Uint32Array;
  /** Where each text begins in `bytes`; one more than there are texts. */
  readonly starts: Uint32Array;
  readonly bytes: Uint8Array;
}

/** A text whose suffixes are looked for: where each begins, and its hash. */
export interface Suffixes {
  readonly bytes: Uint8Array;
  readonly length: number;
  readonly starts: { readonly [label: number]: number };
  readonly hashes: { readonly [label: number]: number };
}

/** The number of the text that is the suffix `label`, or -1. */
export function findSuffix(index: ByteIndex, suffixes: Suffixes, label: number): number {
  const { slots, hashes, starts } = index;
  const { bytes } = suffixes;
  const hash = suffixes.hashes[label] ?? 0;
  const from = suffixes.starts[label] ?? 0;
  const length = suffixes.length - from;
  const mask = slots.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = (slots[slot] ?? 0) - 1;
    if (entry < 0) return -1;
    if (hashes[entry] !== hash) continue;
    const start = starts[entry] ?? 0;
    if ((starts[entry + 1] ?? 0) - start !== length) continue;
    let same = 0;
    while (same < length && index.bytes[start + same] === bytes[from + same]) same += 1;
    if (same === length) return entry;
  }
}

/** The number of a text, or -1. Ids and addresses are ASCII nearly always: those are compared as they are. */
export function findText(index: ByteIndex, text: string): number {
  let hash = HASH_START;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return findEncoded(index, encoder.encode(text));
    hash = hashStep(hash, code);
  }
  hash = hashEnd(hash);
  const { slots, hashes, starts, bytes } = index;
  const mask = slots.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = (slots[slot] ?? 0) - 1;
    if (entry < 0) return -1;
    if (hashes[entry] !== hash) continue;
    const start = starts[entry] ?? 0;
    if ((starts[entry + 1] ?? 0) - start !== text.length) continue;
    let same = 0;
    while (same < text.length && bytes[start + same] === text.charCodeAt(same)) same += 1;
    if (same === text.length) return entry;
  }
}

function findEncoded(index: ByteIndex, bytes: Uint8Array): number {
  return findSuffix(index, { bytes, length: bytes.length, starts: [0], hashes: [hashOf(bytes)] }, 0);
}

/** A text by its number. */
export function textAt(index: ByteIndex, entry: number): string {
  // NOTE A decoder takes no shared memory.
  return decoder.decode(index.bytes.slice(index.starts[entry], index.starts[entry + 1]));
}

/** Collects texts, each once, and gives them numbers in the order in which they come. */
export class ByteIndexBuilder {
  #numbers = new Map<string, number>();

  /** The number of a text, a new one if need be. */
  add(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(text, number);
    return number;
  }

  /** The index of all that was added. */
  build(): ByteIndex {
    const count = this.#numbers.size;
    const starts = sharedNumbers(count + 1);
    let total = 0;
    for (const [text, number] of this.#numbers) {
      starts[number] = total;
      total += encoder.encode(text).length;
    }
    starts[count] = total;
    const bytes = sharedBytes(total);
    const hashes = sharedNumbers(count);
    let size = 8;
    while (size < count * 1.6) size *= 2;
    const slots = sharedNumbers(size);
    for (const [text, number] of this.#numbers) {
      const encoded = encoder.encode(text);
      bytes.set(encoded, starts[number]);
      const hash = hashOf(encoded);
      hashes[number] = hash;
      let slot = hash & (size - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      slots[slot] = number + 1;
    }
    return { count, slots, hashes, starts, bytes };
  }
}

/** Lists of numbers, one for each entry: `values` from `offsets[entry]` until before `offsets[entry + 1]`. */
export interface NumberLists {
  readonly offsets: Uint32Array;
  readonly values: Uint32Array;
}

/** Packs lists by entry; `pairs` gives (entry, value) in the order that each list is to have, twice the same. */
export function packLists(entries: number, pairs: () => Iterable<readonly [number, number]>): NumberLists {
  const offsets = sharedNumbers(entries + 1);
  let total = 0;
  for (const [entry] of pairs()) {
    offsets[entry + 1] = (offsets[entry + 1] ?? 0) + 1;
    total += 1;
  }
  for (let entry = 0; entry < entries; entry += 1)
    offsets[entry + 1] = (offsets[entry + 1] ?? 0) + (offsets[entry] ?? 0);
  const values = sharedNumbers(total);
  const next = offsets.slice();
  for (const [entry, value] of pairs()) {
    const at = next[entry] ?? 0;
    values[at] = value;
    next[entry] = at + 1;
  }
  return { offsets, values };
}
