import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { startServer } from "../server.ts";
import { buildClient, hasBrowser, look } from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { deskAndPhone } from "./people.ts";

if (hasBrowser()) {
  describe("polls", () => {
    before(() => buildClient());

    test("a poll is made, voted in and ended; nobody's odd events change that", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      const [alice, bob] = await deskAndPhone(server.url, browsers, "Canteen");

      await alice.page.getByRole("button", { name: "Make a poll" }).click();
      const dialog = alice.page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: "Question" }).fill("Lunch on Friday?");
      await dialog.getByRole("textbox", { name: "Answer 1" }).fill("Rice 飯");
      assert.ok(await dialog.getByRole("button", { name: "Start poll" }).isDisabled(), "one answer is no choice");
      await dialog.getByRole("textbox", { name: "Answer 2" }).fill("Noodles 麵");
      await dialog.getByRole("button", { name: "Add an answer" }).click();
      await dialog.getByRole("textbox", { name: "Answer 3" }).fill("Nothing");
      await look(alice.page, "poll-new-1280");
      await dialog.getByRole("button", { name: "Start poll" }).click();

      const poll = bob.log.getByRole("radiogroup", { name: "Lunch on Friday?" });
      await poll.getByText("Rice 飯").click();
      await bob.log.getByRole("button", { name: "Vote", exact: true }).click();
      await poll.getByRole("radio", { name: /Rice 飯.*1 vote, 100%/ }).waitFor();
      const atDesk = alice.log.getByRole("radiogroup", { name: "Lunch on Friday?" });
      await atDesk.getByRole("radio", { name: /Rice 飯.*1 vote, 100%/ }).waitFor();
      await atDesk.getByRole("radio").first().focus();
      await alice.page.keyboard.press("ArrowDown");
      await alice.page.keyboard.press("Tab");
      await alice.page.keyboard.press("Enter");
      await atDesk.getByRole("radio", { name: /Noodles 麵.*1 vote, 50%/ }).waitFor();
      await poll.getByText("Noodles 麵").click();
      await bob.log.getByRole("button", { name: "Change vote" }).click();
      await atDesk.getByRole("radio", { name: /Noodles 麵.*2 votes, 100%/ }).waitFor();
      await look(alice.page, "poll-1280");
      await look(bob.page, "poll-390");

      const [, encoded = ""] = /\/chat\/([^/?]+)/.exec(bob.page.url()) ?? [];
      const id = await poll.locator("xpath=ancestor::article").getAttribute("data-message");
      const send = await odd(server.url, decodeURIComponent(encoded));
      const reference = { "m.relates_to": { rel_type: "m.reference", event_id: id } };
      await send("org.matrix.msc3381.poll.end", { ...reference, "org.matrix.msc3381.poll.end": {} });
      await send("org.matrix.msc3381.poll.response", {
        ...reference,
        "org.matrix.msc3381.poll.response": { answers: 7 },
      });
      await send("m.poll.start", { "m.poll": { question: { body: 7 }, answers: [{}] }, body: "no poll at all" });
      // Bob's odd vote is his last one, and spoilt; that he ended a poll of Alice's is not heard.
      await atDesk.getByRole("radio", { name: /Noodles 麵.*1 vote, 100%/ }).waitFor();

      await alice.log.getByRole("button", { name: "End poll" }).click();
      await alice.page.getByRole("dialog").getByRole("button", { name: "End poll" }).click();
      const results = bob.log.getByRole("list", { name: "Lunch on Friday?" });
      await results.getByText("most votes").waitFor();
      await bob.log.getByText("alice ended the poll “Lunch on Friday?”").waitFor();
      assert.equal(await bob.log.getByRole("radiogroup", { name: "Lunch on Friday?" }).count(), 0);
      await results.hover();
      await bob.log.getByRole("button", { name: "Reply" }).click();
      await bob.page.getByText("Poll: Lunch on Friday?").first().waitFor();
      await look(bob.page, "poll-ended-390");

      await send("org.matrix.msc3381.poll.start", {
        "org.matrix.msc3381.poll.start": {
          question: { "org.matrix.msc1767.text": "A thousand answers" },
          answers: Array.from({ length: 1000 }, (_, at) => ({ id: `${at}`, "org.matrix.msc1767.text": `no ${at}` })),
          max_selections: 1e9,
        },
      });
      const many = alice.log.getByRole("group", { name: "A thousand answers" });
      await many.waitFor();
      assert.equal(await many.getByRole("checkbox").count(), 20);
      await alice.page.getByRole("list", { name: "Rooms" }).getByText("bob: Poll: A thousand answers").waitFor();
    });
  });
}

/** Bob sends what no well-meaning client does. */
async function odd(url: string, room: string): Promise<(type: string, content: object) => Promise<unknown>> {
  const bob = await overHttp(url, "bob");
  let number = 0;
  return async (type, content) => {
    number += 1;
    return await bob("PUT", `/rooms/${encodeURIComponent(room)}/send/${type}/odd${number}`, content);
  };
}
