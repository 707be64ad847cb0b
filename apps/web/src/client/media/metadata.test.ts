import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutMetadata } from "./metadata.ts";

function segment(marker: number, body: readonly number[]): number[] {
  const length = body.length + 2;
  return [0xff, marker, length >> 8, length & 0xff, ...body];
}

const text = (value: string): number[] => [...value].map((letter) => letter.charCodeAt(0));
const entry = (tag: number, value: number): number[] => [tag >> 8, tag & 0xff, 0, 3, 0, 0, 0, 1, 0, value, 0, 0];

function exif(entries: readonly (readonly number[])[]): number[] {
  return [...text("Exif"), 0, 0, 0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8, 0, entries.length, ...entries.flat(), 0, 0, 0, 0];
}

function jpeg(...segments: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([0xff, 0xd8, ...segments.flat(), 0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9]);
}

const table = segment(0xdb, [1, 2, 3]);

test("a photo loses its place, its owner and its comments, and nothing of the picture", () => {
  const photo = jpeg(segment(0xe1, exif([entry(0x8825, 1)])), segment(0xfe, text("by Chan")), table);
  const cleaned = withoutMetadata(photo);
  assert.equal(cleaned.hadPlace, true);
  assert.deepEqual([...cleaned.bytes], [...jpeg(table)]);
});

test("how a photo is turned stays, and only that", () => {
  const photo = jpeg(segment(0xe1, exif([entry(0x0110, 7), entry(0x0112, 6), entry(0x8825, 1)])), table);
  const cleaned = withoutMetadata(photo);
  assert.deepEqual([...cleaned.bytes], [...jpeg(segment(0xe1, exif([entry(0x0112, 6)])), table)]);
  assert.equal(withoutMetadata(cleaned.bytes).hadPlace, false);
});

test("a place in XMP is one as well", () => {
  const photo = jpeg(segment(0xe1, text('http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude="22,15N"/>')), table);
  const cleaned = withoutMetadata(photo);
  assert.deepEqual([cleaned.hadPlace, [...cleaned.bytes]], [true, [...jpeg(table)]]);
});

test("PNG and WebP lose their notes and keep their form", () => {
  const chunk = (type: string, body: readonly number[]): number[] => [
    0,
    0,
    0,
    body.length,
    ...text(type),
    ...body,
    9,
    9,
    9,
    9,
  ];
  const head = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const png = Uint8Array.from([...head, ...chunk("IHDR", [1]), ...chunk("tEXt", text("Author")), ...chunk("IEND", [])]);
  assert.deepEqual([...withoutMetadata(png).bytes], [...head, ...chunk("IHDR", [1]), ...chunk("IEND", [])]);

  const riff = (...chunks: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> => {
    const body = [...text("WEBP"), ...chunks.flat()];
    return Uint8Array.from([...text("RIFF"), body.length, 0, 0, 0, ...body]);
  };
  const piece = (type: string, body: readonly number[]): number[] => [...text(type), body.length, 0, 0, 0, ...body];
  const webp = riff(piece("VP8X", [0x0c, 0]), piece("VP8 ", [1, 2]), piece("EXIF", exif([entry(0x8825, 1)])));
  const cleaned = withoutMetadata(webp);
  assert.equal(cleaned.hadPlace, true);
  assert.deepEqual([...cleaned.bytes], [...riff(piece("VP8X", [0, 0]), piece("VP8 ", [1, 2]))]);
});

test("what is cut off, empty or something else comes back whole", () => {
  const photo = jpeg(segment(0xe1, exif([entry(0x8825, 1)])), table);
  for (let length = 0; length < photo.length; length += 1)
    assert.ok(withoutMetadata(photo.slice(0, length)).bytes.length <= length);
  const other = Uint8Array.from(text("%PDF-1.7 and so on"));
  assert.deepEqual(withoutMetadata(other), { bytes: other, hadPlace: false });
});
