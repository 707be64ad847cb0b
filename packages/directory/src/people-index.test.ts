import { parsePostId, parseUserId, partsOf, type UserId } from "@causeway/base";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PeopleIndex } from "./people-index.ts";
import type { Label } from "./people-index-labels.ts";
import { readingsOf, wordsOf } from "./people-index-query.ts";
import { LabelIndex, type LabelSearch } from "./people-index-search.ts";
import type { EntryPost, EntryUnit, PersonEntry } from "./person-entry.ts";

const DPO: EntryUnit = { code: "DPO", nameEn: "Digital Policy Office", nameZh: "數字政策辦公室" };
const POLICE: EntryUnit = { code: "HKPF", nameEn: "Hong Kong Police Force", nameZh: "香港警務處" };
const HEALTH: EntryUnit = { code: "DH", nameEn: "Department of Health", nameZh: "衞生署" };

function user(localpart: string): UserId {
  const id = parseUserId(`@${localpart}:gov.example`);
  assert.ok(id !== undefined);
  return id;
}

function post(title: string, department: EntryUnit): EntryPost {
  const [code = "", titleEn = "", titleZh = ""] = title.split("|");
  const postId = parsePostId("po_00000001");
  assert.ok(postId !== undefined);
  return { postId, code, titleEn, titleZh, isActing: false, department, units: [] };
}

function person(localpart: string, names: string, posts: readonly EntryPost[] = []): PersonEntry {
  const [nameZh = "", nameEn = ""] = names.split(" · ");
  return { userId: user(localpart), nameEn, nameZh, posts };
}

const people: readonly PersonEntry[] = [
  person("tmchan", "陳大文 · CHAN Tai-man", [
    post("SEO(IT)3|Senior Executive Officer (IT) 3|高級行政主任(資訊科技)3", DPO),
  ]),
  person("tmchan2", "陳大民 · CHAN Tai-man", [post("PC(KT)31|Police Constable|警員", POLICE)]),
  person("chanchi", "陳志 · CHAN Chi", [
    post("SEO(IT)31|Senior Executive Officer (IT) 31|高級行政主任(資訊科技)31", POLICE),
  ]),
  person("taimanc", "譚文 · CHAN Taiman", [post("HI(1)|Health Inspector|衞生督察", HEALTH)]),
  person("amy.li", "李麗 · LI Lai, Amy", [post("ACO(P)2|Assistant Clerical Officer|助理文書主任", DPO)]),
  person("au.yeung", "歐陽震華 · AU-YEUNG Chun-wah", [post("EO(A)|Executive Officer|行政主任", HEALTH)]),
];

function indexOf(entries: readonly PersonEntry[]): PeopleIndex {
  const index = new PeopleIndex();
  for (const one of entries) index.put(one);
  return index;
}

function found(query: string, department?: EntryUnit): string {
  return indexOf(people)
    .search(query, { limit: 10, department })
    .map(({ id }) => id.slice(1, id.indexOf(":")))
    .join(" ");
}

test("a name is found in any word order, with or without hyphens, and written together", () => {
  for (const query of [
    "CHAN Tai-man",
    "tai man chan",
    "chantaiman",
    "taimanchan",
    "Ｃｈａｎ ＴＡＩ－ＭＡＮ",
    "chan taiman",
  ])
    assert.equal(found(query).split(" ").toSorted().join(" "), "taimanc tmchan tmchan2", query);
  assert.equal(found("man tai chan"), "tmchan2 tmchan");
  assert.equal(found("au yeung"), "au.yeung");
  assert.equal(found("auyeung chun"), "au.yeung");
  assert.equal(found("amy"), "amy.li");
});

test("names grow as they are typed", () => {
  for (const query of ["a", "au", "au-", "au-ye", "au-yeung c", "au-yeung chun-w"])
    assert.match(found(query), /au\.yeung/, query);
  assert.equal(found("au-yeung chan"), "");
  assert.equal(found("eung"), "");
});

test("Chinese is found by any part and in either script", () => {
  assert.equal(found("大文"), "tmchan");
  assert.equal(found("陳大"), "tmchan2 tmchan");
  assert.equal(found("陈大文"), "tmchan");
  assert.equal(found("欧阳"), "au.yeung");
  assert.equal(found("震華"), "au.yeung");
  assert.equal(found("陳文"), "");
  assert.equal(found("陳 文"), "tmchan");
});

