import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { detect, identifierKinds, isHkid, isMainlandId, mask } from "./index.ts";

const kindsIn = (text: string): readonly string[] => detect(text).findings.map((one) => one.kind);
const RIGHT = [
  "A123456(3)",
  "G123456(A)",
  "A555555(0)",
  "C567890(9)",
  "E364912(5)",
  "K123456(0)",
  "AB987654(3)",
  "AB123456(9)",
  "WX123456(9)",
];

test("the check character of an identity card number decides", () => {
  for (const number of RIGHT) assert.ok(isHkid(number), number);
  for (const number of RIGHT) assert.deepEqual(kindsIn(`He is ${number}.`), ["hkid"], number);
  for (const wrong of ["C567890(8)", "A123456(4)", "AB987654(4)"]) {
    assert.equal(isHkid(wrong), false);
    assert.deepEqual(kindsIn(`HKID ${wrong}`), [], wrong);
  }
});

test("an identity card number is found however it is written, at its place in the text", () => {
  const forms = [
    "A123456(3)",
    "A1234563",
    "A 123456 (3)",
    "A-123456-3",
    "Ａ１２３４５６（３）",
    "А123456(3)",
    "A12\u200b3456(3)",
    "a123456(3)",
    "A123456【3】",
  ];
  for (const form of forms) {
    const text = `申請人身份證號碼：${form}，謝謝`;
    const [found, ...more] = detect(text).findings;
    assert.equal(found?.kind, "hkid", form);
    assert.equal(text.slice(found.start, found.end), form);
    assert.deepEqual(more, []);
  }
  assert.deepEqual(kindsIn("HKID: A123456"), ["hkid"], "without its check beside a word");
  assert.deepEqual(kindsIn("part A123456 is out of stock"), [], "without its check and without a word");
});

test("a number that only looks like one is no alarm: no word, no brackets, no neighbours", () => {
  assert.deepEqual(kindsIn("Order B1234563, invoice Z683365(4)x and ticket A1234563"), []);
  let alarms = 0;
  for (let seed = 0; seed < 5000; seed += 1) {
    const digits = String((seed * 48_271 + 1_234_567) % 10_000_000).padStart(7, "0");
    const letter = String.fromCharCode(65 + (seed % 26));
    if (detect(`Reference ${letter}${digits} was closed yesterday.`).level !== "none") alarms += 1;
  }
  assert.ok(alarms / 5000 <= 0.02, `${alarms} of 5000`);
});

test("several distinct valid numbers make each of them sure, and three make a list", () => {
  assert.equal(detect("A1234563").level, "none");
  assert.equal(detect("A123456(3)").level, "mention");
  const list = detect("A1234563 K1234560 E3649125");
  assert.equal(list.level, "bulk");
  assert.deepEqual(list.counts, { hkid: 3 });
  assert.equal(
    detect("A123456(3) and again A123456(3), A-123456-3").level,
    "mention",
    "one person three times is one person",
  );
});

test("a column that is more than half valid is a list, and cells are never joined", () => {
  const rows = ["Name,ID", "Chan,A1234563", "Lee,K1234560", "Wong,E3649125", "Ho,unknown"].join("\n");
  const report = detect(rows);
  assert.equal(report.level, "bulk");
  assert.equal(report.counts.hkid, 3);
  assert.deepEqual(kindsIn("440106\t19990101\t0013"), []);
  assert.deepEqual(kindsIn("440106,19990101,0013"), []);
});

test("a mainland identity number has a day that exists and the right check", () => {
  for (const right of ["11010519491231002X", "440106199901010019"]) {
    assert.ok(isMainlandId(right));
    assert.deepEqual(kindsIn(`號碼 ${right}`), ["mainland-id"]);
    assert.deepEqual(kindsIn(`${right.slice(0, 6)} ${right.slice(6, 14)} ${right.slice(14)}`), ["mainland-id"]);
  }
  for (const wrong of ["110105194912310021", "440106199902300013", "44010619990101001", "440106199901010013"])
    assert.deepEqual(kindsIn(wrong), []);
});

