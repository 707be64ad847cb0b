import { HASH_START, hashEnd, hashStep } from "./byte-index.ts";

const MAX_NAME = 253;
const MAX_LABEL = 63;
const MAX_LABELS = 127;

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const DOT = 3;

function kindsOfBytes(): Uint8Array {
  const kinds = new Uint8Array(128);
  for (let code = 0x61; code <= 0x7a; code += 1) kinds[code] = LETTER;
  kinds[0x5f] = LETTER;
  for (let code = 0x30; code <= 0x39; code += 1) kinds[code] = DIGIT;
  kinds[0x2d] = LETTER;
  kinds[0x2e] = DOT;
  return kinds;
}

/** Reads the bytes of a host and the hashes of all of its suffixes, without allocating; one for each thread and policy. */
export class HostReader {
  readonly bytes: Uint8Array = new Uint8Array(MAX_NAME + 1);
  readonly starts: Uint8Array = new Uint8Array(MAX_LABELS + 1);
  readonly hashes: Uint32Array = new Uint32Array(MAX_LABELS + 1);
  #kinds: Uint8Array = kindsOfBytes();
  length = 0;
  /** How many suffixes there are; the first is the whole name, the last its last label. */
  labels = 0;

  /** Reads a name that needs no normalising; false when it does, or is none. What ends in a number may be an address in disguise, unless it is known to be a name. */
  readPlain(text: string, isNormal: boolean = false): boolean {
    let length = text.length;
    if (length > 0 && text.charCodeAt(length - 1) === 0x2e) length -= 1;
    if (length === 0 || length > MAX_NAME) return false;
    let labels = 0;
    let start = 0;
    let before = DOT;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? this.#kinds[code] : OTHER;
      if (kind === OTHER) return false;
      if (kind === DOT) {
        if (before === DOT || at - start > MAX_LABEL) return false;
        this.starts[labels] = start;
        labels += 1;
        start = at + 1;
      }
      this.bytes[at] = code;
      before = kind ?? OTHER;
    }
    if (before === DOT || length - start > MAX_LABEL) return false;
    if (!isNormal && this.#kinds[text.charCodeAt(start)] !== LETTER) return false;
    this.starts[labels] = start;
    this.length = length;
    this.labels = labels + 1;
    this.#hash();
    return true;
  }

  #hash(): void {
    let hash = HASH_START;
    let label = this.labels - 1;
    let start = this.starts[label] ?? 0;
    for (let at = this.length - 1; at >= 0; at -= 1) {
      hash = hashStep(hash, this.bytes[at] ?? 0);
      if (at !== start) continue;
      this.hashes[label] = hashEnd(hash);
      label -= 1;
      start = this.starts[label] ?? 0;
    }
  }
}
