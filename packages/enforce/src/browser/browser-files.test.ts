import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readXml } from "../endpoint-files/read-xml.ts";
import { sampleInput, samplePolicy, sampleServices, wholeSample } from "../endpoint-files/sample-policy.ts";
import { macProfile } from "../desktop/mac-profile.ts";
import { intuneProfile } from "./intune.ts";
import { policyJson } from "./policy-json.ts";
import { registryFile } from "./registry-file.ts";
import { urlLists } from "./url-lists.ts";
import { blockedServices } from "../endpoint-files/blocked.ts";

const kind = { department: "un_pgd", class: "internal-desktop" } as const;

describe("a browser's policy", () => {
  test("with the guard, nothing that can be granted is in the browser's own list", () => {
    const settings = JSON.parse(policyJson(sampleInput(), "chrome"));
    assert.deepEqual(settings.URLBlocklist, [".dns.google", "nextdns.io"]);
    assert.deepEqual(settings.URLAllowlist, [".www.nextdns.io"]);
    assert.deepEqual(settings.ExtensionInstallForcelist, [
      "abcdefghijklmnopabcdefghijklmnop;https://chat.gov.example/causeway/v1/guard/updates.xml",
    ]);
    assert.equal(settings["3rdparty"].extensions.abcdefghijklmnopabcdefghijklmnop.policyVersion, 70_000);
  });

  test("without the guard the browser blocks everything that is blocked, and not what a service exempts", () => {
    const settings = JSON.parse(policyJson(sampleInput({ guard: undefined }), "chrome"));
    assert.deepEqual(settings.URLBlocklist, [
      ...[".dns.google", ".outlook.live.com", ".wx.qq.com", "nextdns.io", "wa.me", "weixin.qq.com", "whatsapp.com"],
    ]);
    assert.deepEqual(settings.URLAllowlist, [".www.nextdns.io", "work.weixin.qq.com"]);
    assert.equal("ExtensionInstallForcelist" in settings, false);
  });

  test("what is only observed, or allowed to the class or the department, is not in the lists", () => {
    const observed = wholeSample({ observe: { everywhere: false, departments: ["un_pgd"] } });
    const files = JSON.parse(policyJson(sampleInput({ guard: undefined, policy: observed }), "chrome"));
    assert.deepEqual(files.URLBlocklist, []);
    const designated = sampleInput({ guard: undefined, machineClass: "designated-machine" });
    assert.deepEqual(JSON.parse(policyJson(designated, "chrome")).URLBlocklist, []);
    const rules = [
      ...samplePolicy().rules,
      { id: "pgd", effect: "allowed", service: "whatsapp", department: "un_pgd", clause: "6.3" } as const,
    ];
    const opened = sampleInput({ guard: undefined, policy: wholeSample({ rules }) });
    assert.equal(policyJson(opened, "chrome").includes("whatsapp"), false);
    assert.equal(
      policyJson({ ...opened, department: { code: "HBD", id: "un_hbd" } }, "chrome").includes("whatsapp"),
      true,
    );
  });

  test("each browser has its own names", () => {
    const edge = JSON.parse(policyJson(sampleInput(), "edge"));
    assert.equal(edge.InPrivateModeAvailability, 1);
    assert.equal("IncognitoModeAvailability" in edge, false);
    assert.equal(edge.AllowedDomainsForApps, "gov.example");
  });

  test("what is beyond the browser's limit is left out and counted", () => {
    const hosts = Array.from({ length: 1003 }, (_, n) => ({ kind: "suffix", host: `s${n}.example` }) as const);
    const many = wholeSample({ services: sampleServices.slice(0, 1).map((one) => ({ ...one, hosts })) });
    const lists = urlLists(blockedServices(many, kind, many.document.issued), { hasGuard: false });
    assert.deepEqual([lists.blocked.length, lists.left], [1000, 3]);
  });
});

