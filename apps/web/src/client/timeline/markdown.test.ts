import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf, htmlOf, type Block } from "./markdown.ts";
import { hasRoomCall, mentionsIn } from "./mentions.ts";

function text(words: string): { kind: "text"; text: string } {
  return { kind: "text", text: words };
}

function inline(words: string): unknown {
  const [block] = blocksOf(words);
  return block?.kind === "paragraph" ? block.parts : block;
}

test("bold, italic, struck and code are read; what only looks like a mark stays as it was typed", () => {
  assert.deepEqual(inline("a **b** *c* _d_ ~~e~~ `f*g*`"), [
    text("a "),
    { kind: "bold", parts: [text("b")] },
    text(" "),
    { kind: "italic", parts: [text("c")] },
    text(" "),
    { kind: "italic", parts: [text("d")] },
    text(" "),
    { kind: "strike", parts: [text("e")] },
    text(" "),
    { kind: "code", text: "f*g*" },
  ]);
  assert.deepEqual(inline("**a *b* c**"), [
    { kind: "bold", parts: [text("a "), { kind: "italic", parts: [text("b")] }, text(" c")] },
  ]);
  for (const plain of ["2 * 3 * 4", "a_file_name", "** x **", "*", "``", "~~", "<b>x</b>", "[gov](https//evil)"])
    assert.deepEqual(inline(plain), [text(plain)], plain);
});

test("an address is a link as it really leads, whatever marks are in it or around it", () => {
  assert.deepEqual(inline("see https://a.example/x_y_z*q* now"), [
    text("see "),
    { kind: "link", text: "https://a.example/x_y_z*q*", href: "https://a.example/x_y_z*q*" },
    text(" now"),
  ]);
  const [named] = blocksOf("[gov.hk](https://evil.example)");
  assert.ok(JSON.stringify(named).includes('"text":"https://evil.example"'));
});

test("quotations, lists and code stand in blocks of their own", () => {
  const kinds = (all: readonly Block[]): readonly string[] => all.map(({ kind }) => kind);
  assert.deepEqual(kinds(blocksOf("hi\n> a\n> > b\n- one\n- two\n1. x\n```ts\n**no**\n```\nbye")), [
    ...["paragraph", "quote", "list", "list", "code", "paragraph"],
  ]);
  assert.deepEqual(blocksOf("```\nnever closed **b**")[0]?.kind, "paragraph");
  assert.deepEqual(kinds(blocksOf("a\n\nb")), ["paragraph"]);
});

test("what comes out as HTML holds nothing that was put in as HTML", () => {
  assert.equal(htmlOf("just words", []), undefined);
  assert.equal(htmlOf("**<img src=x onerror=alert(1)>**", []), "<strong>&lt;img src=x onerror=alert(1)&gt;</strong>");
  const chan = { text: "@陳大文", userId: "@chan:x" };
  assert.equal(htmlOf("問 @陳大文 吧", [chan]), '問 <a href="https://matrix.to/#/@chan:x">@陳大文</a> 吧');
});

test("a mention is shown only of whom the message really calls", () => {
  const html = '<a href="https://matrix.to/#/@chan:x">@陳大文</a> <a href="https://matrix.to/#/@ho:x">@Ho &amp; Co</a>';
  const body = { formatted_body: html };
  assert.deepEqual(mentionsIn({ ...body, "m.mentions": { user_ids: ["@chan:x"] } }), [
    { text: "@陳大文", userId: "@chan:x" },
  ]);
  assert.equal(mentionsIn({ ...body, "m.mentions": { user_ids: ["@ho:x"] } })[0]?.text, "@Ho & Co");
  for (const content of [body, { ...body, "m.mentions": 7 }, { "m.mentions": { user_ids: ["@chan:x"] } }])
    assert.deepEqual(mentionsIn(content), []);
  assert.ok(hasRoomCall("@room please") && hasRoomCall("請 @room"));
  assert.ok(!hasRoomCall("a@room") && !hasRoomCall("@rooms"));
});

test("long hostile text comes to an end, as one paragraph or quotation", () => {
  for (const hostile of [
    "**a".repeat(12_000),
    "*".repeat(40_000),
    "> ".repeat(20_000),
    "`a".repeat(20_000),
    "_a ".repeat(13_000),
  ]) {
    assert.equal(blocksOf(hostile).length, 1);
  }
});
