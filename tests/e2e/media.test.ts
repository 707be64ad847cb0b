import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";
import { crc32, deflateSync } from "node:zlib";
import type { Locator } from "playwright-core";
import { PASSWORD, register } from "../sdk/people.ts";
import { startServer, type TestServer } from "../server.ts";
import { accessibilityFaults, buildClient, hasBrowser, openBrowser, picture, signIn } from "./browser.ts";
import { person, type Person } from "./people.ts";

/** A PNG of one colour, with a note in it. */
function png(side: number, note: string): Buffer {
  const chunk = (type: string, body: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
    const out = Buffer.alloc(named.length + 8);
    out.writeUInt32BE(body.length, 0);
    named.copy(out, 4);
    out.writeUInt32BE(crc32(named), named.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side, 0);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(side * 3, 0x5a)]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)));
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const text = chunk("tEXt", Buffer.from(`Comment\0${note}`, "latin1"));
  return Buffer.concat([magic, chunk("IHDR", head), text, chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))]);
}

const PDF = Buffer.from(
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n",
);

async function attach(
  who: Person,
  files: readonly { name: string; mimeType: string; buffer: Buffer }[],
): Promise<void> {
  await who.page.locator('input[data-chooser="files"]').setInputFiles([...files]);
  await who.page.getByRole("dialog").waitFor();
}

async function download(who: Person, button: Locator): Promise<{ readonly name: string; readonly content: Buffer }> {
  const saving = who.page.waitForEvent("download");
  await button.click();
  const saved = await saving;
  return { name: saved.suggestedFilename(), content: readFileSync(await saved.path()) };
}

/** Alice and Bob, each in a browser, in one encrypted room. */
async function twoPeople(server: TestServer, browsers: AsyncDisposableStack): Promise<readonly [Person, Person]> {
  const people: Person[] = [];
  for (const name of ["alice", "bob"]) {
    await register(server.url, name);
    const browser = browsers.use(await openBrowser());
    browsers.defer(() => assert.deepEqual(browser.complaints, [], `${name}'s console`));
    await signIn(browser.page, server.url, { name, password: PASSWORD });
    people.push(person(browser.page));
  }
  const [alice, bob] = people;
  assert.ok(alice !== undefined && bob !== undefined);
  await alice.makeRoom("Patrol", "bob");
  await bob.join("Patrol");
  return [alice, bob];
}

if (hasBrowser()) {
  describe("files in a browser", () => {
    before(() => buildClient());

    test("a photo and a file arrive encrypted, are seen, opened and downloaded; the camera's notes stay behind", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      const [alice, bob] = await twoPeople(server, browsers);

      await attach(alice, [
        { name: "tree.png", mimeType: "image/png", buffer: png(900, "taken at home") },
        { name: "名單.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") },
      ]);
      assert.deepEqual(await accessibilityFaults(alice.page), []);
      await picture(alice.page, "send-files");
      await alice.page.getByRole("textbox", { name: "Caption" }).fill("fallen tree 三號徑");
      await alice.page.getByRole("dialog").getByRole("button", { name: "Send", exact: true }).click();

      await bob.sees("fallen tree 三號徑");
      await bob.log.getByRole("button", { name: "Open photo tree.png" }).click();
      const shown = bob.page.getByRole("dialog").getByRole("img", { name: "Photo: tree.png" });
      await shown.waitFor();
      assert.equal(await shown.evaluate((image: HTMLImageElement) => image.naturalWidth), 900);
      const photo = await download(
        bob,
        bob.page.getByRole("dialog").getByRole("button", { name: "Download tree.png" }),
      );
      assert.ok(!photo.content.includes("taken at home"), "the notes inside the picture");
      await picture(bob.page, "viewer");
      assert.deepEqual(await accessibilityFaults(bob.page), []);
      await bob.page.keyboard.press("Escape");
      await shown.waitFor({ state: "detached" });

      const list = await download(bob, bob.log.getByRole("button", { name: "Download 名單.csv" }));
      assert.deepEqual([list.name, list.content.toString()], ["名單.csv", "a,b\n1,2\n"]);
      await picture(bob.page, "files");
    });

    test("without a connection files wait and survive a reload; then they go; one can be called back", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      const [alice, bob] = await twoPeople(server, browsers);
      await server.stop();
      await attach(alice, [
        { name: "one.txt", mimeType: "text/plain", buffer: Buffer.from("1") },
        { name: "two.txt", mimeType: "text/plain", buffer: Buffer.from("2") },
      ]);
      await alice.page.getByRole("dialog").getByRole("button", { name: "Send", exact: true }).click();
      const queue = alice.page.getByRole("list", { name: "Files on their way" });
      await queue.getByText("two.txt").waitFor();
      await queue.getByText("Waits for the connection").first().waitFor();
      await queue.getByRole("button", { name: "Cancel two.txt" }).click();
      await queue.getByText("two.txt").waitFor({ state: "detached" });
      await server.start();
      await alice.page.reload();
      await bob.log.getByText("one.txt").waitFor();
      await queue.waitFor({ state: "detached" });
      assert.equal(await bob.log.getByText("two.txt").count(), 0);
    });

    test("a PDF opens inside the app, and what says it is a picture and is none does no harm", async () => {
      await using server = await startServer();
      await using browsers = new AsyncDisposableStack();
      const [alice, bob] = await twoPeople(server, browsers);
      const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="owned"</script></svg>');
      await attach(alice, [
        { name: "plan.pdf", mimeType: "application/pdf", buffer: PDF },
        { name: "a.svg", mimeType: "image/svg+xml", buffer: svg },
        { name: "fake.png", mimeType: "image/png", buffer: svg },
      ]);
      await alice.page.getByRole("dialog").getByRole("button", { name: "Send", exact: true }).click();
      for (const name of ["plan.pdf", "a.svg", "fake.png"]) await bob.log.getByText(name).waitFor();
      assert.equal(await bob.log.getByRole("button", { name: /Open photo/ }).count(), 0);
      await bob.log.getByRole("button", { name: "plan.pdf", exact: true }).click();
      await bob.page.getByRole("dialog").locator("iframe, [role=status]").first().waitFor();
      await picture(bob.page, "pdf");
      await bob.page.keyboard.press("Escape");
      assert.notEqual(await bob.page.title(), "owned");
    });
  });
}