describe("a registry file", () => {
  test("is UTF-16 with its mark, has Windows' line ends, and takes an old list away before it writes the new one", () => {
    const bytes = Buffer.from(registryFile(sampleInput(), "edge"));
    assert.deepEqual([...bytes.subarray(0, 2)], [0xff, 0xfe]);
    const text = bytes.subarray(2).toString("utf16le");
    assert.equal(text.replaceAll("\r\n", "").includes("\n"), false);
    const lines = text.split("\r\n");
    assert.equal(lines[0], "Windows Registry Editor Version 5.00");
    const key = String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\Edge\URLBlocklist`;
    const gone = lines.indexOf(`[-${key}]`);
    assert.ok(gone > 0 && lines.indexOf(`[${key}]`) > gone);
    assert.ok(lines.includes('"1"=".dns.google"'));
    assert.ok(lines.includes('"QuicAllowed"=dword:00000000'));
    assert.ok(lines.includes('"DnsOverHttpsMode"="off"'));
    assert.match(text, /; Causeway policy 70000 of gov\.example, department PGD/);
    // Every line is one that the registry editor reads.
    const known =
      /^(Windows Registry.*|;.*|\[-?HKEY_LOCAL_MACHINE(\\[^\]\\]+)+\]|"[^"\\]+"=("([^"\\]|\\.)*"|dword:[0-9a-f]{8})|)$/;
    assert.deepEqual(
      lines.filter((line) => !known.test(line)),
      [],
    );
  });

  test("an emptied list is taken away as well", () => {
    const text = Buffer.from(registryFile(sampleInput({ machineClass: "designated-machine" }), "chrome")).toString(
      "utf16le",
    );
    assert.match(text, /\[-HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Google\\Chrome\\URLBlocklist\]/);
  });

  test("a name cannot break out of its value", () => {
    const domains = ['x"\r\n[-HKEY_LOCAL_MACHINE\\SOFTWARE]\r\n"'];
    const text = Buffer.from(registryFile(sampleInput({ workspaceDomains: domains }), "chrome")).toString("utf16le");
    assert.equal(
      text.split("\r\n").some((line) => line.startsWith("[-HKEY_LOCAL_MACHINE\\SOFTWARE]")),
      false,
    );
  });
});

describe("other carriers", () => {
  test("Intune's profile says each policy once for each browser, and names those that it cannot carry", () => {
    const profile = JSON.parse(intuneProfile(sampleInput()));
    const ids: readonly string[] = profile.settings.map(
      (one: { settingInstance: { settingDefinitionId: string } }) => one.settingInstance.settingDefinitionId,
    );
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.includes("device_vendor_msft_policy_config_chromeintunev1~policy~googlechrome_urlblocklist"));
    assert.match(profile.description, /By the registry file: .*AllowedDomainsForApps/);
    const list = profile.settings.find((one: { settingInstance: { settingDefinitionId: string } }) =>
      one.settingInstance.settingDefinitionId.endsWith("microsoft_edge_urlblocklist"),
    ).settingInstance.choiceSettingValue;
    assert.ok(list.value.endsWith("_urlblocklist_1"));
    assert.ok(list.children[0].settingDefinitionId.endsWith("_urlblocklist_urlblocklistdesc"));
    assert.deepEqual(
      list.children[0].simpleSettingCollectionValue.map((one: { value: string }) => one.value),
      [".dns.google", "nextdns.io"],
    );
  });

  test("a Mac's profile has the browsers' policies, and refuses a program only by team and id together", () => {
    const plist = macProfile(sampleInput());
    const strings = textsOf(plist);
    assert.ok(strings.includes("com.google.Chrome") && strings.includes("com.microsoft.Edge"));
    assert.ok(strings.includes("57T9237FN3:net.whatsapp.WhatsApp"));
    assert.equal(plist.includes("com.tencent.xinWeChat"), false);
    assert.ok(strings.includes("com.google.Chrome.extensions.abcdefghijklmnopabcdefghijklmnop"));
    assert.equal(plist, macProfile(sampleInput()), "made again, it takes the place of the one before");
    assert.equal(new Set(plist.match(/[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}/g)).size, 6);
  });

  test("a department's code cannot break the profile", () => {
    readXml(macProfile(sampleInput({ department: { code: 'A<b>&"\u0000', id: "un_x" } })));
  });
});

function textsOf(plist: string): readonly string[] {
  const texts: string[] = [];
  const walk = (one: ReturnType<typeof readXml>): void => {
    if (one.name === "string") texts.push(one.text);
    one.children.forEach(walk);
  };
  walk(readXml(plist));
  return texts;
}
