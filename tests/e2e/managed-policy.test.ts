import { endpointFiles } from "@causeway/enforce";
import { instant } from "@causeway/base";
import { compilePolicy, type PolicyDocument } from "@causeway/policy";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { skipLoudly } from "../skip-loudly.ts";
import { canManageBrowsers, openManagedBrowser, policyRows } from "./managed-browser.ts";

const document: PolicyDocument = {
  format: 1,
  installation: "gov.example",
  version: 7,
  issued: instant(0),
  expires: instant(1),
  utcOffsetMinutes: 0,
  addressesAllowedOn: [],
  observe: { everywhere: false, departments: [] },
  services: [
    {
      id: "whatsapp",
      category: "messaging",
      name: { en: "WhatsApp", zhHant: "WhatsApp", zhHans: "WhatsApp" },
      reason: { en: "", zhHant: "", zhHans: "" },
      clause: "6.3",
      hosts: [
        { kind: "suffix", host: "whatsapp.com" },
        { kind: "exact", host: "wa.me" },
      ],
      exempt: [{ kind: "suffix", host: "blog.whatsapp.com" }],
      apps: {},
      addresses: [],
      grantable: true,
    },
  ],
  rules: [{ id: "all", effect: "blocked", clause: "6.3" }],
  grants: [],
  machines: [],
};
const policy = { document, compiled: compilePolicy(document) };

function policyFile(guard: boolean): string {
  const file = endpointFiles.find(({ name }) => name === "chrome-policy.json");
  const text = file?.make({
    policy,
    department: { code: "PGD", id: "un_pgd" },
    machineClass: "internal-desktop",
    now: instant(0),
    guard: guard
      ? {
          extensionId: "abcdefghijklmnopabcdefghijklmnop",
          updateUrl: "http://127.0.0.1:9/updates.xml",
          server: "http://127.0.0.1:9",
        }
      : undefined,
    workspaceDomains: ["gov.example"],
    notExemptGroups: [],
    auditOnly: false,
  });
  return typeof text === "string" ? text : "";
}

describe("the policy file, as Chromium itself judges it", () => {
  test("every policy in it is known and valid; the browser blocks what it says, and no more", async (t) => {
    if (!canManageBrowsers())
      return skipLoudly(t, "managed policies: Chromium, or the right to make a mount namespace, is missing");
    for (const guard of [true, false]) {
      const text = policyFile(guard);
      await using browser = await openManagedBrowser({ policy: text, hosts: "MAP * 127.0.0.1:9" });
      const rows = await policyRows(browser.page);
      const wanted = Object.keys(JSON.parse(text)).filter((name) => name !== "3rdparty");
      const status = new Map(rows.map((row) => [row.name, row.status]));
      assert.deepEqual(
        wanted.filter((name) => status.get(name) !== "OK").map((name) => [name, status.get(name)]),
        [],
      );
      assert.deepEqual(
        rows.filter((row) => row.status !== "OK"),
        [],
      );
      if (guard) continue;
      const reached = async (url: string): Promise<string> =>
        await browser.page.goto(url).then(
          () => "opened",
          (error: Error) => /net::(\w+)/.exec(error.message)?.[1] ?? error.message,
        );
      assert.equal(await reached("https://web.whatsapp.com/"), "ERR_BLOCKED_BY_ADMINISTRATOR");
      assert.equal(await reached("https://wa.me/1"), "ERR_BLOCKED_BY_ADMINISTRATOR");
      for (const open of ["https://blog.whatsapp.com/", "https://x.wa.me/", "https://notwhatsapp.com/"])
        assert.equal(await reached(open), "ERR_CONNECTION_REFUSED", open);
    }
  });

  test("a policy of the wrong kind, or of no known name, is not judged valid", async (t) => {
    if (!canManageBrowsers())
      return skipLoudly(t, "managed policies: Chromium, or the right to make a mount namespace, is missing");
    await using browser = await openManagedBrowser({ policy: '{"QuicAllowed":"no","CausewayPolicy":1}' });
    const rows = await policyRows(browser.page);
    assert.deepEqual(
      rows.filter((row) => row.status === "OK"),
      [],
    );
    assert.deepEqual(rows.map((row) => row.name).toSorted(), ["CausewayPolicy", "QuicAllowed"]);
  });
});
