import { parseUserId } from "@causeway/base";
import { engines, testWorld, type Person } from "@causeway/testkit";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, createPublicKey, verify } from "node:crypto";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const BASE = "/causeway/v1/enforcement/files";
const BUILD = fileURLToPath(new URL("../../../apps/guard/tools/build.ts", import.meta.url));

async function world(engine: (typeof engines)[number]) {
  const env = {
    CAUSEWAY_SERVER_NAME: "gov.example",
    CAUSEWAY_PUBLIC_URL: "https://chat.gov.example/",
    CAUSEWAY_ENFORCE_NOT_EXEMPT_GROUPS: JSON.stringify([{ department: "PGD", sid: "S-1-5-21-1-2-3-1101" }]),
  };
  const made = await testWorld({ engine, env });
  const [system, security, nobody] = await made.people("system", "security", "nobody");
  const { grantRole } = await import("@causeway/directory");
  const give = async (person: Person, role: string): Promise<void> => {
    const { db, accounts, directory } = made.server;
    const user = parseUserId(person.userId) ?? assert.fail();
    assert.equal(
      (await grantRole({ db, clock: made.clock, accounts, audit: () => undefined }, { user, role })).ok,
      true,
    );
    await directory.tick();
  };
  await give(system, "system-administrator");
  await give(security, "security-administrator");
  const department = { code: "PGD", name_en: "Parks", name_zh: "公園署" };
  (await system.post("/causeway/v1/directory/departments", department)).ok();
  return { made, system, security, nobody, [Symbol.asyncDispose]: () => made[Symbol.asyncDispose]() };
}

