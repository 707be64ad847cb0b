import { engines, path, sharedWorld, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deviceKeys, signingKey } from "./signing.ts";

const AT = "/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device";

function bodyOf(person: Person, device: string): Record<string, unknown> {
  return {
    device_id: device,
    device_data: { algorithm: "org.matrix.msc3814.v2", device_pickle: `sealed ${device}` },
    initial_device_display_name: "Dehydrated device",
    device_keys: deviceKeys({ userId: person.userId, deviceId: device }, signingKey()),
    one_time_keys: { "signed_curve25519:A": { key: `a ${device}` } },
    fallback_keys: { "signed_curve25519:F": { key: `f ${device}`, fallback: true } },
  };
}

async function devicesSeen(by: Person, of: Person): Promise<readonly string[]> {
  const answer = (await by.post("/keys/query", { device_keys: { [of.userId]: [] } })).ok();
  return answer.at("device_keys", of.userId).names.toSorted();
}

async function claim(by: Person, of: Person, device: string): Promise<unknown> {
  const body = { one_time_keys: { [of.userId]: { [device]: "signed_curve25519" } } };
  return (await by.post("/keys/claim", body)).ok().at("one_time_keys", of.userId, device).value;
}

for (const engine of engines) {
  describe(`devices left behind to receive keys, on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("one is left, seen and claimed like any device, receives messages, and hands them out until it is removed", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      assert.equal((await alice.get(AT)).brief, "404 M_NOT_FOUND");
      const body = bodyOf(alice, "LEFT");
      assert.deepEqual((await alice.put(AT, body)).ok().body, { device_id: "LEFT" });
      assert.deepEqual((await alice.get(AT)).ok().body, { device_id: "LEFT", device_data: body["device_data"] });
      assert.deepEqual(await devicesSeen(bob, alice), ["LEFT"]);
      assert.deepEqual(await claim(bob, alice, "LEFT"), { "signed_curve25519:A": { key: "a LEFT" } });
      assert.deepEqual(await claim(bob, alice, "LEFT"), { "signed_curve25519:F": { key: "f LEFT", fallback: true } });
      for (let n = 0; n < 130; n += 1) {
        const messages = { [alice.userId]: { [n % 2 === 0 ? "LEFT" : "*"]: { n } } };
        (await bob.put(path`/sendToDevice/org.example.n/${`d${n}`}`, { messages })).ok();
      }
      await world().restart();
      const events = async (next_batch?: string): Promise<{ seen: unknown[]; next: string }> => {
        const answer = (await alice.post(`${AT}/LEFT/events`, next_batch === undefined ? {} : { next_batch })).ok();
        return {
          seen: answer.at("events").list.map((event) => event.at("content", "n").value),
          next: answer.at("next_batch").text,
        };
      };
      const first = await events();
      assert.equal(first.seen.length, 100);
      assert.deepEqual(await events(), first);
      const second = await events(first.next);
      assert.deepEqual(
        [...first.seen, ...second.seen],
        Array.from({ length: 130 }, (_, n) => n),
      );
      assert.deepEqual((await events(second.next)).seen, []);
      assert.deepEqual((await alice.delete(AT)).ok().body, { device_id: "LEFT" });
      assert.equal((await alice.get(AT)).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.delete(AT)).brief, "404 M_NOT_FOUND");
      assert.equal((await alice.post(`${AT}/LEFT/events`, {})).brief, "403 M_FORBIDDEN");
      assert.deepEqual(await devicesSeen(bob, alice), []);
      assert.equal(await claim(bob, alice, "LEFT"), undefined);
    });

    test("another one takes its place, with nothing of the first left, also under the same name", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      (await alice.put(AT, bodyOf(alice, "ONE"))).ok();
      (await bob.put("/sendToDevice/org.example/one", { messages: { [alice.userId]: { ONE: { n: 1 } } } })).ok();
      (await alice.put(AT, bodyOf(alice, "TWO"))).ok();
      assert.deepEqual(await devicesSeen(bob, alice), ["TWO"]);
      assert.equal(await claim(bob, alice, "ONE"), undefined);
      await claim(bob, alice, "TWO");
      const again = bodyOf(alice, "TWO");
      (await alice.put(AT, { ...again, one_time_keys: { "signed_curve25519:A": { key: "new" } } })).ok();
      assert.deepEqual(await claim(bob, alice, "TWO"), { "signed_curve25519:A": { key: "new" } });
      assert.deepEqual((await alice.post(`${AT}/TWO/events`, {})).ok().at("events").value, []);
      (await alice.put(AT, bodyOf(alice, "ONE"))).ok();
      assert.deepEqual((await alice.post(`${AT}/ONE/events`, {})).ok().at("events").value, []);
    });

    test("others hear that it came and went", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await alice.createRoomWith([bob]);
      await bob.sync();
      (await alice.put(AT, bodyOf(alice, "LEFT"))).ok();
      assert.deepEqual((await bob.sync()).at("device_lists", "changed").value, [alice.userId]);
      (await alice.delete(AT)).ok();
      assert.deepEqual((await bob.sync()).at("device_lists", "changed").value, [alice.userId]);
    });

    test("bad ones are refused and change nothing", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      (await alice.put(AT, bodyOf(alice, "GOOD"))).ok();
      const good = bodyOf(alice, "NEXT");
      const bad: [unknown, string][] = [
        [
          { ...good, device_keys: deviceKeys({ userId: bob.userId, deviceId: "NEXT" }, signingKey()) },
          "400 M_INVALID_PARAM",
        ],
        [{ ...good, device_id: "OTHER" }, "400 M_INVALID_PARAM"],
        [bodyOf(alice, alice.deviceId), "400 M_INVALID_PARAM"],
        [{ ...good, one_time_keys: { noname: {} } }, "400 M_INVALID_PARAM"],
        [{ ...good, fallback_keys: { "a:1": { n: 0.5 } } }, "400 M_BAD_JSON"],
        [{ ...good, device_data: "text" }, "400 M_BAD_JSON"],
        [{ ...good, device_id: "a\0b" }, "400 M_BAD_JSON"],
        [{ ...good, device_id: "\ud800" }, "400 M_BAD_JSON"],
        [{ device_id: "NEXT" }, "400 M_BAD_JSON"],
        [{ ...good, device_data: { text: "x".repeat(2_000_000) } }, "413 M_TOO_LARGE"],
      ];
      for (const [body, brief] of bad) assert.equal((await alice.put(AT, body)).brief, brief);
      assert.deepEqual((await alice.get(AT)).ok().at("device_id").value, "GOOD");
      assert.equal((await bob.post(`${AT}/GOOD/events`, {})).brief, "403 M_FORBIDDEN");
      assert.equal((await alice.post(`${AT}/GOOD/events`, { next_batch: "x" })).brief, "400 M_INVALID_PARAM");
      assert.equal((await bob.get(AT)).brief, "404 M_NOT_FOUND");
    });
  });
}
