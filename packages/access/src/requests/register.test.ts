import { instant } from "@causeway/base";
import type { RequestView } from "@causeway/contract";
import assert from "node:assert/strict";
import { test } from "node:test";
import { chartOf } from "./chart.ts";
import { registerCsvOf } from "./register-csv.ts";
import { registerColumns, registerTexts } from "./register-texts.ts";
import type { Grant } from "./types.ts";

const DAY = 86_400_000;
const MONDAY = Date.UTC(2026, 10, 23);

function row(over: Partial<RequestView> = {}): RequestView {
  return {
    ...{
      request_id: "rq_1",
      version: 1,
      kind: "request",
      state: "asked",
      level: "low",
      need: "photos",
      label: "RESTRICTED",
    },
    ...{ until: MONDAY, scope: "officer", upload: false, department: "PGD", posts: [], units: [], services: [] },
    ...{ sites: ["x.example"], advice_needed: false, questions: [], advisers: [], approvers: [], steps: [] },
    requester: { user_id: "@chan:example.org", display_name: "陳大文 · CHAN Tai-man" },
    post: { post_id: "po_1", code: "RANGER1", title_en: "Ranger", title_zh: "護理員" },
    machine: { key: "addr:10.0.0.1", class: "internal-desktop" },
    risk: { level: "low", points: 0, facts: [] },
    changed_at: MONDAY,
    asked_at: MONDAY,
    may: { advise: false, decide: false, step_up: false, answer: false, withdraw: false, ask: false },
    ...over,
  };
}

test("a file is in one language, in the installation's own time, and cells that look like formulas are texts", () => {
  const rows = [row({ need: '=HYPERLINK("https://evil.example")\n"x"' }), row({ need: "  @SUM(A1)" })];
  const csv = registerCsvOf(rows, { language: "zh-Hant", utcOffsetMinutes: 480 });
  assert.ok(csv.startsWith("\uFEFF申請時間,狀態,人員"));
  assert.ok(
    csv.includes(
      '2026-11-23 08:00,已申請,陳大文 · CHAN Tai-man,RANGER1,PGD,x.example,"\'=HYPERLINK(""https://evil.example"")\n""x"""',
    ),
  );
  assert.ok(csv.includes(",'  @SUM(A1),限閱,"));
});

test("every language has every word", () => {
  for (const texts of Object.values(registerTexts)) {
    assert.deepEqual(Object.keys(texts.columns).toSorted(), [...registerColumns].toSorted());
    for (const group of ["states", "causes", "outcomes", "labels", "levels", "scopes"] as const)
      assert.deepEqual(Object.keys(texts[group]).toSorted(), Object.keys(registerTexts.en[group]).toSorted());
  }
});

function grant(begins: number, ends: number, endedAt?: number): Grant {
  const ended =
    endedAt === undefined
      ? undefined
      : ({ at: instant(endedAt), by: undefined, cause: "revoked", reason: undefined } as const);
  return { begins: instant(begins), ends: instant(ends), ended } as Grant;
}

test("a chart counts a grant in every step in which it was in force, and its begin and end once", () => {
  const grants = [
    grant(MONDAY + DAY, MONDAY + 3 * DAY),
    grant(MONDAY - 9 * DAY, MONDAY + 20 * DAY, MONDAY + 2 * DAY),
    grant(MONDAY + 2 * DAY, MONDAY + 2 * DAY + 1),
  ];
  const wish = { step: "day", utcOffsetMinutes: 0, categoriesOf: () => ["site"], most: 100 } as const;
  const points = chartOf(grants, { ...wish, from: MONDAY, to: MONDAY + 4 * DAY });
  assert.deepEqual(
    points?.map((one) => [one.in_force, one.began, one.ended, one.by_category["site"] ?? 0]),
    [
      [1, 0, 0, 1],
      [2, 1, 0, 2],
      [2, 1, 2, 2],
      [0, 0, 1, 0],
    ],
  );
  const weeks = chartOf(grants, {
    ...wish,
    step: "week",
    from: MONDAY + DAY,
    to: MONDAY + 8 * DAY,
    utcOffsetMinutes: 480,
  });
  assert.deepEqual(
    weeks?.map((one) => one.at),
    [MONDAY - 480 * 60_000, MONDAY + 7 * DAY - 480 * 60_000],
  );
  assert.equal(chartOf([], { ...wish, from: 0, to: MONDAY }), undefined);
});