for (const engine of engines) {
  describe(`files for management tools on ${engine}`, () => {
    before(() => assert.equal(spawnSync(process.execPath, [BUILD, "--if-stale"]).status, 0));

    test("administrators of both kinds have them, with the version in each; nobody else", async () => {
      await using here = await world(engine);
      const list = (await here.security.get(BASE)).ok();
      assert.equal(list.at("guard").value, true);
      const version = Number(list.at("policy_version").value);
      assert.ok(version > 0);
      const names = list.at("files").list.map((file) => file.at("name").text);
      assert.ok(names.length >= 12);
      for (const name of names) {
        const file = await here.system.get(`${BASE}/PGD/${name}`);
        assert.equal(file.status, 200, name);
        assert.equal(file.headers.get("causeway-policy-version"), String(version));
        assert.match(
          file.headers.get("content-disposition") ?? "",
          new RegExp(`filename="causeway-PGD-v${version}-${name.replaceAll(".", "\\.")}"`),
        );
        const plain = file.text.replaceAll("\0", "");
        const inIt = name.startsWith("app-control")
          ? `causeway-${version}<`
          : name.endsWith("-policy.json")
            ? `"policyVersion": ${version}`
            : String(version);
        assert.ok(plain.includes(inIt), `${name} says ${inIt}`);
      }
      for (const path of [BASE, `${BASE}/PGD/chrome.reg`, `${BASE}/PGD/chrome.reg/signature`]) {
        assert.equal((await here.nobody.get(path)).brief, "403 NOT_PERMITTED");
        assert.equal((await here.made.call({ method: "GET", path })).status, 401);
      }
    });

    test("a signed statement says of which department, class and version a file is; anybody can check it", async () => {
      await using here = await world(engine);
      const file = await here.security.get(`${BASE}/PGD/edge-policy.json`);
      const statement = (await here.security.get(`${BASE}/PGD/edge-policy.json/signature`)).ok();
      const signed = statement.at("signed").text;
      assert.deepEqual(
        JSON.parse(Buffer.from(file.headers.get("causeway-signature") ?? "", "base64").toString()).signed,
        signed,
      );
      const said = JSON.parse(signed);
      const version = Number(file.headers.get("causeway-policy-version"));
      assert.deepEqual(said, {
        ...{ installation: "gov.example", department: "PGD", class: "internal-desktop", file: "edge-policy.json" },
        ...{ policy_version: version, sha256: createHash("sha256").update(file.text).digest("hex") },
      });
      for (const [id, signature] of Object.entries(Object(statement.at("signatures").value))) {
        const x = Buffer.from(statement.at("keys", id).text, "base64").toString("base64url");
        const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
        assert.equal(verify(null, Buffer.from(signed), key, Buffer.from(String(signature), "base64")), true);
      }
    });

    test("they follow department, class, guard and configuration", async () => {
      await using here = await world(engine);
      const json = async (file: string, query = {}): Promise<Record<string, unknown>> =>
        Object((await here.security.get(`${BASE}/PGD/${file}`, query)).body);
      const guarded = await json("chrome-policy.json");
      assert.equal(String(guarded["URLBlocklist"]).includes("whatsapp.com"), false);
      assert.match(
        String(guarded["ExtensionInstallForcelist"]),
        /^[a-p]{32};https:\/\/chat\.gov\.example\/causeway\/v1\/guard\/updates\.xml$/,
      );
      assert.equal(guarded["AllowedDomainsForApps"], "gov.example");
      const bare = await json("chrome-policy.json", { guard: "no", google: "any" });
      assert.equal(String(bare["URLBlocklist"]).includes("whatsapp.com"), true);
      assert.equal(bare["AllowedDomainsForApps"], "gov.example,consumer_accounts");
      assert.equal("ExtensionInstallForcelist" in bare, false);
      const designated = await json("chrome-policy.json", { guard: "no", class: "designated-machine" });
      assert.equal(String(designated["URLBlocklist"]).includes("whatsapp.com"), false);
      const rules = (await here.security.get(`${BASE}/PGD/applocker.xml`)).text;
      assert.match(rules, /UserOrGroupSid="S-1-5-21-1-2-3-1101" Action="Deny"/);
      assert.match(rules, /CN=24803D75-212C-471A-BC57-9EF86AB91435/);
    });

    test("what is not there is refused", async () => {
      await using here = await world(engine);
      for (const [path, brief] of [
        ["/XYZ/chrome.reg", "404 DIRECTORY_UNKNOWN"],
        ["/PGD/nothing.txt", "404 M_NOT_FOUND"],
        ["/PGD/chrome.reg?class=toaster", "400 M_INVALID_PARAM"],
        ["/PGD/..%2f..%2fetc%2fpasswd", "400 M_INVALID_PARAM"],
      ] as const)
        assert.equal((await here.security.get(`${BASE}${path}`)).brief, brief, path);
    });

    test("the signed guard is there for browsers, under the same id after a restart", async () => {
      await using here = await world(engine);
      const updates = await here.made.call({ method: "GET", path: "/causeway/v1/guard/updates.xml" });
      const [, id = "", codebase = ""] = /appid='([a-p]{32})'[^]*codebase='([^']+)'/.exec(updates.text) ?? [];
      assert.equal(codebase, "https://chat.gov.example/causeway/v1/guard/guard.crx");
      const crx = await here.made.call({ method: "GET", path: "/causeway/v1/guard/guard.crx" });
      assert.equal(crx.headers.get("content-type"), "application/x-chrome-extension");
      assert.ok(crx.text.startsWith("Cr24"));
      await here.made.restart();
      assert.equal(
        (await here.made.call({ method: "GET", path: "/causeway/v1/guard/updates.xml" })).text,
        updates.text,
      );
      const ticket = (await here.nobody.post("/causeway/v1/guard/tickets", {})).ok();
      assert.equal(ticket.at("extension_id").text, id);
      const asked = { type: "hello", protocol: 1, ticket: ticket.at("ticket").text };
      const ask = async (): Promise<string> => {
        const answer = await here.made.call({ method: "POST", path: "/causeway/v1/guard/policy", body: asked });
        return answer.ok().at("messages", 0, "type").text;
      };
      assert.equal(await ask(), "policy");
      (await here.nobody.post("/logout", {})).ok();
      assert.equal(await ask(), "refused", "the ticket ended with the session");
    });
  });
}
