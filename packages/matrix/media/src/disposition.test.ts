import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanFilename, contentDisposition } from "./disposition.ts";

test("a plain name is given as it is", () => {
  assert.equal(contentDisposition("attachment", "War and Peace.pdf"), 'attachment; filename="War and Peace.pdf"');
  assert.equal(contentDisposition("inline", "a;b,c.txt"), 'inline; filename="a;b,c.txt"');
});

test("a Chinese name comes in both forms, and reads back whole", () => {
  const header = contentDisposition("attachment", "二零二六年 報告 (草稿).pdf");
  const extended = /filename\*=UTF-8''([^;]+)$/.exec(header)?.[1] ?? "";
  assert.match(extended, /^[A-Za-z0-9!#$&+.^_`|~%-]+$/);
  assert.equal(decodeURIComponent(extended), "二零二六年 報告 (草稿).pdf");
  assert.match(header, /^attachment; filename="_____ __ \(__\)\.pdf"; /);
});

test("a name cannot end the header, the string or the directory", () => {
  const header = contentDisposition("attachment", 'a"; x="\r\nSet-Cookie: b\\..\\..\\c/../d%41.txt');
  assert.doesNotMatch(header, /[\r\n\\/]/);
  assert.equal(header.split('"').length, 3);
});

test("marks that turn the direction of text are taken out of a name", () => {
  assert.equal(cleanFilename("\u202egpj.exe"), "_gpj.exe");
  assert.equal(cleanFilename("a\u2066b\u200f.txt"), "a_b_.txt");
});

test("a name of dots or nothing is no name", () => {
  for (const name of ["", "..", ".", "  ", undefined, "\0"]) assert.equal(contentDisposition("inline", name), "inline");
});

test("a lone surrogate does not break the header", () => {
  assert.match(contentDisposition("attachment", "a\ud800b.txt"), /filename\*=UTF-8''a%EF%BF%BDb\.txt$/);
});

test("a very long name keeps its ending", () => {
  const name = cleanFilename(`${"長".repeat(900)}.docx`) ?? "";
  assert.equal(Array.from(name).length, 200);
  assert.ok(name.endsWith(".docx"));
});
