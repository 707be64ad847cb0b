import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkAuth } from "./auth-rules.ts";
import { stateKeyOf, type StateMap } from "./event.ts";
import { resolveState } from "./resolve-state.ts";
import { roomVersions } from "./room-versions.ts";
import { acts, play, type RandomRoom } from "../tests/random-room.ts";
import { slowlyResolve } from "../tests/slow-resolution.ts";
import { sha1 } from "../tests/test-room.ts";

const RUNS = { numRuns: 60 };

/** A room, which states of it are to be resolved, and an order to put them in. */
const cases = fc.record({ list: acts, order: fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }) });

/** The states after the forks, and one that a server has made up by leaving things out and putting old ones in. */
function statesOf({ room, heads }: RandomRoom, order: readonly number[]): StateMap[] {
  const states = heads.map((head) => room.stateAfter(head));
  const madeUp = new Map(states[0]);
  const events = [...room.events].filter(([, event]) => event.rejected !== true && event.state_key !== undefined);
  for (const pick of order) {
    const [id, event] = events[pick % events.length] ?? [];
    if (id !== undefined && event?.state_key !== undefined) madeUp.set(stateKeyOf(event.type, event.state_key), id);
  }
  const left = [...madeUp.keys()][(order[0] ?? 0) % madeUp.size] ?? "";
  if (left !== stateKeyOf("m.room.create", "")) madeUp.delete(left);
  return [...states, madeUp];
}

/** Servers differ in what they have rejected. */
function rejectOne({ room }: RandomRoom, order: readonly number[]): void {
  const [id, event] = [...room.events][(order[1] ?? 0) % room.events.size] ?? [];
  if (id !== undefined && event !== undefined && id !== room.create) room.events.set(id, { ...event, rejected: true });
}

function shuffled<Item>(items: readonly Item[], order: readonly number[]): Item[] {
  return items
    .map((item, index) => ({ item, rank: order[index % order.length] ?? 0 }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

/** A state with what it has in another order. */
const turned = (state: StateMap): StateMap => new Map([...state].toReversed());

for (const version of roomVersions) {
  const { id } = version;

  if (version.stateResolution !== "1") {
    test(`version ${id}: whatever happens in a room, it resolves as the prose of the specification says`, () => {
      fc.assert(
        fc.property(cases, ({ list, order }) => {
          const random = play(id, list);
          const states = statesOf(random, order);
          rejectOne(random, order);
          const event = random.room.event.bind(random.room);
          for (const some of [states, states.slice(0, 3), states.slice(2)]) {
            const slow = slowlyResolve(version, some, { event, check: checkAuth });
            assert.deepEqual(new Map(random.room.resolved(some)), slow);
          }
        }),
        { numRuns: 200 },
      );
    });
  }

  test(`version ${id}: neither the order of the states nor of what they hold has any bearing, nor a state given twice`, () => {
    fc.assert(
      fc.property(cases, ({ list, order }) => {
        const random = play(id, list);
        const states = statesOf(random, order);
        const state = random.room.resolved(states);
        assert.deepEqual(random.room.resolved(shuffled(states, order)), state);
        assert.deepEqual(random.room.resolved(states.map(turned).toReversed()), state);
        assert.deepEqual(random.room.resolved([...states, ...states.slice(1)]), state);
      }),
      RUNS,
    );
  });

  test(`version ${id}: what was resolved stays as it is, and what all agree on is in it`, () => {
    fc.assert(
      fc.property(cases, ({ list, order }) => {
        const random = play(id, list);
        const states = statesOf(random, order);
        const state = random.room.resolved(states);
        assert.deepEqual(random.room.resolved([state, state]), state);
        for (const [key, value] of states[0] ?? [])
          if (states.every((one) => one.get(key) === value)) assert.equal(state.get(key), value);
        for (const [key, value] of state) {
          const event = random.room.event(value);
          assert.equal(key, stateKeyOf(event.type, event.state_key ?? ""));
        }
      }),
      RUNS,
    );
  });
}

test("events that are loaded as they are asked for lead to the same state as events that are all there", () => {
  fc.assert(
    fc.property(cases, fc.constantFrom("1", "10", "12"), ({ list, order }, id) => {
      const random = play(id, list);
      const { room } = random;
      const states = statesOf(random, order);
      const loaded = new Map();
      for (;;) {
        const found = resolveState(room.version, states, { event: (one) => loaded.get(one), check: checkAuth, sha1 });
        if (found.kind === "resolved") {
          assert.deepEqual(found.state, room.resolved(states));
          return;
        }
        assert.ok(found.events.length > 0);
        for (const one of found.events) {
          assert.ok(!loaded.has(one));
          loaded.set(one, room.event(one));
        }
      }
    }),
    RUNS,
  );
});

test("events that authorise each other in circles, themselves, or nothing that is, end in the same state in every order", () => {
  const edges = fc.array(fc.tuple(fc.nat(20), fc.nat(25)), { maxLength: 80 });
  fc.assert(
    fc.property(cases, edges, fc.constantFrom("1", "2", "11", "12"), ({ list, order }, links, id) => {
      const random = play(id, list);
      const { room } = random;
      const ids = [...room.events.keys()];
      for (const [from, to] of links) {
        const [one, other] = [ids[from % ids.length], ids[to] ?? ids[0]];
        if (one === undefined || other === undefined) continue;
        const event = room.event(one);
        room.events.set(one, { ...event, auth_events: [...event.auth_events, other] });
      }
      const states = statesOf(random, order);
      const state = room.resolved(states);
      assert.deepEqual(room.resolved(shuffled(states, order)), state);
      assert.deepEqual(room.resolved(states.map(turned)), state);
    }),
    { numRuns: 200 },
  );
});
