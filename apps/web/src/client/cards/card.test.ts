import assert from "node:assert/strict";
import { test } from "node:test";
import { CARD, cardIn, cardText, isActionPath } from "./card.ts";

const read = (card: unknown) => cardIn({ body: "plain", [CARD]: card });

test("a card is read whole, in the language of its reader", () => {
  const card = read({
    title: { en: "Request", "zh-Hant-HK": "申請" },
    facts: [{ name: "Until", value: "Friday" }],
    body: "Line one\nline two",
    state: { text: "Open", tone: "warn" },
    actions: [
      { text: "Authorise", method: "POST", path: "/causeway/v1/requests/r1/approve", body: { a: 1 }, look: "main" },
    ],
  });
  assert.equal(cardText("zh-Hant-HK", card?.title ?? {}), "申請");
  assert.equal(cardText("zh-Hans", card?.title ?? {}), "Request");
  assert.deepEqual(card?.facts, [{ name: { en: "Until" }, value: { en: "Friday" } }]);
  assert.equal(card?.body?.["en"], "Line one\nline two");
  assert.deepEqual(card?.state, { text: { en: "Open" }, tone: "warn" });
  assert.equal(card?.actions.length, 1);
});

test("anything of a wrong type is left out, and without a title there is no card", () => {
  for (const wrong of [
    undefined,
    null,
    1,
    "card",
    [],
    {},
    { title: 1 },
    { title: "" },
    { title: "\u202e\u200b" },
    { title: {} },
  ])
    assert.equal(read(wrong), undefined, JSON.stringify(wrong));
  const card = read({
    title: "x",
    facts: [1, null, { name: 1, value: 2 }, { name: "a" }],
    body: {},
    state: [],
    actions: 7,
  });
  assert.deepEqual(card, { title: { en: "x" }, facts: [], actions: [] });
});

test("lengths and counts have limits; tricks with direction are taken out", () => {
  const many = Array.from({ length: 50 }, (_, index) => ({ name: `n${index}`, value: "v".repeat(5000) }));
  const action = { text: "Go", method: "POST", path: "/causeway/v1/x" };
  const card = read({
    title: `a\u202e${"b".repeat(1000)}`,
    facts: many,
    actions: Array.from({ length: 9 }, () => action),
  });
  assert.equal(card?.title["en"]?.length, 200);
  assert.ok(card?.title["en"]?.startsWith("ab") === true);
  assert.equal(card?.facts.length, 20);
  assert.equal(card?.facts[0]?.value["en"]?.length, 500);
  assert.equal(card?.actions.length, 4);
});

test("an action calls the Causeway API of this server with POST or PUT, and nothing else", () => {
  const good = ["/causeway/v1/a", "/causeway/v1/grants/g-1/revoke", "/causeway/v1/people/@a.b:localhost/leave"];
  for (const path of good) assert.ok(isActionPath(path), path);
  const bad = [
    "/causeway/v1",
    "/causeway/v1/",
    "/causeway/v1/../../_matrix/client/v3/logout",
    "/causeway/v1/./a",
    "/causeway/v1/%2e%2e/a",
    "/causeway/v1//evil.example",
    "/causeway/v1/a?x=1",
    "/causeway/v1/a#x",
    "/causeway/v1\\a",
    "/causeway/v2/a",
    "/_matrix/client/v3/logout/all",
    "//evil.example/causeway/v1/a",
    "https://evil.example/causeway/v1/a",
    "javascript:alert(1)",
    `/causeway/v1/${"a".repeat(400)}`,
    7,
  ];
  for (const path of bad) assert.ok(!isActionPath(path), String(path));
  const kept = (action: object) =>
    read({ title: "x", actions: [{ text: "Go", path: "/causeway/v1/a", method: "POST", ...action }] });
  assert.equal(kept({})?.actions.length, 1);
  for (const wrong of [
    { method: "GET" },
    { method: "DELETE" },
    { method: "post" },
    { text: 1 },
    { path: bad[2] },
    { body: [] },
    { body: "x" },
    { body: { a: "x".repeat(5000) } },
  ])
    assert.equal(kept(wrong)?.actions.length, 0, JSON.stringify(wrong).slice(0, 80));
});

test("an action may ask for words, and a card may lead to a page of this client and nowhere else", () => {
  const action = { text: "Refuse", method: "POST", path: "/causeway/v1/x" };
  const card = read({
    title: "x",
    link: { text: "Open", path: "/access/requests/rq_1" },
    actions: [
      { ...action, input: { name: "reason", text: "Why" } },
      { ...action, input: { name: "__proto__", text: "Why" } },
      { ...action, input: { name: "reason" } },
    ],
  });
  assert.deepEqual(
    card?.actions.map((one) => one.input),
    [{ name: "reason", text: { en: "Why" } }],
  );
  assert.deepEqual(card?.link, { text: { en: "Open" }, path: "/access/requests/rq_1" });
  for (const path of ["https://evil.example/", "//evil.example", "/a/../b", "/a?b=c", "/a#b", "javascript:alert(1)", 7])
    assert.equal(read({ title: "x", link: { text: "Open", path } })?.link, undefined, String(path));
});
