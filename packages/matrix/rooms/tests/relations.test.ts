import { engines, path, sharedWorld, type JsonView, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { describe, test } from "node:test";

function related(relType: string, target: string, more: object = {}): object {
  return { msgtype: "m.text", body: "x", "m.relates_to": { rel_type: relType, event_id: target, ...more } };
}

function edit(target: string, body: string): object {
  return { ...related("m.replace", target), body: `* ${body}`, "m.new_content": { msgtype: "m.text", body } };
}

async function bundleOf(person: Person, room: string, event: string): Promise<JsonView> {
  return (await person.get(path`/rooms/${room}/event/${event}`)).ok().at("unsigned", "m.relations");
}

/** All pages of a list of relations: event ids in the order in which they came. */
async function pagesOf(
  person: Person,
  at: string,
  query: Record<string, string | number | boolean>,
): Promise<string[]> {
  const found: string[] = [];
  let from: string | undefined;
  for (;;) {
    const page = (await person.get(at, { ...query, from })).ok();
    found.push(...page.at("chunk").list.map((event) => event.at("event_id").text));
    const next = page.at("next_batch");
    if (!next.isThere) return found;
    from = next.text;
  }
}

for (const engine of engines) {
  describe(`relations on ${engine}`, () => {
    const world = sharedWorld({ engine });

    test("of edits the newest by the sender counts; edits by others, of another type, without new content, of edits, do not", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const message = await alice.send(room, "helo");
      const first = await alice.send(room, edit(message, "hello"));
      await bob.send(room, edit(message, "I am not alice"));
      await alice.send(room, edit(message, "x"), { type: "org.example.other" });
      await alice.send(room, related("m.replace", message));
      await alice.send(room, edit(first, "an edit of an edit"));
      assert.equal((await bundleOf(bob, room, message)).at("m.replace", "event_id").text, first);
      assert.equal((await bundleOf(bob, room, first)).at("m.replace").isThere, false);
      const second = await alice.send(room, edit(message, "hello!"));
      const bundle = await bundleOf(bob, room, message);
      assert.equal(bundle.at("m.replace", "event_id").text, second);
      assert.equal(bundle.at("m.replace", "content", "m.new_content", "body").text, "hello!");
      const original = (await bob.get(path`/rooms/${room}/event/${message}`)).ok();
      assert.equal(original.at("content", "body").text, "helo", "the original stays as it was");
      (await alice.redact(room, second)).ok();
      assert.equal((await bundleOf(bob, room, message)).at("m.replace", "event_id").text, first);
      (await alice.redact(room, message)).ok();
      assert.equal((await bundleOf(bob, room, message)).at("m.replace").isThere, false);
    });

    test("an event of another room that names one here is no child of it", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const secret = await alice.createRoom();
      const message = await alice.send(room, "hello");
      await alice.send(secret, edit(message, "a secret"));
      await alice.send(secret, related("m.thread", message));
      await alice.send(secret, related("m.reference", message));
      assert.equal((await bundleOf(bob, room, message)).isThere, false);
      assert.deepEqual(await pagesOf(bob, path`/_matrix/client/v1/rooms/${room}/relations/${message}`, {}), []);
      assert.deepEqual((await bob.get(path`/_matrix/client/v1/rooms/${room}/threads`)).ok().at("chunk").value, []);
    });

    test("reactions are told apart, not bundled, and the same one is sent once until it is redacted", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const message = await alice.send(room, "lunch?");
      const react = (key: string): Promise<{ readonly brief: string; readonly at: (name: string) => JsonView }> =>
        bob.trySend(
          room,
          { "m.relates_to": { rel_type: "m.annotation", event_id: message, key } },
          { type: "m.reaction" },
        );
      const yes = await react("👍");
      assert.equal(yes.brief, "200");
      assert.equal((await react("👍")).brief, "400 M_DUPLICATE_ANNOTATION");
      assert.equal((await react("🎉")).brief, "200");
      const both = await Promise.all([react("🍜"), react("🍜"), react("🍜")]);
      assert.deepEqual(both.map((one) => one.brief).toSorted(), [
        "200",
        "400 M_DUPLICATE_ANNOTATION",
        "400 M_DUPLICATE_ANNOTATION",
      ]);
      assert.equal((await bundleOf(alice, room, message)).isThere, false);
      (await bob.redact(room, yes.at("event_id").text)).ok();
      assert.equal((await react("👍")).brief, "200");
      const list = await pagesOf(
        alice,
        path`/_matrix/client/v1/rooms/${room}/relations/${message}/m.annotation/m.reaction`,
        {},
      );
      assert.equal(list.length, 3);
    });

    test("a thread tells how many replies it has, its latest with its own edit, and who took part", async () => {
      const [alice, bob, carol] = await world().people("alice", "bob", "carol");
      const room = await alice.createRoomWith([bob, carol]);
      const root = await alice.send(room, "root");
      await bob.send(room, related("m.thread", root));
      const last = await bob.send(room, related("m.thread", root));
      const better = await bob.send(room, edit(last, "better"));
      const thread = (await bundleOf(alice, room, root)).at("m.thread");
      assert.equal(thread.at("count").number, 2);
      assert.equal(thread.at("latest_event", "event_id").text, last);
      assert.equal(thread.at("latest_event", "unsigned", "m.relations", "m.replace", "event_id").text, better);
      const took = async (person: Person): Promise<unknown> =>
        (await bundleOf(person, room, root)).at("m.thread", "current_user_participated").value;
      assert.deepEqual([await took(alice), await took(bob), await took(carol)], [true, true, false]);
      const ignoring = { ignored_users: { [bob.userId]: {} } };
      (await carol.put(path`/user/${carol.userId}/account_data/m.ignored_user_list`, ignoring)).ok();
      assert.equal((await bundleOf(carol, room, root)).at("m.thread").isThere, false, "carol ignores bob");
      const own = await carol.send(room, related("m.thread", root));
      assert.equal((await bundleOf(carol, room, root)).at("m.thread", "count").number, 1);
      assert.equal((await bundleOf(alice, room, root)).at("m.thread", "latest_event", "event_id").text, own);
      (await carol.redact(room, own)).ok();
      assert.equal((await bundleOf(alice, room, root)).at("m.thread", "count").number, 2);
    });

    test("a thread does not begin at a reply in a thread, an edit or a reaction", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      const root = await alice.send(room, "root");
      const reply = await alice.send(room, related("m.thread", root));
      const change = await alice.send(room, edit(root, "better"));
      const mention = await alice.send(room, related("m.reference", root));
      for (const child of [reply, change, mention])
        assert.equal((await alice.trySend(room, related("m.thread", child))).brief, "400 M_UNKNOWN");
      assert.equal(
        (await alice.trySend(room, related("m.thread", "$nothing"))).brief,
        "200",
        "as any unknown relation",
      );
      const threads = (await alice.get(path`/_matrix/client/v1/rooms/${room}/threads`)).ok();
      assert.deepEqual(
        threads.at("chunk").list.map((event) => event.at("event_id").text),
        [root],
      );
    });

    test("references are listed by id", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      const message = await alice.send(room, "hello");
      const one = await alice.send(room, related("m.reference", message));
      const two = await alice.send(room, related("m.reference", message), { type: "org.example.proof" });
      assert.deepEqual((await bundleOf(alice, room, message)).at("m.reference").value, {
        chunk: [{ event_id: one }, { event_id: two }],
      });
    });

    test("relations come page by page in both directions, by kind and type, and further away when asked", async () => {
      const alice = await world().person("alice");
      const room = await alice.createRoom();
      const message = await alice.send(room, "hello");
      const sent: string[] = [];
      for (let n = 0; n < 7; n += 1) {
        const relType = n % 2 === 0 ? "m.thread" : "m.reference";
        sent.push(await alice.send(room, related(relType, message), n === 3 ? { type: "org.example.proof" } : {}));
      }
      const deep = await alice.send(room, edit(sent[0] ?? "", "deep"));
      const at = path`/_matrix/client/v1/rooms/${room}/relations/${message}`;
      for (const limit of [1, 2, 3, 7, 100]) {
        assert.deepEqual(await pagesOf(alice, at, { dir: "f", limit }), sent);
        assert.deepEqual(await pagesOf(alice, at, { dir: "b", limit }), sent.toReversed());
        assert.deepEqual(await pagesOf(alice, at, { dir: "f", limit, recurse: true }), [...sent, deep]);
      }
      const threads = sent.filter((_, index) => index % 2 === 0);
      assert.deepEqual(await pagesOf(alice, `${at}/m.thread`, { dir: "f", limit: 2 }), threads);
      assert.deepEqual(await pagesOf(alice, `${at}/m.reference/org.example.proof`, {}), [sent[3]]);
      assert.equal((await alice.get(at, { recurse: true })).ok().at("recursion_depth").number, 3);
      assert.equal((await alice.get(at, { from: "x" })).brief, "400 M_INVALID_PARAM");
      assert.equal((await alice.get(at, { dir: "sideways" })).brief, "400 M_INVALID_PARAM");
    });

    test("threads are listed by their latest reply, all of them or those that one took part in", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const roots: string[] = [];
      for (const name of ["one", "two", "three"]) roots.push(await bob.send(room, name));
      const [one = "", two = "", three = ""] = roots;
      for (const root of [one, two, three]) await bob.send(room, related("m.thread", root));
      await alice.send(room, related("m.thread", one));
      const at = path`/_matrix/client/v1/rooms/${room}/threads`;
      for (const limit of [1, 2, 3]) assert.deepEqual(await pagesOf(alice, at, { limit }), [one, three, two]);
      assert.deepEqual(await pagesOf(alice, at, { include: "participated" }), [one]);
      assert.deepEqual(await pagesOf(bob, at, { include: "participated", limit: 2 }), [one, three, two]);
      const first = (await alice.get(at)).ok().at("chunk", 0);
      assert.equal(first.at("unsigned", "m.relations", "m.thread", "count").number, 2);
      assert.equal((await alice.get(at, { include: "none" })).brief, "400 M_INVALID_PARAM");
      assert.equal((await alice.get(at, { from: "x" })).brief, "400 M_INVALID_PARAM");
      const stranger = await world().person("stranger");
      assert.equal((await stranger.get(at)).brief, "403 M_FORBIDDEN");
    });

    test("who has left sees no child that came afterwards", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      const root = await alice.send(room, "root");
      const seen = await alice.send(room, related("m.thread", root));
      (await bob.leave(room)).ok();
      await alice.send(room, { ...related("m.thread", root), body: "behind bob's back" });
      await alice.send(room, edit(root, "rewritten"));
      const bundle = await bundleOf(bob, room, root);
      assert.equal(bundle.at("m.thread", "latest_event", "event_id").text, seen);
      assert.equal(bundle.at("m.thread", "count").number, 1);
      assert.equal(bundle.at("m.replace").isThere, false);
      assert.deepEqual(await pagesOf(bob, path`/_matrix/client/v1/rooms/${room}/relations/${root}`, {}), [seen]);
    });

    test("bundles come with history, with threads, and with a sync that left something out", async () => {
      const [alice, bob] = await world().people("alice", "bob");
      const room = await alice.createRoomWith([bob]);
      await bob.sync();
      const message = await alice.send(room, "helo");
      const better = await alice.send(room, edit(message, "hello"));
      const page = (await bob.get(path`/rooms/${room}/messages`, { dir: "b", limit: 2 })).ok();
      assert.equal(page.at("chunk", 1, "unsigned", "m.relations", "m.replace", "event_id").text, better);
      const context = (await bob.get(path`/rooms/${room}/context/${message}`)).ok();
      assert.equal(context.at("event", "unsigned", "m.relations", "m.replace", "event_id").text, better);
      const first = await bob.sync({ since: "none" });
      const timeline = first.at("rooms", "join", room, "timeline", "events").list;
      const mine = timeline.find((event) => event.at("event_id").value === message);
      assert.equal(mine?.at("unsigned", "m.relations", "m.replace", "event_id").text, better);
    });
  });
}
