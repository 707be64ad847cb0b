const MAX_LABEL = 63;
const MAX_WIRE_NAME = 255;
/** A byte of this kind begins a pointer to an earlier place. */
const POINTER = 0xc0;

/** Writes a name in its canonical form (RFC 4034, 6.2): lower case, not compressed. @throws when it is no name. */
export function writeName(name: string): Buffer {
  const labels = name.toLowerCase().split(".");
  if (labels.at(-1) === "") labels.pop();
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, "latin1");
    if (bytes.length === 0 || bytes.length > MAX_LABEL) throw new RangeError("a label is empty or too long");
    return Buffer.concat([Buffer.of(bytes.length), bytes]);
  });
  const written = Buffer.concat([...parts, Buffer.of(0)]);
  if (written.length > MAX_WIRE_NAME) throw new RangeError("a name is too long");
  return written;
}

/** Reads the name at a place, in lower case and without the trailing dot, and where it ends there; nothing when it is malformed. */
export function readName(bytes: Buffer, start: number): { readonly name: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let at = start;
  let end: number | undefined;
  let length = 0;
  for (;;) {
    const size = bytes[at];
    if (size === undefined) return undefined;
    if (size >= POINTER) {
      const low = bytes[at + 1];
      if (low === undefined) return undefined;
      end ??= at + 2;
      const target = ((size & 0x3f) << 8) | low;
      // NOTE Only ever backwards: nothing can go round in circles.
      if (target >= at) return undefined;
      at = target;
      continue;
    }
    if (size > MAX_LABEL) return undefined;
    if (size === 0) return { name: labels.join("."), end: end ?? at + 1 };
    length += size + 1;
    if (length >= MAX_WIRE_NAME || at + 1 + size > bytes.length) return undefined;
    labels.push(bytes.toString("latin1", at + 1, at + 1 + size).toLowerCase());
    at += size + 1;
  }
}
