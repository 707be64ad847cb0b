/** An element of a WebM or Matroska film (RFC 8794). */
interface Element {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
  /** Written while it was filmed: its size is not known, and what is in it follows. */
  readonly isOpen: boolean;
}

const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const INFO = 0x1549a966;
/** Tags and attachments. */
const NOTES = new Set([0x1254c367, 0x1941a469]);
/** Of what describes the film: when, its title, its files; and the sum over it, which would be wrong. */
const NOTES_IN_INFO = new Set([0x4461, 0x7ba9, 0x7384, 0x3c83ab, 0x3e83bb, 0xbf]);
const VOID = 0xec;

/** Takes the notes out of a WebM or Matroska film; false when it is none. */
export function takeMatroskaNotes(bytes: Uint8Array<ArrayBuffer>): boolean {
  if (elementAt(bytes, 0, bytes.length)?.id !== EBML) return false;
  takeIn(bytes, { from: 0, to: bytes.length, notes: NOTES });
  return true;
}

/** What is open, and the whole film, is gone through as if what is in it stood beside it. */
function takeIn(
  bytes: Uint8Array<ArrayBuffer>,
  range: { readonly from: number; readonly to: number; readonly notes: ReadonlySet<number> },
): void {
  let at = range.from;
  for (;;) {
    const element = elementAt(bytes, at, range.to);
    if (element === undefined) return;
    const { id, body, end, isOpen } = element;
    if (range.notes.has(id)) empty(bytes, element);
    else if (id === INFO) takeIn(bytes, { from: body, to: end, notes: NOTES_IN_INFO });
    at = id === SEGMENT || (id === CLUSTER && isOpen) ? body : end;
  }
}

/** The element that begins somewhere; undefined where none can. One that is cut off ends where everything does. */
function elementAt(bytes: Uint8Array, at: number, to: number): Element | undefined {
  const idLength = lengthOf(bytes[at]);
  if (at >= to || idLength > 4 || at + idLength >= to) return undefined;
  const sizeAt = at + idLength;
  const sizeLength = lengthOf(bytes[sizeAt]);
  const body = sizeAt + sizeLength;
  if (sizeLength > 8 || body > to) return undefined;
  const first = (bytes[sizeAt] ?? 0) & (0xff >> sizeLength);
  const rest = bytes.subarray(sizeAt + 1, body);
  const isOpen = first === 0xff >> sizeLength && rest.every((byte) => byte === 0xff);
  const size = rest.reduce((sum, byte) => sum * 256 + byte, first);
  const id = bytes.subarray(at, sizeAt).reduce((sum, byte) => sum * 256 + byte, 0);
  return { id, start: at, body, end: isOpen ? to : Math.min(to, body + size), isOpen };
}

/** How many bytes a number has, as its first one says; 9 when it is none. */
function lengthOf(byte = 0): number {
  return byte === 0 ? 9 : Math.clz32(byte) - 23;
}

/** An element that players skip, of the same size. */
function empty(bytes: Uint8Array<ArrayBuffer>, { start, end }: Element): void {
  const length = end - start;
  bytes.fill(0, start, end);
  bytes[start] = VOID;
  if (length < 10) {
    bytes[start + 1] = 0x80 | (length - 2);
    return;
  }
  bytes[start + 1] = 0x01;
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(start + 5, length - 9);
}
