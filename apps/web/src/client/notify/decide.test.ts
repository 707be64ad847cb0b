import assert from "node:assert/strict";
import { test } from "node:test";
import { placesFor, wordsFor, type Sayable, type Standing } from "./decide.ts";

const here: Standing = { isQuiet: false, isOpen: false, isVisible: true, hasFocus: true, desktop: true, sound: true };

const told = (more: Partial<Standing>): string => {
  const places = placesFor({ ...here, ...more });
  return Object.entries(places)
    .flatMap(([place, isTold]) => (isTold ? [place] : []))
    .join(" ");
};

test("news is told where the person is, and never of the room that they look at", () => {
  assert.equal(told({}), "toast sound");
  assert.equal(told({ isOpen: true }), "");
  assert.equal(told({ hasFocus: false }), "toast desktop sound", "beside another window");
  assert.equal(told({ hasFocus: false, isOpen: true }), "desktop sound");
  assert.equal(told({ isVisible: false, hasFocus: false }), "desktop sound");
  assert.equal(told({ isVisible: false, hasFocus: false, isOpen: true }), "desktop sound");
});

test("what is not wanted is not used, and in quiet hours nothing is", () => {
  assert.equal(told({ desktop: false, sound: false, isVisible: false, hasFocus: false }), "");
  assert.equal(told({ desktop: false, sound: false }), "toast");
  for (const more of [{}, { hasFocus: false }, { isVisible: false }])
    assert.equal(told({ ...more, isQuiet: true }), "");
});

const news: Sayable = {
  label: "unclassified",
  roomName: "Harbour",
  isDirect: false,
  isExternal: false,
  senderName: "Bob",
  isMention: false,
  preview: { key: "preview.other", values: { name: "Bob", text: "the words" } },
};

test("outside of the app words stand only when they are wanted", () => {
  assert.deepEqual(wordsFor(news, false).body, { key: "notify.messageBy", values: { name: "Bob" } });
  assert.deepEqual(wordsFor({ ...news, isMention: true }, false).body.key, "notify.mentionBy");
  assert.deepEqual(wordsFor({ ...news, isDirect: true }, false).body, { key: "notify.message" });
  assert.equal(wordsFor(news, true).body, news.preview);
  assert.deepEqual(wordsFor(news, true).title, { key: "notify.room", values: { room: "Harbour" } });
  assert.equal(wordsFor({ ...news, isExternal: true }, false).title.key, "notify.external");
});

test("of a labelled room nothing but the label stands outside of the app, whatever is wanted", () => {
  for (const label of ["RESTRICTED", "CONFIDENTIAL"] as const) {
    for (const isMention of [true, false]) {
      const words = JSON.stringify(wordsFor({ ...news, label, isMention, isExternal: true }, true));
      assert.doesNotMatch(words, /Harbour|Bob|the words/);
      assert.match(words, new RegExp(label));
    }
  }
});
