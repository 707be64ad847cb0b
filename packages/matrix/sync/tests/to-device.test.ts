import { engines, path, sharedWorld, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

let sent = 0;

/** Sends one message with a number in it. */
async function tell(from: Person, to: Person | { userId: string; deviceId: string }, n: number): Promise<void> {
  sent += 1;
  const messages = { [to.userId]: { [to.deviceId]: { n } } };
  (await from.put(path`/sendToDevice/org.example.n/${`sync${sent}`}`, { messages })).ok();
}

function numbers(answer: JsonView): unknown[] {
  return answer.at("to_device", "events").list.map((event) => event.at("content", "n").value);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

for (const engine of engines) {
  describe(`messages to devices in a sync on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("they come in order, in portions, and again for an old token until the next one acknowledges them", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await bob.sync();
      const first = bob.since;
      assert.ok(first !== undefined);
      for (let n = 0; n < 230; n += 1) await tell(alice, bob, n);
      assert.deepEqual(numbers(await bob.sync()), range(0, 100));
      assert.deepEqual(numbers(await bob.sync({ since: first })), range(0, 100));
      const second = bob.since;
      assert.ok(second !== undefined);
      assert.deepEqual(numbers(await bob.sync()), range(100, 200));
      assert.deepEqual(numbers(await bob.sync({ since: second })), range(100, 200));
      assert.deepEqual(numbers(await bob.sync()), range(200, 230));
      assert.deepEqual(numbers(await bob.sync()), []);
      await tell(alice, bob, 230);
      assert.deepEqual(numbers(await bob.sync()), [230]);
    });

    test("they outlive a restart, also between an answer and its acknowledgement", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await bob.sync();
      const { since } = bob;
      assert.ok(since !== undefined);
      for (const n of [1, 2, 3]) await tell(alice, bob, n);
      assert.deepEqual(numbers(await bob.sync()), [1, 2, 3]);
      await world().restart();
      assert.deepEqual(numbers(await bob.sync({ since })), [1, 2, 3]);
      await world().restart();
      assert.deepEqual(numbers(await bob.sync()), []);
      await world().restart();
      assert.deepEqual(numbers(await bob.sync()), []);
    });

    test("each device has its own, and a first sync has all that wait", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const tablet = await bob.device("TABLET");
      await tell(alice, bob, 1);
      await tell(alice, tablet, 2);
      await tell(alice, bob, 3);
      sent += 1;
      const everyone = { messages: { [bob.userId]: { "*": { n: 4 } } } };
      (await alice.put(path`/sendToDevice/org.example.n/${`sync${sent}`}`, everyone)).ok();
      assert.deepEqual(numbers(await bob.sync()), [1, 3, 4]);
      assert.deepEqual(numbers(await tablet.sync()), [2, 4]);
      assert.deepEqual(numbers(await bob.sync()), []);
    });

    test("a token of another device acknowledges nothing of this one", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const tablet = await bob.device();
      await tell(alice, tablet, 1);
      await bob.sync();
      assert.ok(bob.since !== undefined);
      assert.deepEqual(numbers(await tablet.sync({ since: bob.since })), [1]);
      assert.deepEqual(numbers(await tablet.sync({ since: bob.since })), [1]);
      assert.deepEqual(numbers(await tablet.sync()), []);
    });

    test("a message wakes the sync that waits, and counts of keys do too", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await bob.sync();
      const waiting = bob.sync({ timeout: 30_000 });
      await tell(alice, bob, 7);
      assert.deepEqual(numbers(await waiting), [7]);
      const counting = bob.sync({ timeout: 30_000 });
      (await bob.post("/keys/upload", { one_time_keys: { "signed_curve25519:A": { key: "a" } } })).ok();
      assert.equal((await counting).at("device_one_time_keys_count", "signed_curve25519").value, 1);
    });

    test("counts of one-time keys are in every answer, 0 included, and unused fallback keys", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const empty = await alice.sync();
      assert.deepEqual(empty.at("device_one_time_keys_count").value, { signed_curve25519: 0 });
      assert.deepEqual(empty.at("device_unused_fallback_key_types").value, []);
      (
        await alice.post("/keys/upload", {
          one_time_keys: { "signed_curve25519:A": { key: "a" } },
          fallback_keys: { "signed_curve25519:F": { key: "f", fallback: true } },
        })
      ).ok();
      assert.deepEqual((await alice.sync()).at("device_unused_fallback_key_types").value, ["signed_curve25519"]);
      const claim = { one_time_keys: { [alice.userId]: { [alice.deviceId]: "signed_curve25519" } } };
      (await bob.post("/keys/claim", claim)).ok();
      const one = await alice.sync();
      assert.deepEqual(one.at("device_one_time_keys_count").value, { signed_curve25519: 0 });
      assert.deepEqual(one.at("device_unused_fallback_key_types").value, ["signed_curve25519"]);
      (await bob.post("/keys/claim", claim)).ok();
      assert.deepEqual((await alice.sync()).at("device_unused_fallback_key_types").value, []);
      await world().restart();
      assert.deepEqual((await alice.sync()).at("device_one_time_keys_count").value, { signed_curve25519: 0 });
    });
  });
}
