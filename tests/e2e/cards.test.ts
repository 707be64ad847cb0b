import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import {
  accessibilityFaults,
  buildClient,
  enterAt,
  hasBrowser,
  openBrowser,
  picture,
  signIn,
  traditional,
} from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { person } from "./people.ts";
import { samplePerson } from "./sample-people.ts";

const card = {
  title: { en: "Request: Gmail", "zh-Hant-HK": "申請：Gmail", "zh-Hans": "申请：Gmail" },
  facts: [
    { name: { en: "Who", "zh-Hant-HK": "申請人" }, value: "CHAN Tai-man, RANGER1" },
    { name: { en: "Until", "zh-Hant-HK": "至" }, value: "27 Nov 2026 (Fri)" },
  ],
  body: "The vendor sends plans only to this address.",
  state: { text: "Waiting for the Head", tone: "warn" },
  actions: [
    {
      text: "Authorise until Friday",
      method: "POST",
      path: "/causeway/v1/directory/lookup",
      body: { user_ids: [] },
      look: "main",
    },
    { text: "Refuse", method: "POST", path: "/causeway/v1/no/such", look: "danger" },
    { text: "Sign out everywhere", method: "POST", path: "/causeway/v1/../../_matrix/client/v3/logout/all" },
    { text: "Elsewhere", method: "POST", path: "https://evil.example/causeway/v1/a" },
  ],
};

/** A room, not encrypted, of one who speaks HTTP and of alice, with a card in it. */
async function roomWithCard(url: string, sender: string) {
  for (const name of ["alice", sender]) await register(url, name);
  const http = await overHttp(url, sender);
  const room = String(
    Object(await http("POST", "/createRoom", { name: "Requests", invite: ["@alice:localhost"] })).room_id,
  );
  const send = async (txn: string, content: object): Promise<string> =>
    String(
      Object(await http("PUT", `/rooms/${encodeURIComponent(room)}/send/m.room.message/${txn}`, content)).event_id,
    );
  const id = await send("one", { msgtype: "m.notice", body: "Request: Gmail until Friday", "org.causeway.card": card });
  return { send, id };
}

async function signInOverHttp(
  url: string,
  as: { readonly name: string; readonly password: string; readonly device: string },
): Promise<void> {
  const identifier = { type: "m.id.user", user: as.name };
  const body = { type: "m.login.password", identifier, password: as.password, device_id: as.device };
  const response = await fetch(`${url}/_matrix/client/v3/login`, { method: "POST", body: JSON.stringify(body) });
  assert.equal(response.status, 200);
}

if (hasBrowser()) {
  describe("cards", () => {
    before(() => buildClient());

    test("a card is drawn, asks before it acts for somebody else, and changes when it is replaced", async () => {
      await using server = await startServer();
      const { send, id } = await roomWithCard(server.url, "mallory");
      await send("none", { msgtype: "m.notice", body: "plain text alone", "org.causeway.card": { title: 7 } });
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const alice = person(page);
      await alice.join("Requests");
      const drawn = alice.log.getByRole("region", { name: "Request: Gmail" });
      await drawn.getByText("CHAN Tai-man, RANGER1").waitFor();
      await alice.log.getByText("plain text alone").waitFor();
      assert.equal(await drawn.getByRole("button").count(), 2, "what is no path of ours is no button");
      assert.deepEqual(await accessibilityFaults(page), []);
      await picture(page, "card-1280");

      await drawn.getByRole("button", { name: "Authorise until Friday" }).click();
      await page.getByText(/not by Causeway.*POST \/causeway\/v1\/directory\/lookup/).waitFor();
      await picture(page, "card-asks-1280");
      await page.getByRole("dialog").getByRole("button", { name: "Authorise until Friday" }).click();
      await drawn.getByText("“Authorise until Friday” is done.").waitFor();
      await drawn.getByRole("button", { name: "Refuse" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Refuse" }).click();
      await drawn.getByText(/did not work/).waitFor();

      const { actions: _, ...rest } = card;
      const settled = {
        msgtype: "m.notice",
        body: "Authorised",
        "org.causeway.card": { ...rest, state: { text: "Authorised by LEE Wai-ling", tone: "good" } },
      };
      await send("two", {
        ...settled,
        "m.new_content": settled,
        "m.relates_to": { rel_type: "m.replace", event_id: id },
      });
      await drawn.getByText("Authorised by LEE Wai-ling").waitFor();
      assert.equal(await drawn.getByRole("button").count(), 0);
      assert.ok(
        browser.complaints.every((text) => /status of 404/.test(text)),
        browser.complaints.join("\n"),
      );
    });

    test("a card of the server acts at once; on a phone and in Chinese it reads as well", async () => {
      await using server = await startServer({ args: [] });
      const { name, password } = samplePerson(server, "lee.wailing");
      for (const device of ["FIRST", "LOST"]) await signInOverHttp(server.url, { name, password, device });
      await using browser = await openBrowser({ width: 390, height: 780, locale: "zh-HK" });
      const { page } = browser;
      await enterAt(page, server.url, { name, password, words: traditional });
      await page
        .getByRole("list", { name: "聊天室" })
        .getByRole("link", { name: /Causeway/ })
        .click();
      const log = page.getByRole("log");
      await log.getByRole("region", { name: "歡迎使用 Causeway" }).getByText("李").first().waitFor();
      const drawn = log.getByRole("region", { name: "新的登入" }).filter({ hasText: "LOST" });
      await drawn.getByRole("button", { name: "登出該裝置" }).click();
      await drawn.getByText("已登出").waitFor();
      assert.equal(await drawn.getByRole("button").count(), 0);
      await picture(page, "card-390-zh");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, `${wide} px wide`);
      assert.deepEqual(browser.complaints, []);
    });
  });
}
