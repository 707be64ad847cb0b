import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { auditActs } from "@causeway/contract";
import { blindOf, isBlind } from "./blind.ts";
import { newEntryId } from "./entry-id.ts";
import { AuditEntryError, leafOf, type AnyEntry, type Leaf } from "./leaf.ts";

const REVOKED: AnyEntry = {
  act: "grant.revoked",
  by: "@head:localhost",
  on: "gr_0123456789",
  at: 1_700_000_000_000,
  facts: { reason: "no longer needed by CHAN Tai-man", cause: "review" },
};

function parsed(leaf: Leaf): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(leaf.text);
  return Object(value) as Readonly<Record<string, unknown>>;
}

test("an entry says codes and ids, and of people and reasons salted hashes only", () => {
  const leaf = leafOf(REVOKED, "au_1");
  assert.doesNotMatch(leaf.text, /head|CHAN|needed/);
  assert.match(leaf.text, /"act":"grant.revoked"/);
  assert.match(leaf.text, /"cause":"review"/);
  assert.equal(leaf.thing, "gr_0123456789");
  assert.deepEqual(
    leaf.blinded.map(({ field, kind, value }) => [field, kind, value]),
    [
      ["by", "user", "@head:localhost"],
      ["reason", "text", "no longer needed by CHAN Tai-man"],
    ],
  );
  const [by] = leaf.blinded;
  assert.ok(by !== undefined);
  assert.equal(parsed(leaf)["by"], blindOf(by.salt, by.value));
});

test("the same person in two entries cannot be told to be the same", () => {
  const [one, other] = [leafOf(REVOKED, "au_1"), leafOf(REVOKED, "au_2")];
  assert.notEqual(parsed(one)["by"], parsed(other)["by"]);
});

test("what an entry is about is hidden when it is a person, an address, or no id", () => {
  for (const on of ["@amy:localhost", "addr:10.1.2.3", "陳大文", "a b", "amy@example.org", `blind:${"A".repeat(43)}`]) {
    const leaf = leafOf({ ...REVOKED, on }, "au_1");
    assert.equal(leaf.thing, undefined, on);
    assert.ok(isBlind(String(parsed(leaf)["on"])), on);
  }
  assert.equal(leafOf({ ...REVOKED, on: "!room:localhost" }, "au_1").thing, "!room:localhost");
});

test("an act that is none, a fact that the act does not have and one of another kind are refused", () => {
  const wrong: readonly Partial<AnyEntry>[] = [
    { act: "grant.eaten" },
    { act: "toString" },
    { by: "somebody" },
    { by: "blind:x" },
    { facts: { colour: "red" } },
    { facts: { cause: "a sentence" } },
    { facts: { cause: 1 } },
    { facts: { reason: 1 } },
    { act: "grant.lapsed", facts: {} },
    { act: "grant.lapsed", facts: { until: 1.5 } },
    { act: "log.key-begun", facts: { key: "blind:x", size: 0 } },
    { act: "look.asked", facts: { person: "amy", until: 1, reason: "" } },
    { act: "catalogue.changed", facts: { version: 1, services: Array.from({ length: 65 }, () => "a") } },
  ];
  for (const change of wrong)
    assert.throws(() => leafOf({ ...REVOKED, ...change }, "au_1"), AuditEntryError, JSON.stringify(change));
});

test("whatever somebody writes as a reason becomes an entry, and none of it is in the log", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", minLength: 12, maxLength: 200 }), (reason) => {
      const leaf = leafOf({ ...REVOKED, facts: { reason } }, "au_1");
      assert.ok(leaf.text.isWellFormed() && /^[\x20-\x7e]*$/.test(leaf.text));
      assert.ok(!(leaf.blinded[1]?.value ?? "\0").includes("\0"));
    }),
  );
});

test("a reason as long as a book is cut, and the change is recorded", () => {
  const leaf = leafOf({ ...REVOKED, facts: { reason: "x".repeat(20_000) } }, "au_1");
  assert.equal(leaf.blinded[1]?.value.length, 16_384);
});

test("no act has a fact that would be taken for another part of the entry", () => {
  for (const [act, spec] of Object.entries(auditActs)) {
    assert.match(act, /^[a-z]+([.-][a-z]+)*$/, act);
    for (const [name, kind] of Object.entries(spec)) {
      assert.match(name, /^[a-z][A-Za-z]*$/);
      assert.ok(!["by", "on", "act", "at", "id", "v"].includes(name), `${act}: ${name}`);
      assert.ok(kind.replace("?", "") !== "");
    }
  }
});

test("ids are unique, and later ones sort after earlier ones", () => {
  const ids = Array.from({ length: 1000 }, (_, at) => newEntryId(1_700_000_000_000 + at));
  assert.deepEqual(ids.toSorted(), ids);
  assert.equal(new Set(Array.from({ length: 1000 }, () => newEntryId(5))).size, 1000);
  assert.match(ids[0] ?? "", /^au_[0-9a-v]{26}$/);
});
