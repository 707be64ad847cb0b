import { parseUserId } from "@causeway/base";
import { engines, sharedWorld, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deviceKeys, signingKey } from "./signing.ts";

async function query(reader: Person, of: Person, devices: readonly string[] = []): Promise<unknown> {
  const answer = await reader.post("/keys/query", { device_keys: { [of.userId]: devices } });
  return answer.ok().at("device_keys", of.userId).value;
}

for (const engine of engines) {
  describe(`keys of devices on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("what a device publishes is what others get, byte for byte of what is signed", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const keys = { ...deviceKeys(alice, signingKey()), "org.example.more": { z: 1, a: "ü" } };
      (await alice.post("/keys/upload", { device_keys: { ...keys, unsigned: { device_display_name: "Eve's" } } })).ok();
      assert.deepEqual(await query(bob, alice), { [alice.deviceId]: keys });
      assert.deepEqual(await query(bob, alice, [alice.deviceId]), { [alice.deviceId]: keys });
      assert.deepEqual(await query(bob, alice, ["ANOTHER"]), {});
      await world().restart();
      assert.deepEqual(await query(bob, alice), { [alice.deviceId]: keys });
    });

    test("only the owner sees what they call their devices", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      (await alice.post("/keys/upload", { device_keys: deviceKeys(alice, signingKey()) })).ok();
      (await alice.put(`/devices/${alice.deviceId}`, { display_name: "desk" })).ok();
      assert.match(JSON.stringify(await query(alice, alice)), /"device_display_name":"desk"/);
      assert.doesNotMatch(JSON.stringify(await query(bob, alice)), /desk/);
    });

    test("keys of another person or another device are refused, and nothing else of the request is kept", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const phone = await alice.device();
      const key = signingKey();
      const good = deviceKeys(alice, key);
      const bad = [
        deviceKeys(bob, key),
        deviceKeys(phone, key),
        { ...good, user_id: bob.userId },
        { ...good, device_id: phone.deviceId },
        { ...good, keys: { "ed25519:OTHER": "x" } },
        { ...good, keys: { [`:${alice.deviceId}`]: "x" } },
      ];
      for (const keys of bad) {
        const body = { device_keys: keys, one_time_keys: { "signed_curve25519:A": { key: "a" } } };
        assert.equal((await alice.post("/keys/upload", body)).brief, "400 M_INVALID_PARAM");
      }
      for (const keys of [
        {},
        { ...good, keys: { a: 5 } },
        { ...good, algorithms: "all" },
        { ...good, user_id: "alice" },
        [],
      ])
        assert.equal((await alice.post("/keys/upload", { device_keys: keys })).brief, "400 M_BAD_JSON");
      assert.deepEqual(await query(bob, alice), {});
      assert.deepEqual((await alice.post("/keys/upload", {})).ok().body, {
        one_time_key_counts: { signed_curve25519: 0 },
      });
    });

    test("a bad one-time key keeps the device's keys of the same request out", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const device_keys = deviceKeys(alice, signingKey());
      for (const one_time_keys of [{ noname: { key: "a" } }, { ":A": { key: "a" } }, { "signed_curve25519:": "a" }])
        assert.equal((await alice.post("/keys/upload", { device_keys, one_time_keys })).brief, "400 M_INVALID_PARAM");
      assert.equal(
        (await alice.post("/keys/upload", { device_keys, one_time_keys: { "a:b": 5 } })).brief,
        "400 M_BAD_JSON",
      );
      assert.deepEqual(await query(bob, alice), {});
    });

    test("what has no canonical form, prototype names, NULs, lone surrogates and huge objects are refused cleanly", async () => {
      const alice = await world().person("alice");
      const good = deviceKeys(alice, signingKey());
      const upload = async (body: unknown): Promise<string> => (await alice.post("/keys/upload", body)).brief;
      assert.equal(await upload({ device_keys: { ...good, "org.example.n": 1.5 } }), "400 M_BAD_JSON");
      assert.equal(await upload({ one_time_keys: { "a:1": { key: "\ud800" } } }), "400 M_BAD_JSON");
      assert.equal(await upload({ one_time_keys: { "a:\ud800": { key: "a" } } }), "400 M_BAD_JSON");
      assert.equal(await upload({ one_time_keys: { "a:\0": { key: "a" } } }), "400 M_BAD_JSON");
      assert.equal(await upload({ fallback_keys: { "a\0:1": { key: "a" } } }), "400 M_BAD_JSON");
      assert.equal(await upload('{"one_time_keys":{"__proto__":{"key":"a"}}}'), "400 M_NOT_JSON");
      assert.equal(await upload({ device_keys: { ...good, more: "x".repeat(70_000) } }), "413 M_TOO_LARGE");
      assert.equal(await upload({ one_time_keys: { "a:1": { key: "x".repeat(20_000) } } }), "413 M_TOO_LARGE");
      assert.equal(await upload({ device_keys: { ...good, more: "x".repeat(10_000_000) } }), "413 M_TOO_LARGE");
      assert.equal(await upload({ one_time_keys: { "constructor:toString": { key: "fine" } } }), "200");
      const claim = { one_time_keys: { [alice.userId]: { [alice.deviceId]: "constructor" } } };
      assert.deepEqual((await alice.post("/keys/claim", claim)).ok().at("one_time_keys").value, {
        [alice.userId]: { [alice.deviceId]: { "constructor:toString": { key: "fine" } } },
      });
      for (const name of ["constructor", "toString", "hasOwnProperty", "x\ud800", "\0", "*"]) {
        const odd = { one_time_keys: { [alice.userId]: { [name]: "signed_curve25519" }, [name]: { A: "x" } } };
        assert.deepEqual((await alice.post("/keys/claim", odd)).ok().at("one_time_keys").value, {});
        const ask = { device_keys: { [name]: [], [alice.userId]: [name] } };
        assert.deepEqual((await alice.post("/keys/query", ask)).ok().at("device_keys").value, { [alice.userId]: {} });
      }
    });

    test("people whom nobody knows are asked for without harm, and old forms of the question work", async () => {
      const alice = await world().person("alice");
      const device_keys = { "@nobody:localhost": [], "@far:elsewhere.example": [], "not a user": [] };
      const answer = (await alice.post("/keys/query", { device_keys, timeout: 10_000 })).ok();
      assert.equal(JSON.stringify(answer.at("device_keys").value).includes("curve"), false);
      (await alice.post("/keys/query", { device_keys: { [alice.userId]: {} } })).ok();
      for (const body of [{}, { device_keys: [] }, { device_keys: { [alice.userId]: "ALL" } }, 5])
        assert.equal((await alice.post("/keys/query", body)).brief, "400 M_BAD_JSON");
    });

    test("a sign-out takes a device's keys, one-time keys and messages with it, and only that device's", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const phone = await alice.device("PHONE");
      for (const device of [alice, phone]) {
        const body = {
          device_keys: deviceKeys(device, signingKey()),
          one_time_keys: { "signed_curve25519:A": { key: device.deviceId } },
          fallback_keys: { "signed_curve25519:F": { key: device.deviceId, fallback: true } },
        };
        (await device.post("/keys/upload", body)).ok();
      }
      (await bob.put("/sendToDevice/org.example/gone", { messages: { [alice.userId]: { "*": { n: 1 } } } })).ok();
      (await phone.post("/logout")).ok();
      assert.deepEqual(Object.keys(Object(await query(bob, alice))), [alice.deviceId]);
      const claim = { one_time_keys: { [alice.userId]: { PHONE: "signed_curve25519" } } };
      assert.deepEqual((await bob.post("/keys/claim", claim)).ok().at("one_time_keys").value, {});
      const again = await alice.device("PHONE");
      const fresh = await again.sync();
      assert.equal(fresh.at("to_device").isThere, false);
      assert.deepEqual(fresh.at("device_one_time_keys_count").value, { signed_curve25519: 0 });
      assert.deepEqual(fresh.at("device_unused_fallback_key_types").value, []);
      (await again.post("/keys/upload", { one_time_keys: { "signed_curve25519:A": { key: "anew" } } })).ok();
      assert.equal((await alice.sync()).at("to_device", "events").list.length, 1);
    });

    test("an account that has ended has no keys, no backups and no devices left behind", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await alice.createRoomWith([bob], {
        initial_state: [{ type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } }],
      });
      (await alice.post("/keys/upload", { device_keys: deviceKeys(alice, signingKey()) })).ok();
      const left = { userId: alice.userId, deviceId: "LEFT" };
      const dehydrated = { device_id: "LEFT", device_data: {}, device_keys: deviceKeys(left, signingKey()) };
      (await alice.put("/_matrix/client/unstable/org.matrix.msc3814.v1/dehydrated_device", dehydrated)).ok();
      await bob.sync();
      const user = parseUserId(alice.userId);
      assert.ok(user !== undefined);
      assert.ok((await world().server.accounts.deactivate(user)).ok);
      await bob.syncUntil(
        (answer) => answer.at("device_lists", "left").list.some((one) => one.value === user) || undefined,
      );
      assert.deepEqual(await query(bob, alice), {});
      const asked = (await bob.post("/keys/query", { device_keys: { [user]: [] } })).ok();
      assert.equal(asked.at("master_keys", user).isThere, false);
    });
  });
}
