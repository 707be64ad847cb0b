import { requestStates, type RequestState } from "@causeway/contract";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDecided, isOpenState, isOver, isWaiting, nextState, requestActs, type RequestAct } from "./states.ts";

/** The states that a life goes through; acts that are not possible change nothing. */
function lifeOf(acts: readonly RequestAct[]): readonly RequestState[] {
  const states: RequestState[] = ["draft"];
  let wasAdvised = false;
  for (const act of acts) {
    const next = nextState(states.at(-1) ?? "draft", act, { wasAdvised });
    if (next === undefined) continue;
    if (act === "advise") wasAdvised = true;
    states.push(next);
  }
  return states;
}

const lives = fc.array(fc.constantFrom(...requestActs), { maxLength: 40 });

test("whatever is tried in whatever order, nothing is open that was not approved, and what is over stays over", () => {
  fc.assert(
    fc.property(lives, (acts) => {
      const states = lifeOf(acts);
      const opened = states.findIndex(isOpenState);
      if (opened >= 0) {
        const before = states[opened - 1];
        assert.ok(before === "approved" || before === "approved-with-less", `opened after ${String(before)}`);
      }
      const over = states.findIndex(isOver);
      assert.ok(over < 0 || over === states.length - 1, "something followed the end");
      assert.ok(states.slice(1).every((state) => state !== "draft"));
    }),
    { numRuns: 3000 },
  );
});

test("a request is decided at most once, and a decision can be undone by nothing", () => {
  fc.assert(
    fc.property(lives, (acts) => {
      const states = lifeOf(acts);
      const decisions = states.filter((state) => ["approved", "approved-with-less", "refused"].includes(state));
      assert.ok(decisions.length <= 1);
      const first = states.findIndex(isDecided);
      assert.ok(first < 0 || states.slice(first).every((state) => !isWaiting(state) && state !== "withdrawn"));
    }),
    { numRuns: 3000 },
  );
});

test("advice is given once, and every state of the contract can be come to", () => {
  fc.assert(
    fc.property(lives, (acts) => {
      const states = lifeOf(acts);
      const entered = states.filter((state, place) => state === "advised" && states[place - 1] === "asked");
      assert.ok(entered.length <= 1);
    }),
  );
  const reached = new Set<RequestState>([
    ...lifeOf(["ask", "advise", "question", "answer", "approve", "begin", "extend", "revoke"]),
    ...lifeOf(["ask", "approve-less", "begin", "lapse"]),
    ...lifeOf(["ask", "refuse"]),
    ...lifeOf(["ask", "withdraw"]),
  ]);
  assert.deepEqual([...reached].toSorted(), [...requestStates].toSorted());
});
