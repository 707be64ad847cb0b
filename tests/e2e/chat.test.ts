import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer, type TestServer } from "../server.ts";
import { buildClient, hasBrowser, openBrowser, picture, signIn, type TestBrowser } from "./browser.ts";
import { person, type Person } from "./people.ts";

/** Alice and Bob, each in a browser, in one room. */
async function twoInARoom(server: TestServer, browsers: AsyncDisposableStack): Promise<readonly [Person, Person]> {
  const people: Person[] = [];
  for (const name of ["alice", "bob"]) {
    await register(server.url, name);
    const browser: TestBrowser = browsers.use(await openBrowser());
    browsers.defer(() => assert.deepEqual(browser.complaints, [], `${name}'s console`));
    await signIn(browser.page, server.url, { name, password: PASSWORD });
    people.push(person(browser.page));
  }
  const [alice, bob] = people;
  assert.ok(alice !== undefined && bob !== undefined);
  await alice.makeRoom("巡邏 patrol", "bob");
  await bob.join("巡邏 patrol");
  return [alice, bob];
}

if (hasBrowser()) {
  describe("chat in a browser", () => {
    before(() => buildClient());

    test("two people in two browsers chat encrypted; a reload keeps messages and drafts", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      const [alice, bob] = await twoInARoom(server, browsers);
      await alice.say("早晨");
      await bob.sees("早晨");
      await bob.say("good morning");
      await alice.sees("good morning");
      await bob.box.fill("a draft");
      await bob.page.reload();
      await bob.sees("早晨");
      assert.equal(await bob.box.inputValue(), "a draft");
      await alice.page.getByRole("button", { name: "Details" }).click();
      await alice.page.getByText("End-to-end encrypted").waitFor();
      await picture(alice.page, "two-people");
    });

    test("replies, reactions, edits and deletion reach the other one", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      const [alice, bob] = await twoInARoom(server, browsers);
      await alice.say("three trees fel");
      await bob.sees("three trees fel");

      await bob.act("three trees fel", "React");
      await bob.page.getByRole("button", { name: "👍" }).click();
      await alice.log.getByRole("button", { name: /👍 by bob/ }).waitFor();
      await bob.log.getByRole("button", { name: /👍 by bob/ }).click();
      await alice.log.getByRole("button", { name: /👍 by bob/ }).waitFor({ state: "detached" });

      await bob.act("three trees fel", "Reply");
      await bob.page.getByText("Reply to alice").waitFor();
      await bob.say("where?");
      await alice.message("where?").getByText("three trees fel").waitFor();

      await alice.box.fill("half a thought");
      await alice.act("three trees fel", "More actions");
      await alice.page.getByRole("menuitem", { name: "Edit" }).click();
      assert.equal(await alice.box.inputValue(), "three trees fel");
      await alice.say("three trees fell");
      await bob.sees("three trees fell");
      await bob.log.getByText("edited").waitFor();
      assert.equal(await alice.box.inputValue(), "half a thought");
      await alice.box.fill("");

      await alice.message("three trees fell").first().hover();
      await alice.act("three trees fell", "More actions");
      await alice.page.getByRole("menuitem", { name: "Delete" }).click();
      await alice.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await bob.sees("Message deleted");
      await picture(bob.page, "changed-messages");
    });

    test("typing is seen, unread messages are counted, and reading is seen", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      const [alice, bob] = await twoInARoom(server, browsers);
      await bob.page.goto(`${server.url}/settings`);
      await bob.page.getByRole("heading", { name: "Appearance" }).waitFor();
      await alice.say("one");
      await alice.say("two");
      await bob.page.getByRole("navigation").getByText("2 unread messages").waitFor();
      await bob.page.getByRole("link", { name: /Chat/ }).click();
      await bob.page.getByRole("list", { name: "Rooms" }).getByText("2 unread messages").waitFor();
      await bob.open("巡邏 patrol");
      await bob.log.getByRole("separator", { name: "New messages" }).waitFor();
      await alice.log.getByRole("img", { name: "Read by bob" }).waitFor();
      await bob.page.getByRole("list", { name: "Rooms" }).getByText("unread").waitFor({ state: "detached" });
      await bob.box.pressSequentially("hm");
      await alice.page.getByText("bob is typing").waitFor();
    });

    test("Enter during a composition never sends; Shift and Enter begins a line", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      const [alice] = await twoInARoom(server, browsers);
      const session = await alice.page.context().newCDPSession(alice.page);
      await alice.box.click();
      await session.send("Input.imeSetComposition", { text: "早", selectionStart: 1, selectionEnd: 1 });
      const key = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 229, nativeVirtualKeyCode: 229 };
      await session.send("Input.dispatchKeyEvent", { type: "rawKeyDown", ...key });
      await session.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
      assert.equal(await alice.box.inputValue(), "早");
      await session.send("Input.insertText", { text: "早晨" });
      await alice.box.press("Shift+Enter");
      await alice.box.pressSequentially("second line");
      assert.equal(await alice.box.inputValue(), "早晨\nsecond line");
      assert.equal(await alice.log.getByRole("article").count(), 0);
      await alice.box.press("Enter");
      await alice.log.getByRole("article").waitFor();
    });

    test("without a network one reads and writes; what was written goes out when it is back", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      const [alice, bob] = await twoInARoom(server, browsers);
      await alice.say("before");
      await bob.sees("before");
      await server.stop("SIGKILL");
      await alice.page.getByText("Offline.").waitFor();
      await alice.say("written offline");
      await alice.sees("written offline");
      await picture(alice.page, "offline");
      await server.start();
      await bob.sees("written offline");
      await alice.page.getByText("Offline.").waitFor({ state: "detached" });
    });
  });
}
