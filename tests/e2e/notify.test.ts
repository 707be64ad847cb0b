import { PushSubscriber } from "@causeway/testkit-push";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { hasBrowser, look, picture } from "./browser.ts";
import {
  chooseOnDesktop,
  countTones,
  lookAway,
  lookBack,
  openSettings,
  setScene,
  standing,
  subscribeWith,
  toastsOn,
  unexpected,
  until,
  type Scene,
} from "./notify-scene.ts";
import { person } from "./people.ts";

if (hasBrowser()) {
  describe("notifications", () => {
    const things = new AsyncDisposableStack();
    let scene: Scene;
    before(async () => {
      scene = await setScene(things);
    });
    after(() => things.disposeAsync());

    test("a message in a room that is not open comes as a toast, which the keyboard leads to, and opens at the message", async () => {
      const { browser, bob } = scene;
      const { page } = browser;
      const amy = person(page);
      await bob.say("in the open room");
      await amy.sees("in the open room");
      const toasts = toastsOn(page);
      assert.equal(await toasts.count(), 0, "nobody is told what they are looking at");
      await openSettings(page);
      await bob.say("the tide is high");
      await toasts.getByText("bob: the tide is high").waitFor();
      await page.waitForFunction(() => document.title === "(1) Causeway");
      assert.match((await page.locator('link[rel="icon"]').getAttribute("href")) ?? "", /unread/);
      await look(page, "toast-1280");
      await page.getByRole("radio", { name: "English" }).focus();
      await page.keyboard.press("F8");
      await page.keyboard.press("Escape");
      await toasts.first().waitFor({ state: "detached" });
      assert.equal(
        await page.getByRole("radio", { name: "English" }).evaluate((radio) => radio === document.activeElement),
        true,
      );
      await bob.makeRoom("Pier", "amy");
      await toasts.getByText("bob invites you").waitFor();
      await bob.open("Harbour");
      await bob.say("the tide is low");
      await toasts.getByText("bob: the tide is low").waitFor();
      await page.keyboard.press("F8");
      await page.keyboard.press("Enter");
      await amy.message("the tide is low").waitFor();
      assert.match(page.url(), /\?at=/);
      await toasts.getByText("the tide is low").waitFor({ state: "detached" });
      await amy.page.getByRole("link", { name: /Pier/ }).first().click();
      await page.getByRole("button", { name: "Decline" }).click();
      await toasts.first().waitFor({ state: "detached" });
      await page.waitForFunction(() => document.title === "Causeway");
    });

    test("what is chosen in the settings and in a room's details are push rules, which decide over encrypted messages", async () => {
      const { browser, bob, room, elsewhere } = scene;
      const { page } = browser;
      await openSettings(page);
      const toasts = toastsOn(page);
      await page.getByRole("radiogroup", { name: "Direct messages" }).getByText("Mentions and keywords").click();
      await page.getByRole("textbox", { name: "New keyword" }).fill("颱風");
      await page.keyboard.press("Enter");
      await page.getByRole("list", { name: "Keywords" }).getByText("颱風").waitFor();
      await until(
        () => elsewhere("GET", "/pushrules/"),
        (rules) => JSON.stringify(rules).includes("颱風"),
      );
      await bob.say("nothing much");
      await bob.say("一號颱風訊號");
      await toasts.getByText("bob: 一號颱風訊號").waitFor();
      assert.equal(await toasts.getByText("2 new messages").count(), 0, "only one of them was told");
      await toasts.getByRole("link").click();
      await page.getByRole("button", { name: "Details" }).click();
      await page.getByRole("radiogroup", { name: "Notifications" }).getByText("All messages").click();
      await until(
        () => elsewhere("GET", "/pushrules/"),
        (rules) => Object(Object(rules).global).room.some((rule: { rule_id: string }) => rule.rule_id === room),
      );
      await look(page, "room-level-1280");
      await openSettings(page);
      await bob.say("all is told again");
      await toasts.getByText("bob: all is told again").waitFor();
      await page.getByRole("button", { name: "Close notice of Harbour" }).click();
      await toasts.first().waitFor({ state: "detached" });
    });

    test("in quiet hours nothing is told, and the count goes on", async () => {
      const { browser, bob, elsewhere } = scene;
      const { page } = browser;
      const toasts = toastsOn(page);
      await page.getByText("Keep quiet hours").click();
      await page.getByText(/22:00 to 07:00 the next day/).waitFor();
      for (const day of ["Mon", "Tue", "Wed", "Thu", "Fri"]) await page.getByText(day, { exact: true }).click();
      await page.getByText("All day").click();
      await page.getByRole("button", { name: "Add these hours" }).click();
      await page.getByText("Every day, all day").waitFor();
      await until(
        () => elsewhere("GET", "/user/@amy:localhost/account_data/org.causeway.quiet"),
        (kept) => JSON.stringify(kept).includes("24:00"),
      );
      await bob.say("at night");
      await page.waitForFunction(() => document.title === "(2) Causeway");
      await picture(page, "settings-notify-1280");
      assert.equal(await toasts.count(), 0);
      assert.equal(await page.evaluate(() => document.scrollingElement?.scrollTop), 0, "the frame stays where it is");
      await page.getByText("Keep quiet hours").click();
      await countTones(page);
      await page.getByText("Sound", { exact: true }).click();
      await bob.say("in the morning");
      await toasts.getByText("bob: in the morning").waitFor();
      await page.waitForFunction(() => Reflect.get(globalThis, "tones") === 2);
      assert.deepEqual(unexpected(browser), []);
    });

    test("on the desktop there is one notification a room, when it is wanted, without its words, until it is read elsewhere", async () => {
      const { browser, bob, room, elsewhere } = scene;
      const { page, context } = browser;
      assert.equal(await page.evaluate(() => Notification.permission), "default", "nobody is asked at the start");
      await context.grantPermissions(["notifications"]);
      await page.getByText("Desktop notifications").click();
      await page.getByRole("checkbox", { name: "Desktop notifications", checked: true }).waitFor();
      const tag = `room:${room}`;
      let other = await lookAway(scene);
      await bob.say("nobody else may read this");
      await until(
        () => standing(page),
        (shown) => shown.length === 1,
      );
      assert.deepEqual(await standing(page), [{ tag, title: "Harbour", body: "New message from bob" }]);
      await lookBack(scene, other);
      await page.getByText("Show the words").click();
      other = await lookAway(scene);
      await bob.say("the second");
      await until(
        () => standing(page),
        ([shown]) => shown?.body === "bob: the second",
      );
      assert.equal((await standing(page)).length, 1, "the next takes the place of the one before");
      const { chunk } = Object(await elsewhere("GET", `/rooms/${room}/messages?dir=b&limit=1`));
      await elsewhere("POST", `/rooms/${room}/receipt/m.read/${chunk[0].event_id}`);
      await until(
        () => standing(page),
        (shown) => shown.length === 0,
      );
      await lookBack(scene, other);
      assert.deepEqual(unexpected(browser), []);
    });

    test("a push says ids alone, encrypted to the browser; hosts that the operator has not named are refused", async () => {
      const { push, browser, bob, room, elsewhere } = scene;
      const { page } = browser;
      const keys = new PushSubscriber();
      const tick = page.getByRole("checkbox", { name: "While Causeway is closed" });
      await subscribeWith(page, "https://push.elsewhere.test/1", keys);
      await page.getByText("While Causeway is closed").click();
      await page.getByText(/The push service of this browser \(push\.elsewhere\.test\) is not one/).waitFor();
      assert.deepEqual(await elsewhere("GET", "/pushers"), { pushers: [] });
      await subscribeWith(page, `${push.url}/sub/amy`, keys);
      await page.getByText("While Causeway is closed").click();
      await page.getByRole("checkbox", { name: "While Causeway is closed", checked: true }).waitFor();
      await bob.say("secret words");
      await push.until(1);
      const [got] = push.got;
      assert.ok(got !== undefined);
      assert.equal(got.body.includes("secret"), false);
      const { event_id: eventId, ...rest } = Object(keys.read(got));
      assert.deepEqual(rest, { room_id: room, highlight: false });
      assert.match(eventId, /^\$/);

      await page.getByText("Desktop notifications").click();
      await scene.deliver(JSON.stringify({ room_id: "!elsewhere", event_id: "$1" }));
      const other = await lookAway(scene);
      await scene.deliver(JSON.stringify(keys.read(got)));
      const tag = `room:${room}`;
      const shown = await until(
        () => standing(page),
        ({ length }) => length > 0,
      );
      assert.deepEqual(shown, [{ tag, title: "Harbour", body: "bob: secret words" }], "nothing while somebody looked");
      await chooseOnDesktop(scene);
      await person(page).message("secret words").waitFor();
      assert.equal(new URL(page.url()).searchParams.get("at"), eventId);
      await lookBack(scene, other);
      await openSettings(page);
      await page.getByText("While Causeway is closed").click();
      await page.getByRole("checkbox", { name: "While Causeway is closed", checked: false }).waitFor();
      assert.deepEqual(await elsewhere("GET", "/pushers"), { pushers: [] });
      assert.ok(await tick.isEnabled());
      assert.deepEqual(unexpected(browser), []);
    });

    test("of a labelled room nothing is said outside of the app; without a page several are one, in one's language", async () => {
      const { browser, bob, room, elsewhere, server } = scene;
      const { page } = browser;
      const tag = `room:${room}`;
      await page.getByText("Desktop notifications").click();
      await page.getByRole("checkbox", { name: "Desktop notifications", checked: true }).waitFor();
      const other = await lookAway(scene);
      await elsewhere("PUT", `/rooms/${room}/state/org.causeway.label/`, { label: "RESTRICTED" });
      await bob.page.getByText("RESTRICTED", { exact: true }).first().waitFor();
      await bob.say("for few eyes");
      await bob.sees("for few eyes");
      await until(
        () => standing(page),
        (shown) => shown.length === 1,
      );
      assert.deepEqual(await standing(page), [{ tag, title: "Causeway", body: "New message in a RESTRICTED room" }]);
      await lookBack(scene, other);
      await page.getByText("繁體中文").click();
      await page.getByRole("heading", { name: "通知" }).waitFor();
      // A page of the server that is none of the app's.
      await page.goto(`${server.url}/healthz`);
      await scene.deliver(JSON.stringify({ room_id: "!one", event_id: "$1" }));
      await scene.deliver("not what a server says");
      await scene.deliver(JSON.stringify({ room_id: "!two", event_id: "$2" }));
      await until(
        () => standing(page),
        (shown) => shown.some(({ body }) => body === "2 則新訊息"),
      );
      assert.equal((await standing(page)).filter((one) => one.tag !== tag).length, 1);
      await page.goto(`${server.url}/settings`);
      await until(
        () => standing(page),
        (shown) => shown.every(({ body }) => body !== "2 則新訊息"),
      );
      assert.deepEqual(unexpected(browser), []);
    });

    test("the settings fit a phone, in each language and both themes, and axe finds nothing", async () => {
      const { page } = scene.browser;
      await page.setViewportSize({ width: 390, height: 844 });
      const names = [
        ["繁體中文", "dark", "通知"],
        ["简体中文", "light", "通知"],
        ["English", "dark", "Notifications"],
      ] as const;
      for (const [language, theme, title] of names) {
        await page.getByText(language).click();
        await page.emulateMedia({ colorScheme: theme });
        const heading = page.getByRole("heading", { name: title, exact: true });
        await heading.waitFor();
        await heading.evaluate((node) => node.scrollIntoView());
        await picture(page, `settings-notify-390-${language}`);
        await page
          .locator("section h3")
          .last()
          .evaluate((node) => node.scrollIntoView());
        await look(page, `settings-notify-device-390-${language}`);
      }
      await scene.bob.say("on a phone");
      const toast = toastsOn(page);
      await toast.getByText("bob: on a phone").waitFor();
      await look(page, "toast-390");
      await toast.getByRole("link").click();
      await person(page).message("on a phone").waitFor();
      assert.deepEqual(unexpected(scene.browser), []);
    });
  });
}