test("posts are found by code and title, the exact one first", () => {
  assert.equal(found("SEO(IT)3"), "tmchan chanchi");
  assert.equal(found("seo it 31"), "chanchi");
  assert.equal(found("seoit3"), "tmchan chanchi");
  assert.equal(found("警員"), "tmchan2");
  assert.equal(found("警员"), "tmchan2");
  assert.equal(found("senior exec"), "chanchi tmchan");
});

test("departments are found by code and name in either language, alone and with a name", () => {
  assert.equal(found("dpo"), "tmchan amy.li");
  assert.equal(found("digital pol"), "tmchan amy.li");
  assert.equal(found("数字政策"), "tmchan amy.li");
  assert.equal(found("hkpf chan"), "chanchi tmchan2");
  assert.equal(found("衞生 歐陽"), "au.yeung");
  assert.equal(found("卫生署"), "au.yeung taimanc");
});

test("a user id finds its owner, the whole id too", () => {
  assert.equal(found("tmchan2"), "tmchan2");
  assert.equal(found("@amy.li:gov.example"), "amy.li");
  assert.equal(found("@amy.l"), "amy.li");
});

test("whole names come first, then whole words, then beginnings; one's own department before others of the same kind", () => {
  assert.equal(found("chan chi"), "chanchi");
  assert.equal(found("chan"), "chanchi tmchan2 tmchan taimanc");
  assert.equal(found("chan", HEALTH), "taimanc chanchi tmchan2 tmchan");
  assert.equal(found("chan tai man", HEALTH), "taimanc tmchan2 tmchan");
  assert.equal(found("cha", POLICE), "chanchi tmchan2 tmchan taimanc");
});

test("nothing is found for nothing", () => {
  for (const query of ["", " ", "()", "@", "·", "\u200B"]) assert.equal(found(query), "", JSON.stringify(query));
  assert.deepEqual(indexOf(people).search("chan", { limit: 0 }), []);
  assert.deepEqual(new PeopleIndex().search("chan", { limit: 5 }), []);
});

test("a change of post is a change of what finds somebody, and leavers are found no more", () => {
  const index = indexOf(people);
  const [first] = people;
  assert.ok(first !== undefined);
  index.put({ ...first, posts: [post("CE(1)|Chief Engineer|總工程師", HEALTH)] });
  assert.deepEqual(
    index.search("seo(it)3", { limit: 5 }).map((one) => one.id),
    [user("chanchi")],
  );
  assert.deepEqual(
    index.search("總工程師", { limit: 5 }).map((one) => one.id),
    [first.userId],
  );
  assert.ok(index.remove(first.userId));
  assert.equal(index.remove(first.userId), false);
  assert.deepEqual(index.search("大文", { limit: 5 }), []);
  assert.equal(index.size, people.length - 1);
});

test("those who are not accepted leave their places to others", () => {
  const index = indexOf(people);
  const best = index.search("chan", { limit: 2, accept: (id) => id !== user("chanchi") });
  assert.deepEqual(
    best.map((one) => one.id),
    [user("tmchan2"), user("tmchan")],
  );
});

test("no query takes long or breaks anything", () => {
  const index = indexOf(people);
  for (const query of [
    "a".repeat(100_000),
    "chan ".repeat(10_000),
    "陳".repeat(10_000),
    "\uD800",
    "chan".repeat(10),
    "@".repeat(9),
  ])
    assert.ok(index.search(query, { limit: 5 }).length <= 5);
});

interface Model {
  readonly id: string;
  readonly labels: readonly Label[];
}

const WEIGHTS = { name: 16, post: 9, unit: 5 };

function valueIn(label: Label, word: string): number {
  const weight = WEIGHTS[label.kind];
  const parts = label.texts.flatMap((text) => partsOf(text));
  if (label.texts.some((one) => partsOf(one).length === 1 && partsOf(one)[0]?.text === word)) return 3 * weight + 150;
  if (parts.some((part) => part.text === word)) return 3 * weight + 100;
  if (parts.some((part) => part.text.startsWith(word))) return 2 * weight;
  return parts.some((part) => part.run && part.text.includes(word)) ? weight : 0;
}

