import type { Chance } from "./random.ts";

/** The smallest piece that a disk writes whole. */
const SECTOR = 512;

type Change =
  | { readonly seq: number; readonly kind: "write"; readonly offset: number; readonly data: Buffer }
  | { readonly seq: number; readonly kind: "truncate"; readonly size: number };

/** Bytes that grow. */
class Content {
  #bytes = Buffer.alloc(4096);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  resize(size: number): void {
    if (size > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(size, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#size);
      this.#bytes = larger;
    }
    if (size < this.#size) this.#bytes.fill(0, size, this.#size);
    this.#size = size;
  }

  write(offset: number, data: Buffer): void {
    if (offset + data.length > this.#size) this.resize(offset + data.length);
    data.copy(this.#bytes, offset);
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  copy(): Content {
    const copy = new Content();
    copy.write(0, this.bytes());
    return copy;
  }
}

/** One file: what is safe on the disk, and what has been written since. */
export class FileImage {
  #safe = new Content();
  #pending: Change[] = [];
  #size = 0;

  write(seq: number, offset: number, data: Buffer): void {
    this.#pending.push({ seq, kind: "write", offset, data });
    this.#size = Math.max(this.#size, offset + data.length);
  }

  truncate(seq: number, size: number): void {
    this.#pending.push({ seq, kind: "truncate", size });
    this.#size = size;
  }

  /** Everything written up to `seq` becomes safe. */
  sync(seq: number): void {
    let done = 0;
    for (const change of this.#pending) {
      if (change.seq > seq) break;
      apply(this.#safe, change);
      done += 1;
    }
    this.#pending = this.#pending.slice(done);
  }

  /** What the program sees. */
  current(): Buffer {
    const content = this.#safe.copy();
    for (const change of this.#pending) apply(content, change);
    return content.bytes();
  }

  /** What a disk may hold after the power went: all that is safe, and of the rest any sectors in any combination. */
  afterPowerCut(chance: Chance, kept: number): Buffer {
    if (this.#pending.length === 0) return this.#safe.bytes();
    const content = this.#safe.copy();
    for (const change of this.#pending) {
      if (change.kind === "truncate") {
        if (chance.is(kept)) content.resize(change.size);
      } else keepSectors(content, change, { chance, kept });
    }
    // The size is metadata: it may have reached the disk without the data behind it.
    if (content.size < this.#size && chance.is(0.25)) content.resize(this.#size);
    return content.bytes();
  }
}

function apply(content: Content, change: Change): void {
  if (change.kind === "truncate") content.resize(change.size);
  else content.write(change.offset, change.data);
}

function keepSectors(
  content: Content,
  write: { readonly offset: number; readonly data: Buffer },
  luck: { readonly chance: Chance; readonly kept: number },
): void {
  const end = write.offset + write.data.length;
  for (let start = write.offset; start < end;) {
    const next = Math.min(end, (Math.floor(start / SECTOR) + 1) * SECTOR);
    if (luck.chance.is(luck.kept)) content.write(start, write.data.subarray(start - write.offset, next - write.offset));
    start = next;
  }
}
