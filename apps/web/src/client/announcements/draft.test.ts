import { announcementInput } from "@causeway/contract";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Shelf } from "../session/session.ts";
import { faultOf, keepDraft, keptDraft, newDraft, wishOf, type Draft } from "./draft.ts";

const NOW = new Date("2026-11-23T09:00:00").getTime();
const written: Draft = { ...newDraft("t1"), one: { title: " New channel ", body: "Seven." }, departments: ["RD"] };

function shelf(): Shelf {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    keys: () => [...kept.keys()],
  };
}

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
  const kept = shelf();
  keepDraft(kept, "@a:b", written);
  assert.deepEqual(keptDraft(kept, "@a:b", "t2"), written);
  assert.equal(keptDraft(kept, "@c:b", "t2").one.title, "");
  keepDraft(kept, "@a:b", undefined);
  assert.deepEqual(kept.keys(), []);
  for (const broken of ["{", "7", "null", '{"each":4,"departments":[1],"txn":""}']) {
    kept.setItem("causeway.draft @a:b announcement", broken);
    assert.deepEqual(keptDraft(kept, "@a:b", "t3"), newDraft("t3"));
  }
});
