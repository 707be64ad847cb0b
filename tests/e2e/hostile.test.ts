import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer } from "../server.ts";
import { buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { overHttp } from "./over-http.ts";
import { person } from "./people.ts";

const HTML =
  '<img src=x onerror="globalThis.wasHit=1"><script>globalThis.wasHit=1</script><svg onload="globalThis.wasHit=1">';
const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });

/** Contents that no well-meaning client sends. */
const contents: readonly object[] = [
  { msgtype: "m.text", body: HTML, format: "org.matrix.custom.html", formatted_body: HTML },
  { msgtype: "m.text", body: 7 },
  { msgtype: { a: 1 }, body: ["x"] },
  { body: "no type" },
  {},
  { msgtype: "m.text", body: "javascript:globalThis.wasHit=1 data:text/html,<script>globalThis.wasHit=1</script>" },
  { msgtype: "m.text", body: "pay at https://www.gоv.hk/ and \u202egnp.exe\u202c" },
  { msgtype: "m.text", body: "x".repeat(30_000) },
  { msgtype: "m.text", body: "\u0000\u0007\u200b\ufeff" },
  { msgtype: "m.image", body: "a.svg", url: "javascript:globalThis.wasHit=1", info: { size: "big", w: -1, h: 1e9 } },
  { msgtype: "m.file", body: HTML, filename: 7, url: 8, info: "none" },
  { msgtype: "m.text", body: "to nothing", "m.relates_to": { "m.in_reply_to": { event_id: 7 } } },
  { msgtype: "m.text", body: "to itself", "m.relates_to": { "m.in_reply_to": "x", rel_type: [], event_id: {} } },
  { msgtype: "m.text", body: "* x", "m.new_content": 7, "m.relates_to": { rel_type: "m.replace", event_id: "$none" } },
  { msgtype: "m.text", body: "deep", "org.causeway.card": deep(40) },
  { msgtype: "m.emote", body: HTML },
];

if (hasBrowser()) {
  describe("hostile content", () => {
    before(() => buildClient());

    test("whatever a message, a name, a reaction or a state carries, the page stands and runs nothing", async () => {
      await using server = await startServer();
      for (const name of ["alice", "mallory"]) await register(server.url, name);
      const http = await overHttp(server.url, "mallory");
      await http("PUT", "/profile/@mallory:localhost/displayname", { displayname: `\u202eecila\u202c${HTML}` });
      const { room_id: room } = Object(
        await http("POST", "/createRoom", {
          preset: "private_chat",
          name: `trap \u202e${HTML}`,
          topic: HTML,
          invite: ["@alice:localhost"],
        }),
      );
      await using browser = await openBrowser();
      const { page } = browser;
      await signIn(page, server.url, { name: "alice", password: PASSWORD });
      const alice = person(page);
      await alice.join("trap");
      const send = async (number: number, content: object, type = "m.room.message"): Promise<string> => {
        const sent = await http("PUT", `/rooms/${room}/send/${type}/t${number}`, content);
        return String(Object(sent).event_id);
      };
      for (const [number, content] of contents.entries()) await send(number, content);
      const good = await send(100, { msgtype: "m.text", body: "still here" });
      for (const [number, key] of [HTML, "k".repeat(5000), 7, "\u202e", "👍"].entries()) {
        const relation = { rel_type: "m.annotation", event_id: good, key };
        await http("PUT", `/rooms/${room}/send/m.reaction/r${number}`, { "m.relates_to": relation }).catch(
          () => undefined,
        );
      }
      await http("PUT", `/rooms/${room}/state/m.room.topic/`, { topic: [HTML] }).catch(() => undefined);
      await http("PUT", `/rooms/${room}/state/m.room.name/`, { name: { a: 1 } }).catch(() => undefined);
      await alice.sees("still here");
      await alice.log.getByRole("button", { name: /👍/ }).waitFor();
      await page.getByRole("button", { name: "Details" }).click();
      await page.getByRole("list", { name: "Members" }).waitFor();
      await picture(page, "hostile");
      await page.reload();
      await alice.sees("still here");
      await alice.log.hover();
      await page.mouse.wheel(0, -20_000);
      await page.waitForTimeout(300);
      assert.equal(await page.evaluate(() => Reflect.get(globalThis, "wasHit")), undefined);
      const links = await alice.log
        .getByRole("link")
        .evaluateAll((all) => all.map((link) => link.getAttribute("href")));
      for (const href of links) assert.match(href ?? "", /^https?:\/\//);
      const text = await page.evaluate(() => document.body.innerText);
      assert.doesNotMatch(text, /gоv\.hk/, "a host that looks like another is shown as it is");
      assert.deepEqual(browser.complaints, []);
      await alice.box.fill("fine");
      await alice.box.press("Enter");
      await alice.sees("fine");
    });
  });
}
