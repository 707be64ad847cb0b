import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { readCsv } from "./csv.ts";

function read(text: string | Uint8Array): readonly (readonly string[])[] {
  const file = readCsv(typeof text === "string" ? Buffer.from(text) : text, 1000);
  assert.deepEqual(file.faults, []);
  return file.records.map((record) => record.fields);
}

function faults(text: string | Uint8Array, max = 1000): readonly string[] {
  const file = readCsv(typeof text === "string" ? Buffer.from(text) : text, max);
  return file.faults.map(({ line, fault }) => `${line}: ${fault}`);
}

test("quotes, commas, line ends of either kind and a byte order mark are read as RFC 4180 has them", () => {
  assert.deepEqual(read('\uFEFFa,b\r\n"x,1","say ""hi"""\r\n"two\nlines",\n'), [
    ["a", "b"],
    ["x,1", 'say "hi"'],
    ["two\nlines", ""],
  ]);
  assert.deepEqual(read("a,b"), [["a", "b"]]);
  assert.deepEqual(read("a,"), [["a", ""]]);
  assert.deepEqual(read(""), []);
  assert.deepEqual(read("\n\r\n"), []);
  assert.deepEqual(read('""'), [[""]]);
});

test("line numbers are those of an editor, also after fields that hold line ends", () => {
  const file = readCsv(Buffer.from('a\n\n"1\n2\n3",x\nb\n'), 10);
  assert.deepEqual(
    file.records.map((record) => record.line),
    [1, 3, 6],
  );
});

test("what other readers would guess at is a fault, and all faults are found in one go", () => {
  assert.deepEqual(faults('a"b,c\nok\n"x"y\n"open'), [
    "1: a quote stands inside a field",
    "3: a quote stands inside a field",
    "4: a quote is opened and never closed",
  ]);
  assert.deepEqual(faults("a\rb\nok"), ["1: a line ends in CR alone"]);
  assert.deepEqual(faults("a\nb\nc", 2), ["3: there are more than 2 records"]);
});

test("bytes that are not UTF-8 are named by their lines", () => {
  const bytes = Buffer.concat([
    Buffer.from("ok\n"),
    Buffer.from([0x41, 0xff, 0x0a]),
    Buffer.from("好\n"),
    Buffer.from([0xe5]),
  ]);
  assert.deepEqual(faults(bytes), ["2: this line is not UTF-8", "4: this line is not UTF-8"]);
});

test("whatever is written is read back", () => {
  const field = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\r", "").replaceAll("\uFEFF", ""));
  fc.assert(
    fc.property(fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
      const text = rows.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")).join("\r\n");
      assert.deepEqual(read(text), rows);
    }),
  );
});