test("a phone number alone is nothing; beside a name or a card number it is", () => {
  assert.deepEqual(kindsIn("Room 2345 6789 bytes"), []);
  assert.deepEqual(kindsIn("Mr Chan 9123 4567"), ["phone"]);
  assert.deepEqual(kindsIn("A123456(3) 91234567"), ["hkid", "phone"]);
  assert.deepEqual(kindsIn("陳先生 電話 +852 9123-4567"), ["phone"]);
});

test("addresses in both directions are found from three parts on", () => {
  const places = [
    "Flat 5B, 12/F, Block 3, Lucky House, 123 Nathan Road, Mong Kok, Kowloon",
    "Room 1203, 12/F, Harbour Building, 38 Pier Road, Central, HK",
    "香港中環德輔道中68號萬宜大廈12樓1203室",
    "新界沙田沙田正街3號沙田廣場2座15樓A室",
    "九龙弥敦道100号中心大厦3座",
  ];
  for (const place of places) assert.deepEqual(kindsIn(`Please write to ${place}.`), ["address"], place);
  assert.deepEqual(kindsIn("彌敦道100號旺角中心2樓").length, 1);
  for (const none of ["Meet at Central at 3", "我知道8號風球下3樓關閉", "Block 3 of the data on floor 2"])
    assert.deepEqual(kindsIn(none), [], none);
});

test("permits, passports, accounts, cards and births need what makes them one", () => {
  assert.deepEqual(kindsIn("回鄉證 H12345678"), ["home-return-permit"]);
  assert.deepEqual(kindsIn("H12345678"), []);
  assert.deepEqual(kindsIn("Passport no. K12345678"), ["passport"]);
  assert.deepEqual(kindsIn("K12345678 was shipped"), []);
  assert.deepEqual(kindsIn("bank account 012-345678-901"), ["bank-account"]);
  assert.deepEqual(kindsIn("Card 4111 1111 1111 1111"), ["payment-card"]);
  assert.deepEqual(kindsIn("Card 4111 1111 1111 1112"), []);
  assert.deepEqual(kindsIn("0000 0000 0000 0000"), []);
  assert.deepEqual(kindsIn("出生日期：1980年2月29日"), ["birth-date"]);
  assert.deepEqual(kindsIn("born 30-02-1980"), []);
});

test("mail addresses are how people write to each other; twenty of them are a list", () => {
  assert.equal(detect("write to someone@example.org").level, "none");
  const list = Array.from({ length: 20 }, (_, index) => `person${index}@example.org`).join("; ");
  assert.deepEqual([detect(list).level, detect(list).counts.email], ["bulk", 20]);
});

test("a mask hides what was found and nothing else, and what is masked is found no more", () => {
  const text = "身份證 Ａ１２３４５６（３）, card 4111 1111 1111 1111, Mr Lee 9123 4567";
  const masked = mask(text, detect(text).findings);
  assert.equal(masked, "身份證 Ａ１２３***（*）, card **** **** **** 1111, Mr Lee 9123 ****");
  assert.deepEqual(detect(masked).findings, []);
});

test("whatever is typed, findings lie inside the text, in order, without overlap, and a mask keeps the rest", () => {
  const piece = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom(
      ...RIGHT,
      "身份證",
      "HKID ",
      "9123 4567",
      "4111 1111 1111 1111",
      "11010519491231002X",
      "\u200b",
      "（",
      "\n",
      "\t",
      ",",
      "道",
      "3樓",
      "@a.hk",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      const { findings } = detect(text);
      let last = 0;
      for (const { start, end, kind, score } of findings) {
        assert.ok(start >= last && end > start && end <= text.length && score > 0 && score <= 1);
        assert.ok(identifierKinds.includes(kind));
        last = end;
      }
      const masked = mask(text, findings);
      const outside = (from: string): string =>
        [...findings].reverse().reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), from);
      if (masked.length === text.length) assert.equal(outside(masked), outside(text));
    }),
    { numRuns: 500 },
  );
});

test("no text holds it up: long runs of what its patterns begin with", () => {
  const runs = ["1", "A1", "1 ", "1-", "Flat ", "A ", "道", "@", "a.", "1@", "香", "(", "４", "А", "4111 ", "Room 1 "];
  for (const run of runs) assert.ok(detect(run.repeat(40_000)).findings.length >= 0, run);
  assert.equal(detect("x".repeat(100), { maxLength: 10 }).isCut, true);
});
