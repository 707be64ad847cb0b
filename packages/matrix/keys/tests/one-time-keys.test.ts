import { engines, sharedWorld, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

function keysOf(names: readonly string[]): Record<string, { readonly key: string }> {
  return Object.fromEntries(names.map((name) => [`signed_curve25519:${name}`, { key: `of ${name}` }]));
}

function names(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}

async function upload(person: Person, one_time_keys: object): Promise<number> {
  const answer = await person.post("/keys/upload", { one_time_keys });
  return answer.ok().at("one_time_key_counts", "signed_curve25519").number;
}

/** Claims one key, and answers its name. */
async function claim(by: Person, of: Person, algorithm = "signed_curve25519"): Promise<string | undefined> {
  const body = { one_time_keys: { [of.userId]: { [of.deviceId]: algorithm } }, timeout: 10_000 };
  const answer = await by.post("/keys/claim", body);
  return answer.ok().at("one_time_keys", of.userId, of.deviceId).names[0];
}

for (const engine of engines) {
  describe(`one-time and fallback keys on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("fifty claims at once get fifty different keys, and the fifty-first gets none", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      assert.equal(await upload(alice, keysOf(names("K", 50))), 50);
      const claimed = await Promise.all(names("", 50).map((_, index) => claim(index % 2 === 0 ? bob : carol, alice)));
      assert.equal(new Set(claimed).size, 50);
      assert.equal(claimed.includes(undefined), false);
      assert.equal(await claim(bob, alice), undefined);
      assert.deepEqual((await alice.sync()).at("device_one_time_keys_count").value, { signed_curve25519: 0 });
    });

    test("claims and uploads at once, of several devices in one request, give each key out once", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      const phone = await alice.device();
      const wanted = {
        one_time_keys: {
          [alice.userId]: { [alice.deviceId]: "signed_curve25519", [phone.deviceId]: "signed_curve25519" },
        },
      };
      const given: string[] = [];
      const take = async (by: Person): Promise<void> => {
        const answer = (await by.post("/keys/claim", wanted)).ok();
        for (const device of answer.at("one_time_keys", alice.userId).names)
          given.push(`${device} ${answer.at("one_time_keys", alice.userId, device).names[0]}`);
      };
      await Promise.all([
        ...names("", 10).map((_, batch) => upload(alice, keysOf(names(`A${batch}x`, 4)))),
        ...names("", 10).map((_, batch) => upload(phone, keysOf(names(`P${batch}x`, 4)))),
        ...names("", 30).map((_, index) => take(index % 2 === 0 ? bob : carol)),
      ]);
      while (given.length < 80) {
        const before = given.length;
        await take(bob);
        assert.ok(given.length > before);
      }
      assert.equal(new Set(given).size, 80);
    });

    test("the oldest are given out first, over restarts, whatever they are called", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await upload(alice, keysOf(["Z"]));
      await upload(alice, keysOf(["M"]));
      await world().restart();
      await upload(alice, keysOf(["A"]));
      const order: (string | undefined)[] = [];
      for (let index = 0; index < 3; index += 1) order.push(await claim(bob, alice));
      assert.deepEqual(order, ["signed_curve25519:Z", "signed_curve25519:M", "signed_curve25519:A"]);
    });

    test("an upload that is repeated brings back nothing that has been given out", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const keys = keysOf(["A", "B", "C"]);
      assert.equal(await upload(alice, keys), 3);
      assert.equal(await upload(alice, keys), 3);
      const first = await claim(bob, alice);
      assert.equal(await upload(alice, keys), 2);
      await world().restart();
      assert.equal(await upload(alice, keys), 2);
      const rest = [await claim(bob, alice), await claim(bob, alice)];
      assert.equal(new Set([first, ...rest]).size, 3);
      assert.equal(await upload(alice, keys), 0);
      assert.equal(await claim(bob, alice), undefined);
    });

    test("another key under a name that is taken, or was given out, is refused", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      await upload(alice, keysOf(["A", "B"]));
      const other = { "signed_curve25519:A": { key: "another" }, "signed_curve25519:C": { key: "c" } };
      assert.equal((await alice.post("/keys/upload", { one_time_keys: other })).brief, "400 M_INVALID_PARAM");
      await claim(bob, alice);
      await claim(bob, alice);
      assert.equal((await alice.post("/keys/upload", { one_time_keys: other })).brief, "400 M_INVALID_PARAM");
      assert.equal(await upload(alice, {}), 0);
    });

    test("there is a most of keys, and what is beyond changes nothing", async () => {
      const alice = await world().person("alice");
      await upload(alice, keysOf(names("K", 450)));
      const more = { one_time_keys: keysOf(names("L", 51)) };
      assert.equal((await alice.post("/keys/upload", more)).brief, "400 M_INVALID_PARAM");
      assert.equal(await upload(alice, keysOf(names("L", 50))), 500);
    });

    test("the fallback key comes when there is no other, as often as asked; a new one is unused", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const put = async (name: string, key = name): Promise<void> => {
        const fallback_keys = { [`signed_curve25519:${name}`]: { key, fallback: true } };
        (await alice.post("/keys/upload", { fallback_keys })).ok();
      };
      const unused = async (): Promise<unknown> => (await alice.sync()).at("device_unused_fallback_key_types").value;
      await put("F1");
      await upload(alice, keysOf(["A"]));
      assert.equal(await claim(bob, alice), "signed_curve25519:A");
      assert.deepEqual(await unused(), ["signed_curve25519"]);
      assert.equal(await claim(bob, alice), "signed_curve25519:F1");
      assert.equal(await claim(bob, alice), "signed_curve25519:F1");
      assert.deepEqual(await unused(), []);
      await put("F1");
      assert.deepEqual(await unused(), []);
      await put("F2");
      assert.deepEqual(await unused(), ["signed_curve25519"]);
      await world().restart();
      assert.equal(await claim(bob, alice), "signed_curve25519:F2");
      assert.deepEqual(await unused(), []);
      assert.equal(await claim(bob, alice, "org.example.other"), undefined);
    });

    test("one's own other devices are claimed like anybody's, strangers and unknown devices give nothing", async () => {
      const alice = await world().person("alice");
      const phone = await alice.device();
      await upload(phone, keysOf(["A"]));
      assert.equal(await claim(alice, phone), "signed_curve25519:A");
      const body = {
        one_time_keys: {
          "@nobody:localhost": { X: "signed_curve25519" },
          "@far:elsewhere.example": { X: "signed_curve25519" },
          [alice.userId]: { UNKNOWN: "signed_curve25519" },
        },
      };
      assert.deepEqual((await alice.post("/keys/claim", body)).ok().body, { one_time_keys: {}, failures: {} });
      for (const bad of [{}, { one_time_keys: [] }, { one_time_keys: { [alice.userId]: ["A"] } }])
        assert.equal((await alice.post("/keys/claim", bad)).brief, "400 M_BAD_JSON");
      const many = Object.fromEntries(names("D", 20_001).map((name) => [name, "x"]));
      assert.equal(
        (await alice.post("/keys/claim", { one_time_keys: { [alice.userId]: many } })).brief,
        "413 M_TOO_LARGE",
      );
    });
  });
}
