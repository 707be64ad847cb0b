import { instant, parseUserId, type UserId } from "@causeway/base";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { approversFor, isWithinLimits, mayDecide, type ApprovalFacts } from "./approvers.ts";

function user(name: string): UserId {
  const id = parseUserId(`@${name}:example.org`);
  assert.ok(id !== undefined);
  return id;
}

const [chan, head, deputy, ditso, minister, actor] = ["chan", "head", "deputy", "ditso", "minister", "actor"].map(
  user,
) as [UserId, UserId, UserId, UserId, UserId, UserId];

function facts(over: Partial<ApprovalFacts> = {}): ApprovalFacts {
  return {
    ...{ requester: chan, adviser: undefined, beneficiaries: new Set(), isEscalated: false },
    head: { holder: head, current: head, isActing: false },
    delegates: [{ user: deputy, fits: true }],
    authorities: [minister],
    ...over,
  };
}

function found(over: Partial<ApprovalFacts> = {}): readonly string[] {
  return approversFor(facts(over)).map((one) => `${one.user.slice(1, one.user.indexOf(":"))} as ${one.as}`);
}

test("the Head decides, else a delegate within dates and limits", () => {
  assert.deepEqual(found(), ["head as head", "deputy as delegate"]);
  assert.deepEqual(found({ delegates: [{ user: deputy, fits: false }] }), ["head as head"]);
});

test("with a vacant post nobody decides as Head; a delegate does, else the next authority up", () => {
  const vacant = { holder: undefined, current: undefined, isActing: false };
  assert.deepEqual(found({ head: vacant }), ["deputy as delegate"]);
  assert.deepEqual(found({ head: vacant, delegates: [] }), ["minister as authority"]);
  assert.deepEqual(found({ head: undefined, delegates: [], authorities: [] }), []);
});

test("whoever acts as Head decides, and whoever is away does not", () => {
  const acted = { holder: head, current: actor, isActing: true };
  assert.deepEqual(found({ head: acted, delegates: [] }), ["actor as acting-head"]);
  assert.equal(mayDecide(facts({ head: acted }), head).allowed, false);
});

test("a Head's own request goes up, past delegates and whoever acts for the Head", () => {
  assert.deepEqual(found({ requester: head }), ["minister as authority"]);
  assert.deepEqual(found({ requester: head, head: { holder: head, current: actor, isActing: true } }), [
    "minister as authority",
  ]);
  assert.deepEqual(found({ requester: head, authorities: [head] }), []);
  assert.deepEqual(found({ requester: head, authorities: [head, minister] }), ["minister as authority"]);
});

test("who advised never decides, nor anybody for whom it would open", () => {
  assert.deepEqual(found({ adviser: head }), ["deputy as delegate"]);
  assert.deepEqual(mayDecide(facts({ adviser: head }), head), { allowed: false, reason: "advised" });
  assert.deepEqual(found({ beneficiaries: new Set([head, deputy]) }), ["minister as authority"]);
  assert.deepEqual(mayDecide(facts(), chan), { allowed: false, reason: "own-request" });
  assert.deepEqual(mayDecide(facts(), ditso), { allowed: false, reason: "not-approver" });
});

test("when nobody answers the next authority may decide as well", () => {
  assert.deepEqual(found({ isEscalated: true }), ["head as head", "deputy as delegate", "minister as authority"]);
});

test("whatever the directory says, nobody decides their own request or one that they advised on, and each is named once", () => {
  const one = fc.constantFrom(chan, head, deputy, ditso, minister, actor);
  const maybe = fc.option(one, { nil: undefined });
  const any = fc.record({
    requester: one,
    adviser: maybe,
    beneficiaries: fc.uniqueArray(one, { maxLength: 3 }).map((users) => new Set(users)),
    head: fc.option(fc.record({ holder: maybe, current: maybe, isActing: fc.boolean() }), { nil: undefined }),
    delegates: fc.array(fc.record({ user: one, fits: fc.boolean() }), { maxLength: 4 }),
    authorities: fc.array(one, { maxLength: 3 }),
    isEscalated: fc.boolean(),
  });
  fc.assert(
    fc.property(any, (given) => {
      const approvers = approversFor(given);
      const users = approvers.map((approver) => approver.user);
      assert.equal(new Set(users).size, users.length);
      for (const { user: who, as } of approvers) {
        assert.ok(who !== given.requester && who !== given.adviser && !given.beneficiaries.has(who));
        if (as === "head" || as === "acting-head") assert.equal(who, given.head?.current);
        if (as === "delegate") assert.ok(given.delegates.some((one) => one.user === who && one.fits));
        assert.equal(mayDecide(given, who).allowed, true);
      }
    }),
    { numRuns: 3000 },
  );
});

test("every limit of a delegation is kept", () => {
  const DAY = 86_400_000;
  const asked = {
    label: "RESTRICTED" as const,
    terms: { until: instant(10 * DAY), upload: true },
    categories: ["messaging", "site"],
    from: instant(0),
  };
  assert.equal(isWithinLimits({}, asked), true);
  assert.equal(isWithinLimits({ max_days: 10 }, asked), true);
  assert.equal(isWithinLimits({ max_days: 9 }, asked), false);
  assert.equal(isWithinLimits({ label: "unclassified" }, asked), false);
  assert.equal(isWithinLimits({ label: "RESTRICTED" }, { ...asked, label: "CONFIDENTIAL" }), false);
  assert.equal(isWithinLimits({ upload: false }, asked), false);
  assert.equal(isWithinLimits({ categories: ["messaging"] }, asked), false);
  assert.equal(isWithinLimits({ categories: ["messaging", "site"] }, asked), true);
});
