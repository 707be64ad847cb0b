import { takeMatroskaNotes } from "./matroska-notes.ts";

/** A box of an MP4, MOV or 3GP film (ISO/IEC 14496-12, 4.2). `end` is never beyond what the box lies in. */
interface Box {
  readonly type: string;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

/** A film, and where its pictures and sounds lie. */
interface Film {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
  readonly data: readonly Box[];
}

const FIRST = new Set(["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot", "udta", "meta", "uuid"]);
const CONTAINERS = new Set(["moov", "trak", "mdia", "minf", "edts", "mvex"]);
const TIMES = new Set(["mvhd", "tkhd", "mdhd"]);
/** What is this deep is no film that plays. */
const DEEPEST = 8;

/** Whether a file is a film, by its type or, where the browser knows none, the end of its name. */
export function isFilm({ name, type }: { readonly name: string; readonly type: string }): boolean {
  return type === "" ? /\.(?:mp4|m4v|mov|qt|3gp|3g2|webm|mkv)$/i.test(name) : /^video\//i.test(type);
}

/**
 * Takes out what a camera wrote into a film: place, time, maker, names, tracks of places. Pictures and sounds are not touched. It
 * is overwritten where it stands, by empty boxes of the same size, so that everything else stays where the film says it is. What
 * is no MP4, MOV, 3GP or WebM, or cannot be read, is left as it is.
 */
export function takeFilmNotes(bytes: Uint8Array<ArrayBuffer>): void {
  if (takeMatroskaNotes(bytes)) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const boxes = boxesIn(view, 0, bytes.length);
  if (!FIRST.has(boxes[0]?.type ?? "")) return;
  const film: Film = { bytes, view, data: boxes.filter(({ type }) => type === "mdat") };
  take(film, boxes, 0);
}

function boxesIn(view: DataView, from: number, to: number): readonly Box[] {
  const found: Box[] = [];
  let at = from;
  while (at + 8 <= to) {
    const size32 = view.getUint32(at);
    const header = size32 === 1 ? 16 : 8;
    if (at + header > to) break;
    const size = size32 === 1 ? Number(view.getBigUint64(at + 8)) : size32 === 0 ? to - at : size32;
    if (size < header) break;
    const end = Math.min(to, at + size);
    found.push({ type: typeAt(view, at + 4), start: at, body: at + header, end });
    at = end;
  }
  return found;
}

function typeAt(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function take(film: Film, boxes: readonly Box[], depth: number): void {
  for (const box of boxes) {
    if (box.type === "udta" || box.type === "meta" || box.type === "uuid") empty(film, box);
    else if (TIMES.has(box.type)) forgetTimes(film, box);
    else if (CONTAINERS.has(box.type) && depth < DEEPEST) {
      const inside = boxesIn(film.view, box.body, box.end);
      if (box.type === "trak" && isOfNotes(film, inside)) {
        emptySamples(film, inside);
        empty(film, box);
      } else take(film, inside, depth + 1);
    }
  }
}

/** A box that players skip, in the place of one. */
function empty({ bytes }: Film, { start, body, end }: Box): void {
  for (const [index, letter] of [..."free"].entries()) bytes[start + 4 + index] = letter.charCodeAt(0);
  bytes.fill(0, body, end);
}

/** When it was made and changed: 4 bytes each, 8 each in version 1. */
function forgetTimes({ bytes }: Film, { body, end }: Box): void {
  const length = bytes[body] === 1 ? 16 : 8;
  bytes.fill(0, Math.min(end, body + 4), Math.min(end, body + 4 + length));
}

function within(film: Film, boxes: readonly Box[], ...path: readonly string[]): Box | undefined {
  const [type, ...rest] = path;
  const box = boxes.find((one) => one.type === type);
  return box === undefined || rest.length === 0 ? box : within(film, boxesIn(film.view, box.body, box.end), ...rest);
}

/** Whether a track holds neither pictures nor sounds nor words but notes: where the camera was, how it was held. */
function isOfNotes(film: Film, track: readonly Box[]): boolean {
  const handler = within(film, track, "mdia", "hdlr");
  return handler !== undefined && handler.body + 12 <= handler.end && typeAt(film.view, handler.body + 8) === "meta";
}

/** Overwrites what a track's tables say is its own, as far as it lies among the film's data. */
function emptySamples(film: Film, track: readonly Box[]): void {
  const table = within(film, track, "mdia", "minf", "stbl");
  if (table === undefined) return;
  const boxes = boxesIn(film.view, table.body, table.end);
  const sizes = sizesIn(film, boxes);
  const perChunk = chunksIn(film, boxes);
  let sample = 0;
  // Tables that claim more than there is would keep the browser busy for nothing.
  let left = film.bytes.length;
  for (const [chunk, at] of offsetsIn(film, boxes).entries()) {
    const next = Math.min(sizes.count, sample + perChunk(chunk + 1));
    const length = sizes.of(sample, next);
    sample = next;
    left -= length;
    if (length === 0 || left < 0) return;
    for (const { body, end } of film.data) {
      if (at < end && at + length > body) film.bytes.fill(0, Math.max(at, body), Math.min(at + length, end));
    }
  }
}

/** Numbers of a table that begins after its version and some fields; no more than there is room for. */
function fits({ view }: Film, box: Box, how: { readonly countAt: number; readonly width: number }): number {
  const from = box.body + how.countAt + 4;
  if (from > box.end) return 0;
  return Math.min(view.getUint32(box.body + how.countAt), Math.floor((box.end - from) / how.width));
}

/** How many samples there are, and how long those from one to another are together. */
function sizesIn(
  film: Film,
  boxes: readonly Box[],
): { readonly count: number; readonly of: (from: number, to: number) => number } {
  const box = boxes.find(({ type }) => type === "stsz");
  if (box === undefined || box.body + 12 > box.end) return { count: 0, of: () => 0 };
  const same = film.view.getUint32(box.body + 4);
  if (same > 0) return { count: film.view.getUint32(box.body + 8), of: (from, to) => (to - from) * same };
  return {
    count: fits(film, box, { countAt: 8, width: 4 }),
    of: (from, to) => {
      let length = 0;
      for (let sample = from; sample < to; sample += 1) length += film.view.getUint32(box.body + 12 + sample * 4);
      return length;
    },
  };
}

/** How many samples a chunk has, by its number from 1; asked for in their order. */
function chunksIn(film: Film, boxes: readonly Box[]): (chunk: number) => number {
  const box = boxes.find(({ type }) => type === "stsc");
  const count = box === undefined ? 0 : fits(film, box, { countAt: 4, width: 12 });
  let index = -1;
  return (chunk) => {
    if (box === undefined) return 0;
    const at = (entry: number): number => box.body + 8 + entry * 12;
    while (index + 1 < count && film.view.getUint32(at(index + 1)) <= chunk) index += 1;
    return index < 0 ? 0 : film.view.getUint32(at(index) + 4);
  };
}

function offsetsIn(film: Film, boxes: readonly Box[]): readonly number[] {
  const box = boxes.find(({ type }) => type === "stco" || type === "co64");
  if (box === undefined) return [];
  const width = box.type === "co64" ? 8 : 4;
  const count = fits(film, box, { countAt: 4, width });
  const at = (index: number): number => box.body + 8 + index * width;
  return Array.from({ length: count }, (_, index) =>
    width === 8 ? Number(film.view.getBigUint64(at(index))) : film.view.getUint32(at(index)),
  );
}
