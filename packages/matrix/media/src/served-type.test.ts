import assert from "node:assert/strict";
import { test } from "node:test";
import { isInlineType, OCTETS, PLAIN_TEXT, servedType } from "./served-type.ts";
import { TextProbe } from "./text-probe.ts";

function typeOf(content: string | Uint8Array, claimed?: string): string {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const probe = new TextProbe();
  for (let at = 0; at < bytes.length; at += 7) probe.add(bytes.subarray(at, at + 7));
  return servedType({ head: bytes.subarray(0, 4096), isPlainText: probe.finish(), claimed });
}

function latin(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

const JPEG = latin("\xff\xd8\xff\xe0\0\x10JFIF\0");
const PNG = latin("\x89PNG\r\n\x1a\n");

test("content decides, whatever was claimed", () => {
  assert.equal(typeOf(PNG, "text/html"), "image/png");
  assert.equal(typeOf(JPEG, "image/png"), "image/jpeg");
  assert.equal(typeOf("GIF89a...", "application/javascript"), "image/gif");
  assert.equal(typeOf(latin("RIFF\x10\0\0\0WEBPVP8 "), undefined), "image/webp");
  assert.equal(typeOf(latin("RIFF\x10\0\0\0WAVEfmt "), undefined), "audio/wav");
  assert.equal(typeOf(latin("fLaC\0\0\0\x22"), "text/css"), "audio/flac");
});

test("media containers are told apart by what they say inside", () => {
  assert.equal(typeOf(latin("\0\0\0\x20ftypisom\0\0\x02\0isomiso2"), "video/mp4"), "video/mp4");
  assert.equal(typeOf(latin("\0\0\0\x1cftypM4A \0\0\0\0isom"), "audio/mp4"), "audio/mp4");
  assert.equal(typeOf(latin("\0\0\0\x1cftypmif1\0\0\0\0mif1avif"), "image/avif"), "image/avif");
  assert.equal(typeOf(latin("\0\0\0\x1cftypmif1\0\0\0\0mif1heic"), "image/heic"), "image/heif");
  assert.equal(typeOf(latin("\0\0\0\x1cftypevil\0\0\0\0evilevil"), "video/mp4"), OCTETS);
  assert.equal(typeOf(latin("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), "audio/webm"), "audio/webm");
  assert.equal(typeOf(latin("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), "text/html"), "video/webm");
  assert.ok(!isInlineType(typeOf(latin("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska"), "video/webm")));
});

test("pages, drawings and programs are never inline and never keep their type", () => {
  const attacks: readonly (readonly [string, string])[] = [
    ["<html><script>alert(1)</script></html>", "text/html"],
    ["<html><script>alert(1)</script></html>", "text/plain"],
    ["<html><script>alert(1)</script></html>", "image/png"],
    ["<html><script>alert(1)</script></html>", "application/xhtml+xml"],
    ['<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"],
    ['<svg onload="alert(1)"/>', "text/plain"],
    ["alert(1)", "text/javascript"],
    ["alert(1)", "application/javascript"],
    ["body{}", "text/css"],
    ["<?xml version='1.0'?><a/>", "application/xml"],
    ["<?xml version='1.0'?><a/>", "text/xsl"],
    ["\0asm", "application/wasm"],
    ["CACHE MANIFEST", "text/cache-manifest"],
    ["x", "multipart/x-mixed-replace; boundary=a"],
    ["x", "image/png"],
    ["x", "video/mp4"],
    ["x", "text/html;charset=utf-7"],
    ["x", "TEXT/HTML"],
    ["x", "text/html\r\nx: y"],
    ["%!PS", "application/pdf"],
  ];
  for (const [content, claimed] of attacks) assert.equal(typeOf(content, claimed), OCTETS, `${claimed}: ${content}`);
});

test("a page hidden far into a text is found, across chunks and after any amount of text", () => {
  for (const pad of [0, 1, 3, 6, 5000]) {
    assert.equal(typeOf(`${"a".repeat(pad)}<ScRiPt src=x>`, "text/plain"), OCTETS, String(pad));
  }
});

test("a PDF and a file of two kinds keep a harmless form", () => {
  assert.equal(typeOf("%PDF-1.7\n<script>", "image/png"), "application/pdf");
  assert.ok(!isInlineType("application/pdf"));
  const gifScript = typeOf("GIF89a/*..*/=1;alert(1)", "text/javascript");
  assert.equal(gifScript, "image/gif");
});

test("text is text only when all of it is UTF-8 without control characters", () => {
  assert.equal(typeOf("巡邏報告\r\n\t第一段", "text/plain;charset=big5"), PLAIN_TEXT);
  assert.equal(typeOf("a,b\n1,2", "text/csv"), PLAIN_TEXT);
  assert.equal(typeOf("", "text/plain"), PLAIN_TEXT);
  assert.equal(typeOf(latin("caf\xe9"), "text/plain"), OCTETS);
  assert.equal(typeOf("a\0b", "text/plain"), OCTETS);
  assert.equal(
    typeOf("+ADw-script+AD4-", "text/plain; charset=utf-7"),
    PLAIN_TEXT,
    "our charset wins, so UTF-7 stays text",
  );
  assert.equal(typeOf("plain", undefined), OCTETS);
});

test("office documents keep their name as attachments", () => {
  const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  assert.equal(typeOf(latin("PK\x03\x04\x14\0"), docx), docx);
  assert.ok(!isInlineType(docx));
  assert.equal(typeOf(latin("PK\x03\x04\x14\0"), "text/html"), "application/zip");
  assert.equal(typeOf(latin("PK\x03\x04\x14\0"), "application/java-archive"), "application/zip");
  assert.equal(typeOf("{}", "application/json"), "application/json");
});

test("sound without a header needs a claim, and the claim needs the frames", () => {
  assert.equal(typeOf(latin("\xff\xfb\x90\x64\0\0"), "audio/mpeg"), "audio/mpeg");
  assert.equal(typeOf(latin("\xff\xf1\x50\x80\0\0"), "audio/aac"), "audio/aac");
  assert.equal(typeOf(latin("\xff\xfb\x90\x64\0\0"), undefined), OCTETS);
  assert.equal(typeOf("no sound", "audio/mpeg"), OCTETS);
});
