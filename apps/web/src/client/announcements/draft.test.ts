import { announcementInput } from "@causeway/contract";
import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf, keepDraft, keptDraft, newDraft, wishOf, type Draft } from "./draft.ts";

const NOW = new Date("2026-11-23T09:00:00").getTime();
const written: Draft = { ...newDraft("t1"), one: { title: " New channel ", body: "Seven." }, departments: ["RD"] };

test("what is missing of an announcement is named, one thing after the other", () => {
  assert.equal(faultOf(newDraft("t"), NOW), "title");
  assert.equal(faultOf({ ...newDraft("t"), one: { title: "x", body: "  " } }, NOW), "body");
  assert.equal(faultOf({ ...written, departments: [] }, NOW), "audience");
  for (const due of ["2026-11-22", "never"]) assert.equal(faultOf({ ...written, due }, NOW), "due");
  assert.equal(faultOf({ ...written, due: "2026-11-23" }, NOW), undefined, "until the end of today");
  const inOne = { ...written, isInLanguages: true, one: { title: "", body: "" } };
  assert.equal(faultOf(inOne, NOW), "title");
  assert.equal(faultOf({ ...inOne, each: { ...inOne.each, "zh-Hans": { title: "题", body: "文" } } }, NOW), undefined);
});

test("a draft is sent as the contract takes it, in one language or in those that were written", () => {
  const each = { ...written.each, "zh-Hant-HK": { title: "新頻道", body: "七" }, en: { title: "New", body: "Seven" } };
  const wishes = [
    written,
    { ...written, everybody: true },
    { ...written, divisions: ["N", "S"], due: "2026-11-30" },
    { ...written, departments: ["RD", "FD"], divisions: ["N"] },
    { ...written, isInLanguages: true, each },
  ].map((draft) => announcementInput.parse(wishOf(draft)));
  assert.equal(wishes[0]?.title, "New channel");
  assert.deepEqual(
    wishes.map(({ audience }) => audience),
    [
      { departments: ["RD"] },
      { everybody: true },
      { departments: ["RD"], divisions: ["N", "S"] },
      { departments: ["RD", "FD"] },
      { departments: ["RD"] },
    ],
  );
  assert.deepEqual(wishes[4]?.title, { en: "New", "zh-Hant-HK": "新頻道" });
});

test("a draft survives a reload; what is kept and broken counts as none", () => {
  const kept = new Map<string, unknown>();
  const notes = {
    get: (key: string) => kept.get(key),
    put: (key: string, value: unknown) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  };
  keepDraft(notes, written);
  assert.deepEqual(keptDraft(notes, "t2"), written);
  const [key = ""] = kept.keys();
  keepDraft(notes, undefined);
  assert.equal(kept.size, 0);
  for (const broken of [7, null, "{", { each: 4, departments: [1], txn: "" }]) {
    kept.set(key, broken);
    assert.deepEqual(keptDraft(notes, "t3"), newDraft("t3"));
  }
});
