import assert from "node:assert/strict";
import { test } from "node:test";
import { isFilm, takeFilmNotes } from "./film-notes.ts";

const text = (value: string): number[] => [...value].map((letter) => letter.charCodeAt(0) & 0xff);
const u32 = (value: number): number[] => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

function box(type: string, ...body: readonly (readonly number[])[]): number[] {
  const inside = body.flat();
  return [...u32(inside.length + 8), ...text(type), ...inside];
}

/** A box with a size of 64 bits. */
function large(type: string, ...body: readonly (readonly number[])[]): number[] {
  const inside = body.flat();
  return [...u32(1), ...text(type), ...u32(0), ...u32(inside.length + 16), ...inside];
}

function cleaned(film: readonly number[]): number[] {
  const bytes = Uint8Array.from(film);
  takeFilmNotes(bytes);
  assert.equal(bytes.length, film.length, "nothing moves");
  return [...bytes];
}

const PLACE = "+22.2783+114.1747/";
const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
const head = box("ftyp", text("mp42"));
const track = (handler: string, ...table: readonly (readonly number[])[]): number[] =>
  box(
    "trak",
    box("tkhd", [0, 0, 0, 3, ...u32(77), ...u32(78), ...u32(1)]),
    box("mdia", box("hdlr", zeros(8), text(handler), zeros(4)), box("minf", box("stbl", ...table))),
  );

test("place, maker and time go; pictures, tables and every offset stay", () => {
  const notes = box("udta", box("\u00a9xyz", text(PLACE)), box("meta", text("com.apple.quicktime.location.ISO6709")));
  const stco = box("stco", zeros(4), u32(1), u32(24));
  const data = box("mdat", text(`picture ${PLACE}`));
  const moov = (time: number, inside: readonly number[]): number[] =>
    box("moov", box("mvhd", [0, 0, 0, 0, ...u32(time), ...u32(time), ...u32(600)]), inside, track("vide", stco));
  const film = [...head, ...data, ...moov(5, notes)];
  const now = cleaned(film);
  const without = box("free", zeros(notes.length - 8));
  const wanted = [...head, ...data, ...moov(0, without)];
  // The track's own header loses its times as well.
  const tkhd = wanted.length - track("vide", stco).length + 8 + 12;
  wanted.splice(tkhd, 8, ...zeros(8));
  assert.deepEqual(now, wanted);
  assert.deepEqual(cleaned(now), now, "a second time changes nothing");
});

test("boxes with sizes of 64 bits, to the end of the file, and notes of a track are read", () => {
  const inside = [...large("udta", box("loci", text(PLACE))), ...box("trak", box("meta", text(PLACE)))];
  const film = [...head, ...large("moov", inside), ...u32(0), ...text("uuid"), ...text(PLACE)];
  const now = String.fromCharCode(...cleaned(film));
  assert.ok(!now.includes(PLACE));
  assert.equal(now.match(/free/g)?.length, 3);
});

test("a track of places is emptied, with what it has among the pictures", () => {
  const [first, second, picture] = ["GPS 22.27", "GPS 114.17", "picture"].map(text);
  assert.ok(first !== undefined && second !== undefined && picture !== undefined);
  const start = head.length + 8;
  const chunks = [start, start + first.length + picture.length];
  const table = [
    box("stsz", zeros(4), u32(0), u32(2), u32(first.length), u32(second.length)),
    box("stsc", zeros(4), u32(1), u32(1), u32(1), u32(1)),
    box("stco", zeros(4), u32(2), ...chunks.map(u32)),
  ];
  const film = [...head, ...box("mdat", first, picture, second), ...box("moov", track("meta", ...table))];
  const now = String.fromCharCode(...cleaned(film));
  assert.ok(!now.includes("GPS") && now.includes("picture") && !now.includes("trak"));
  const points = (at: number, length: number): number[] => [
    ...head,
    ...box("mdat", picture),
    ...box(
      "moov",
      track(
        "meta",
        box("stsz", zeros(4), u32(length), u32(0xffffffff)),
        box("stsc", zeros(4), u32(1), u32(1), u32(0xffffffff), u32(1)),
        box("stco", zeros(4), u32(0xffffffff), u32(at), u32(at)),
      ),
    ),
  ];
  for (const [at, length] of [
    [0, 4],
    [0xffffffff, 0xffffffff],
    [start, 0xffffffff],
    [4, 0],
  ] as const) {
    const hostile = cleaned(points(at, length));
    assert.deepEqual(hostile.slice(0, head.length), head, "tables that lie overwrite nothing but data");
  }
});

