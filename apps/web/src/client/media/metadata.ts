/** A picture without what its camera wrote into it, and whether that told where it was taken. */
export interface Cleaned {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hadPlace: boolean;
}

const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const ORIENTATION = 0x0112;
const GPS = 0x8825;

/**
 * Takes the camera's notes (place, time, owner, serial numbers) out of a JPEG, PNG or WebP without touching the picture. How the
 * picture is turned is kept. Anything else, and what cannot be read, comes back as it is.
 */
export function withoutMetadata(bytes: Uint8Array<ArrayBuffer>): Cleaned {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return cleanJpeg(bytes);
  if (startsWith(bytes, 0, PNG)) return cleanPng(bytes);
  if (textAt(bytes, 0) === "RIFF" && textAt(bytes, 8) === "WEBP") return cleanWebp(bytes);
  return { bytes, hadPlace: false };
}

function startsWith(bytes: Uint8Array, at: number, wanted: readonly number[]): boolean {
  return wanted.every((byte, index) => bytes[at + index] === byte);
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** JPEG (ITU-T T.81, annex B): segments of a marker and a length, until the picture's own data begin. */
function cleanJpeg(bytes: Uint8Array<ArrayBuffer>): Cleaned {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kept: Uint8Array[] = [];
  let hadPlace = false;
  let orientation = 1;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const end = at + 2 + view.getUint16(at + 2);
    if (marker === 0xda || end > bytes.length) break;
    if (marker === 0xe1 && startsWith(bytes, at + 4, EXIF)) {
      const notes = readNotes(bytes.subarray(at + 4 + EXIF.length, end));
      hadPlace ||= notes.hasPlace;
      orientation = notes.orientation;
    }
    // APP1 holds Exif and XMP, APP13 what agencies write, COM comments.
    if (marker !== 0xe1 && marker !== 0xed && marker !== 0xfe) kept.push(bytes.subarray(at, end));
    else
      hadPlace ||= marker === 0xe1 && new TextDecoder("latin1").decode(bytes.subarray(at, end)).includes("GPSLatitude");
    at = end;
  }
  const turned = orientation === 1 ? [] : [turnedBy(orientation)];
  return { bytes: joined([bytes.subarray(0, 2), ...turned, ...kept, bytes.subarray(at)]), hadPlace };
}

/** TIFF inside Exif: the first directory's entries say how the picture is turned and whether there is a place. */
function readNotes(tiff: Uint8Array): { readonly hasPlace: boolean; readonly orientation: number } {
  const nothing = { hasPlace: false, orientation: 1 };
  if (tiff.length < 8) return nothing;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const isLittle = tiff[0] === 0x49;
  const first = view.getUint32(4, isLittle);
  if (first + 2 > tiff.length) return nothing;
  const count = Math.min(view.getUint16(first, isLittle), 200);
  let { hasPlace, orientation } = nothing;
  for (let index = 0; index < count; index += 1) {
    const entry = first + 2 + index * 12;
    if (entry + 12 > tiff.length) break;
    const tag = view.getUint16(entry, isLittle);
    if (tag === GPS) hasPlace = true;
    if (tag === ORIENTATION) orientation = view.getUint16(entry + 8, isLittle);
  }
  return { hasPlace, orientation: orientation >= 1 && orientation <= 8 ? orientation : 1 };
}

/** An Exif segment that says nothing but how the picture is turned. */
function turnedBy(orientation: number): Uint8Array {
  const tiff = [0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  const length = 2 + EXIF.length + tiff.length;
  return Uint8Array.from([0xff, 0xe1, length >> 8, length & 0xff, ...EXIF, ...tiff]);
}

const PNG_NOTES = new Set(["eXIf", "tEXt", "iTXt", "zTXt", "tIME"]);

function cleanPng(bytes: Uint8Array<ArrayBuffer>): Cleaned {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  let hadPlace = false;
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    const type = textAt(bytes, at + 4);
    if (type === "eXIf") hadPlace ||= readNotes(bytes.subarray(at + 8, end - 4)).hasPlace;
    if (!PNG_NOTES.has(type)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  return { bytes: joined([...kept, bytes.subarray(at)]), hadPlace };
}

function cleanWebp(bytes: Uint8Array<ArrayBuffer>): Cleaned {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kept: Uint8Array[] = [bytes.slice(0, 12)];
  let hadPlace = false;
  let at = 12;
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at + 4, true);
    const end = Math.min(bytes.length, at + 8 + size + (size % 2));
    const type = textAt(bytes, at);
    const chunk = bytes.slice(at, end);
    if (type === "EXIF") {
      const inside = chunk.subarray(startsWith(chunk, 8, EXIF) ? 8 + EXIF.length : 8);
      hadPlace ||= readNotes(inside).hasPlace;
    }
    // The extended header says which notes follow.
    if (type === "VP8X") chunk[8] = (chunk[8] ?? 0) & ~0x0c;
    if (type !== "EXIF" && type !== "XMP ") kept.push(chunk);
    at = end;
  }
  const out = joined(kept);
  new DataView(out.buffer).setUint32(4, out.length - 8, true);
  return { bytes: out, hadPlace };
}
