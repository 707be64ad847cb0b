import { engines, path, sharedWorld, type Answered, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

let count = 0;

function send(
  by: Person,
  messages: unknown,
  how: { readonly txn?: string; readonly type?: string } = {},
): Promise<Answered> {
  count += 1;
  return by.put(path`/sendToDevice/${how.type ?? "org.example.test"}/${how.txn ?? `keys${count}`}`, { messages });
}

async function received(by: Person): Promise<unknown[]> {
  return (await by.sync()).at("to_device", "events").list.map((event) => event.value);
}

for (const engine of engines) {
  describe(`messages from device to device on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("a message names its type and its real sender, and a star reaches every device of a person", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const phone = await bob.device();
      (
        await send(alice, {
          [bob.userId]: { "*": { n: 1, sender: bob.userId } },
          [alice.userId]: { [alice.deviceId]: {} },
        })
      ).ok();
      const message = { type: "org.example.test", sender: alice.userId, content: { n: 1, sender: bob.userId } };
      assert.deepEqual(await received(bob), [message]);
      assert.deepEqual(await received(phone), [message]);
      assert.deepEqual(await received(alice), [{ type: "org.example.test", sender: alice.userId, content: {} }]);
    });

    test("a transaction is sent once, over restarts; ids are of one device and one type", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const phone = await alice.device();
      const to = { [bob.userId]: { [bob.deviceId]: { n: 1 } } };
      const txn = "same";
      await Promise.all(Array.from({ length: 10 }, async () => (await send(alice, to, { txn })).ok()));
      await world().restart();
      (await send(alice, to, { txn })).ok();
      assert.equal((await received(bob)).length, 1);
      (await send(phone, to, { txn })).ok();
      (await send(alice, to, { txn, type: "org.example.other" })).ok();
      assert.equal((await received(bob)).length, 2);
      world().clock.move(8 * 86_400_000);
    });

    test("what nobody can receive is dropped, and the rest arrives", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const odd: Record<string, Record<string, object>> = {
        [bob.userId]: { [bob.deviceId]: { n: 1 }, UNKNOWN: { n: 2 }, constructor: { n: 3 }, "": { n: 4 } },
        "@nobody:localhost": { "*": { n: 5 } },
        "not a user": { "*": { n: 6 } },
        "@far:elsewhere.example": { X: { n: 7 } },
      };
      (await send(alice, odd)).ok();
      assert.equal((await received(bob)).length, 1);
    });

    test("texts of any kind arrive as they were sent", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const content = { zh: "陳大文", lone: "\ud800", nul: "\0", constructor: { toString: 1 }, deep: [[[{}]]], n: -1 };
      (await send(alice, { [bob.userId]: { [bob.deviceId]: content } })).ok();
      assert.deepEqual(
        (await received(bob)).map((one) => Reflect.get(Object(one), "content")),
        [content],
      );
    });

    test("what is too much or of a wrong form is refused, and nothing of it arrives", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const ok = { n: 1 };
      const large = { [bob.userId]: { [bob.deviceId]: { text: "x".repeat(70_000) }, "*": ok } };
      assert.equal((await send(alice, large)).brief, "413 M_TOO_LARGE");
      const wide = { [bob.userId]: { [bob.deviceId]: { text: "陳".repeat(30_000) } } };
      assert.equal((await send(alice, wide)).brief, "413 M_TOO_LARGE");
      assert.equal(
        (await send(alice, { [bob.userId]: { "*": { text: "x".repeat(10_000_000) } } })).brief,
        "413 M_TOO_LARGE",
      );
      for (const bad of [[], 5, { [bob.userId]: [] }, { [bob.userId]: { "*": "text" } }, undefined])
        assert.equal((await send(alice, bad)).brief, "400 M_BAD_JSON");
      const text = `{"messages":{"${bob.userId}":{"__proto__":{"n":1}}}}`;
      assert.equal((await alice.put("/sendToDevice/org.example.test/proto", text)).brief, "400 M_NOT_JSON");
      for (const at of ["/sendToDevice/a%00b/1", "/sendToDevice/a/1%00", `/sendToDevice/${"a".repeat(300)}/1`])
        assert.equal((await alice.put(at, { messages: {} })).brief, "400 M_INVALID_PARAM");
      assert.deepEqual(await received(bob), []);
    });

    test("a flood in one request is refused", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const devices = await Promise.all(Array.from({ length: 60 }, () => bob.device()));
      const byDevice = Object.fromEntries([bob, ...devices].map((one) => [one.deviceId, { n: 1 }]));
      (await send(alice, { [bob.userId]: byDevice })).ok();
      assert.equal((await received(bob)).length, 1);
    });
  });
}