test("WebM loses its tags, attachments, title and time, also when it was written while it was filmed", () => {
  const element = (id: readonly number[], ...body: readonly (readonly number[])[]): number[] => {
    const inside = body.flat();
    return [...id, 0x40 | (inside.length >> 8), inside.length & 0xff, ...inside];
  };
  const open = (id: readonly number[]): number[] => [...id, 0x01, 255, 255, 255, 255, 255, 255, 255];
  const ebml = element([0x1a, 0x45, 0xdf, 0xa3], text("webm"));
  const info = element(
    [0x15, 0x49, 0xa9, 0x66],
    element([0x2a, 0xd7, 0xb1], [15, 66, 64]),
    element([0x44, 0x61], text("time!")),
    element([0x7b, 0xa9], text("Chan's garden")),
    [0x44, 0x61, 0x80],
  );
  const block = element([0xa3], text("picture"));
  const tags = element([0x12, 0x54, 0xc3, 0x67], text(PLACE));
  for (const cluster of [element([0x1f, 0x43, 0xb6, 0x75], block), [...open([0x1f, 0x43, 0xb6, 0x75]), ...block]]) {
    const film = [...ebml, ...open([0x18, 0x53, 0x80, 0x67]), ...info, ...cluster, ...tags];
    const now = String.fromCharCode(...cleaned(film));
    for (const gone of [PLACE, "time!", "garden"]) assert.ok(!now.includes(gone), gone);
    assert.ok(now.includes("picture") && now.includes("webm"));
    assert.deepEqual(cleaned([...text(now)]), [...text(now)], "a second time changes nothing");
  }
});

test("a film is known by its type, and by its name where there is no type", () => {
  for (const [name, type] of [
    ["a", "video/quicktime"],
    ["a", "VIDEO/3gpp"],
    ["IMG_1.MOV", ""],
  ] as const)
    assert.ok(isFilm({ name, type }), name + type);
  for (const [name, type] of [
    ["a.mov", "text/plain"],
    ["a.pdf", ""],
    ["mov", ""],
  ] as const)
    assert.ok(!isFilm({ name, type }), name + type);
});

test("whatever it is given, it ends, moves nothing, and leaves what is no film alone", () => {
  const whole = [
    ...head,
    ...box("mdat", text("picture")),
    ...box("moov", large("udta", text(PLACE)), track("meta", box("stco", zeros(4), u32(9)))),
  ];
  for (let length = 0; length <= whole.length; length += 1) cleaned(whole.slice(0, length));
  // Notes that are cut off are taken as far as they are there.
  const cut = cleaned([
    ...head,
    ...u32(24 + PLACE.length),
    ...text("moov"),
    ...u32(999),
    ...text("udta"),
    ...text(PLACE),
  ]);
  assert.ok(!String.fromCharCode(...cut).includes(PLACE));
  for (const other of ["%PDF-1.7 and so on", "RIFF____AVI udta", ""])
    assert.deepEqual(cleaned(text(other)), text(other));
  let deep = box("udta", text(PLACE));
  for (let depth = 0; depth < 2000; depth += 1) deep = box("moov", deep);
  cleaned([...head, ...deep]);
  // Random bytes after a true beginning, the same each time.
  let seed = 1;
  const random = (): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0);
  for (let round = 0; round < 2000; round += 1) {
    const film = whole.map((byte) => ((random() >>> 16) % 9 === 0 ? (random() >>> 16) & 255 : byte));
    cleaned(film);
    cleaned([0x1a, 0x45, 0xdf, 0xa3, ...film]);
  }
});