function isWhole(label: Label, words: readonly string[]): boolean {
  const wanted = words.toSorted().join(" ");
  return label.texts.some(
    (text) =>
      partsOf(text)
        .map((part) => part.text)
        .toSorted()
        .join(" ") === wanted,
  );
}

function scoreIn(one: Model, words: readonly string[], near: Label | undefined): number | undefined {
  const values = words.map((word) => Math.max(0, ...one.labels.map((label) => valueIn(label, word))));
  if (values.includes(0)) return undefined;
  const isExact = values.every((value) => value >= 100);
  const tier = !isExact ? 1 : one.labels.some((label) => isWhole(label, words)) ? 3 : 2;
  const isNear = one.labels.some((label) => JSON.stringify(label) === JSON.stringify(near));
  return tier * 20_000 + (isNear ? 10_000 : 0) + values.reduce((sum, value) => sum + value, 0);
}

/** What the index promises, by looking at everything. */
function naive(all: readonly Model[], typed: string, how: LabelSearch): readonly { id: string; score: number }[] {
  const known = new Set(
    all.flatMap((one) =>
      one.labels.flatMap((label) => label.texts.flatMap((text) => partsOf(text).map((part) => part.text))),
    ),
  );
  const readings = readingsOf(wordsOf(typed), (word) => known.has(word));
  const scored = all.flatMap((one) => {
    const score = readings.map((words) => scoreIn(one, words, how.near)).find((value) => value !== undefined);
    return score === undefined || how.accept?.(one.id) === false
      ? []
      : [{ id: one.id, score, text: (one.labels[0]?.texts[0] ?? "").toLowerCase() }];
  });
  const order = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
  return scored
    .toSorted((left, right) => right.score - left.score || order(left.text, right.text) || order(left.id, right.id))
    .slice(0, how.limit)
    .map(({ id, score }) => ({ id, score }));
}

const latin = fc.constantFrom(
  "chan",
  "chang",
  "tai",
  "man",
  "taiman",
  "li",
  "it",
  "ab",
  "a",
  "3",
  "31",
  "seo",
  "Police",
);
const han = fc.constantFrom("陳", "陈", "大", "文", "陳大文", "大文", "警務處", "警", "卫生", "衞生署", "香港");
const text = fc
  .array(fc.tuple(fc.oneof(latin, han), fc.constantFrom("", " ", "-", "(")), { minLength: 0, maxLength: 4 })
  .map((parts) => parts.flat().join(""));
const label: fc.Arbitrary<Label> = fc.record({
  kind: fc.constantFrom("name", "post", "unit"),
  texts: fc.array(text, { minLength: 1, maxLength: 3 }),
});
const change = fc.record({
  id: fc.constantFrom("a", "b", "c", "d", "e", "f"),
  labels: fc.option(fc.array(label, { minLength: 1, maxLength: 3 }), { nil: undefined }),
});

test("after any changes it finds what looking at everything finds, in the same order", () => {
  const search = fc.record({
    typed: text,
    limit: fc.integer({ min: 1, max: 4 }),
    near: fc.option(label, { nil: undefined }),
  });
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 14 }),
      fc.array(search, { minLength: 1, maxLength: 6 }),
      (changes, searches) => {
        const index = new LabelIndex();
        const model = new Map<string, Model>();
        const look = ({ typed, limit, near }: (typeof searches)[number]): void => {
          // Names are nobody's department.
          const how = { limit, near: near?.kind === "name" ? undefined : near };
          assert.deepEqual(index.search(typed, how), naive([...model.values()], typed, how), typed);
        };
        for (const [at, { id, labels }] of changes.entries()) {
          if (labels === undefined) {
            assert.equal(index.remove(id), model.delete(id));
          } else {
            index.put(id, labels);
            model.set(id, { id, labels });
          }
          const between = searches[at % searches.length];
          if (between !== undefined) look(between);
        }
        assert.equal(index.size, model.size);
        for (const one of [...searches, ...searches]) look(one);
      },
    ),
    { numRuns: 300 },
  );
});
