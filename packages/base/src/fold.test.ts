import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import fc from "fast-check";
import { makeFoldTable } from "./fold-table.ts";
import { fold } from "./fold.ts";
import { fts5Query, grams, matchesQuery, tsQuery } from "./grams.ts";

/** Looks a query up in an FTS5 table that holds one text. */
function foundInFts5(text: string, query: string): boolean {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE VIRTUAL TABLE t USING fts5(grams, tokenize='ascii', detail='none')");
  db.prepare("INSERT INTO t (grams) VALUES (?)").run(grams(text).join(" "));
  const row = db.prepare("SELECT COUNT(*) AS n FROM t WHERE t MATCH ?").get(fts5Query(query) ?? '""');
  db.close();
  return row?.["n"] === 1;
}

test("case, width, accents and script variants fold alike", () => {
  assert.equal(fold("ＨＫＰＦ　１２３"), "hkpf 123");
  assert.equal(fold("ﾊﾟﾄﾛｰﾙ"), fold("パトロール"));
  assert.notEqual(fold("が"), fold("か"));
  assert.equal(fold("Straße"), fold("STRASSE"));
  assert.equal(fold("Ὀδυσσεύς"), fold("ΟΔΥΣΣΕΥΣ"));
  assert.equal(fold("Café"), "cafe");
  assert.equal(fold("Cafe\u0301"), "cafe");
  assert.equal(fold("巡邏"), fold("巡逻"));
  assert.equal(fold("衞生署"), fold("衛生署"));
  assert.equal(fold("臺灣 後"), "台湾 后");
  assert.equal(fold("巡\u200B邏\uFE00"), fold("巡邏"));
});

test("the table maps in one step", () => {
  const table = makeFoldTable();
  assert.ok(table.size > 2800);
  for (const [from, to] of table) {
    assert.notEqual(from, to);
    assert.equal(table.has(to), false, `${to} stands for another and is mapped itself`);
    assert.equal([...from].length + [...to].length, 2);
  }
});

test("folding twice changes nothing", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => fold(fold(text)) === fold(text)));
});

test("Chinese is found by one, two and more characters, in either script", () => {
  const text = "陳大文明早到彌敦道巡邏，請回覆。";
  for (const query of ["巡邏", "巡逻", "巡", "邏", "彌敦道", "弥敦道巡逻", "陳大文"]) {
    assert.ok(foundInFts5(text, query), query);
    assert.ok(matchesQuery(text, query), query);
  }
  for (const query of ["巡視", "邏巡", "覆請", "文道"]) assert.equal(foundInFts5(text, query), false, query);
});

test("characters that only stand apart are candidates and no match", () => {
  assert.ok(foundInFts5("甲乙。乙丙", "甲乙丙"));
  assert.equal(matchesQuery("甲乙。乙丙", "甲乙丙"), false);
});

test("Latin words are found whole and by their beginning, not by their middle", () => {
  const text = "Night patrol at Nathan Road, unit A-12_b";
  for (const query of ["patrol", "PATR", "nathan road", "a 12 b", "ｐａｔｒｏｌ"])
    assert.ok(foundInFts5(text, query), query);
  for (const query of ["atrol", "patrols"]) assert.equal(foundInFts5(text, query), false, query);
});

test("mixed scripts are found by each part", () => {
  const text = "A座3樓的CCTV壞了";
  assert.deepEqual(grams(text), ["a", "座", "3", "楼", "楼的", "的", "cctv", "坏", "坏了", "了"]);
  for (const query of ["3樓", "cctv壞", "A座", "CCTV"])
    assert.ok(foundInFts5(text, query) && matchesQuery(text, query), query);
});

test("punctuation and quotes in a query never reach the engine", () => {
  assert.equal(fts5Query(`"'*) OR --`), `"or"*`);
  assert.equal(tsQuery(`it's 'x':* & !`), "'it':* & 's':* & 'x':*");
  assert.equal(fts5Query("，。!"), undefined);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const query = fts5Query(text);
      return query === undefined || foundInFts5(text, text);
    }),
    { numRuns: 60 },
  );
});
