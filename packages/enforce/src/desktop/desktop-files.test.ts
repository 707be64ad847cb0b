import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FileInput } from "../endpoint-files/file-input.ts";
import { endpointFiles } from "../endpoint-files/files.ts";
import { sampleInput, samplePolicy, wholeSample } from "../endpoint-files/sample-policy.ts";
import { isOfPublisher, publisherId, readFamilyName } from "./package-family.ts";
import { appControlFaults, appLockerFaults } from "./structure.ts";

function made(name: string, input: FileInput = sampleInput()): string {
  const file = endpointFiles.find((one) => one.name === name);
  return Buffer.from(file?.make(input) ?? "").toString();
}

describe("a package family name", () => {
  test("ends in the hash of its publisher's name", () => {
    for (const [publisher, id] of [
      ["CN=24803D75-212C-471A-BC57-9EF86AB91435", "cv1g1gvanyjgm"],
      ["CN=536BC709-8EE1-4478-AF22-F0F0F26FF64A", "t4vj0pshhgkwm"],
      ["CN=6E08453F-9BA7-4311-999C-D22FBA2FB1B8", "8xx8rvfyw5nnt"],
      ["CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US", "8wekyb3d8bbwe"],
    ] as const)
      assert.equal(publisherId(publisher), id);
    assert.equal(
      isOfPublisher("5319275A.WhatsAppDesktop_cv1g1gvanyjgm", "CN=24803D75-212C-471A-BC57-9EF86AB91435"),
      true,
    );
    assert.equal(
      isOfPublisher("5319275A.WhatsAppDesktop_cv1g1gvanyjgn", "CN=24803D75-212C-471A-BC57-9EF86AB91435"),
      false,
    );
    assert.equal(readFamilyName("Evil<x>_cv1g1gvanyjgm"), undefined);
    assert.equal(readFamilyName("A.B_cv1g1gvanyjgu"), undefined, "u is no digit");
  });
});

describe("AppLocker", () => {
  test("refuses by publisher and package, allows all else, and is whole", () => {
    const xml = made("applocker.xml");
    assert.deepEqual(appLockerFaults(xml), []);
    assert.match(xml, /PublisherName="CN=24803D75-212C-471A-BC57-9EF86AB91435" ProductName="5319275A.WhatsAppDesktop"/);
    assert.match(xml, /EnforcementMode="Enabled"/);
    assert.match(xml, /BinaryName="WEIXIN.EXE"/);
    assert.match(xml, /cw:whatsapp; Causeway policy 70000/);
  });

  test("nothing is refused that also does the government's own work, and no publisher as a whole", () => {
    for (const name of ["applocker.xml", "app-control.xml", "android.json"])
      assert.doesNotMatch(made(name), /OutlookForWindows|office\.outlook|olk\.exe/i, name);
  });

  test("an officer is exempt by not being in the group that the refusal is for: the most specific group counts", () => {
    const notExemptGroups = [
      { sid: "S-1-5-21-1-2-3-1100" },
      { department: "PGD", sid: "S-1-5-21-1-2-3-1101" },
      { service: "whatsapp", department: "PGD", sid: "S-1-5-21-1-2-3-1105" },
      { service: "wechat", department: "HBD", sid: "S-1-5-21-1-2-3-1106" },
    ];
    const xml = made("applocker.xml", sampleInput({ notExemptGroups }));
    assert.deepEqual(appLockerFaults(xml), []);
    const denied = [...xml.matchAll(/Description="cw:(\w+)[^"]*" UserOrGroupSid="([^"]+)" Action="Deny"/g)];
    assert.ok(denied.length >= 3);
    for (const [, service, sid] of denied)
      assert.equal(sid, service === "whatsapp" ? "S-1-5-21-1-2-3-1105" : "S-1-5-21-1-2-3-1101");
    assert.doesNotMatch(xml, /UserOrGroupSid="S-1-5[^"]*" Action="Allow"/);
  });

  test("reports before it refuses: what is observed is in the file that reports, and in none that refuses", () => {
    assert.match(made("applocker-audit.xml"), /EnforcementMode="AuditOnly"/);
    const observed = sampleInput({
      policy: wholeSample({ observe: { everywhere: true, departments: [] } }),
    });
    assert.match(made("applocker-audit.xml", observed), /WhatsApp/);
    assert.doesNotMatch(made("applocker.xml", observed), /WhatsApp/);
    assert.deepEqual(appLockerFaults(made("applocker.xml", observed)), []);
  });

  test("what is wrong with a file is found", () => {
    const xml = made("applocker.xml");
    const wrong: readonly (readonly [string, string, RegExp])[] = [
      ['Action="Deny"', 'Action="Forbid"', /Action="Forbid"/],
      ['EnforcementMode="Enabled"', 'EnforcementMode="On"', /EnforcementMode/],
      ['UserOrGroupSid="S-1-1-0"', 'UserOrGroupSid="Everyone"', /Everyone/],
      ['Path="*"', String.raw`Path="C:\only"`, /Exe allows nothing/],
      ["<Conditions>", '<Conditions x="1">', /Conditions has x/],
      [' ProductName="5319275A.WhatsAppDesktop"', "", /lacks ProductName/],
      ['ProductName="5319275A.WhatsAppDesktop"', 'ProductName="*"', /whole publisher/],
    ];
    for (const [from, to, fault] of wrong) {
      assert.ok(xml.includes(from), from);
      assert.match(appLockerFaults(xml.replace(from, to)).join("\n"), fault);
    }
    const [id = ""] = /Id="([^"]+)"/.exec(xml)?.slice(1) ?? [];
    assert.match(appLockerFaults(xml.replaceAll(/Id="[^"]+"/g, `Id="${id}"`)).join("\n"), /twice/);
  });
});

describe("App Control", () => {
  test("refuses by family name and by the name in the file, allows all else in both scenarios, and is whole", () => {
    const xml = made("app-control.xml");
    assert.deepEqual(appControlFaults(xml), []);
    assert.match(xml, /PackageFamilyName="5319275A.WhatsAppDesktop_cv1g1gvanyjgm"/);
    assert.match(xml, /PackageFamilyName="TencentWeChatLimited.forWindows10_sdtnhv12zgd7a"/);
    assert.match(xml, /FileName="Weixin.exe"/);
    assert.doesNotMatch(xml, /Audit Mode/);
    assert.match(made("app-control-audit.xml"), /<Option>Enabled:Audit Mode<\/Option>/);
    assert.match(xml, /<VersionEx>10\.0\.1\.4464<\/VersionEx>/, "70000 in numbers of 16 bits");
  });

  test("a later policy has the same id and a higher version", () => {
    const later = made("app-control.xml", sampleInput({ policy: wholeSample({ version: 70_001 }) }));
    const idOf = (xml: string): string | undefined => /<PolicyID>([^<]+)/.exec(xml)?.[1];
    assert.equal(idOf(later), idOf(made("app-control.xml")));
    assert.notEqual(
      idOf(later),
      idOf(made("app-control.xml", sampleInput({ department: { code: "HBD", id: "un_hbd" } }))),
    );
    assert.match(later, /10\.0\.1\.4465/);
  });

  test("references to rules that are not there are found, as is all else that is wrong", () => {
    const xml = made("app-control.xml");
    const wrong: readonly (readonly [string, string, RegExp])[] = [
      [
        'RuleID="ID_DENY_CW_1"',
        'RuleID="ID_DENY_CW_99"',
        /ID_DENY_CW_99 is referred to[^]*ID_DENY_CW_1 is there and nothing/,
      ],
      ['ID="ID_DENY_CW_1"', 'ID="id_deny"', /ID="id_deny"/],
      ['FileName="Weixin.exe"', 'FileName="*"', /refuses everything/],
      ['<FileRuleRef RuleID="ID_ALLOW_CW_USER" />', "", /WINDOWS allows nothing/],
      ["_cv1g1gvanyjgm", "_cv1g1gvanyjg", /no family name/],
      ["<Signers />", "", /in their order/],
      ['PolicyType="Base Policy"', 'PolicyType="Other"', /PolicyType/],
    ];
    for (const [from, to, fault] of wrong) {
      assert.ok(xml.includes(from), from);
      assert.match(appControlFaults(xml.replace(from, to)).join("\n"), fault);
    }
  });
});

describe("what there is of each file", () => {
  test("names of services cannot break a file", () => {
    const services = samplePolicy().services.map((one) => ({
      ...one,
      name: { ...one.name, en: '"><x a="1\n&amp;\u0000' },
    }));
    const input = sampleInput({ policy: wholeSample({ services }) });
    assert.deepEqual(appLockerFaults(made("applocker.xml", input)), []);
    assert.deepEqual(appControlFaults(made("app-control.xml", input)), []);
  });

  test("what cannot be blocked is said, with the reason", () => {
    const coverage = JSON.parse(made("coverage.json"));
    assert.equal(coverage.policy_version, 70_000);
    const why = (service: string): readonly string[] =>
      coverage.windows.flatMap((gap: { service: string; why: string }) => (gap.service === service ? [gap.why] : []));
    assert.deepEqual(why("outlook-com"), ["shared-with-work"]);
    assert.deepEqual(why("wechat"), ["publisher-does-not-fit", "publisher-not-known"]);
    assert.deepEqual(why("resolvers"), ["no-programs-known"]);
    assert.deepEqual(
      coverage.macos.map((gap: { why: string }) => gap.why),
      ["no-team-id"],
    );
  });

  test("Android's policy blocks the programs and gives Chrome its list as text", () => {
    const policy = JSON.parse(made("android.json"));
    const blocked = policy.applications.filter((one: { installType: string }) => one.installType === "BLOCKED");
    assert.deepEqual(
      blocked.map((one: { packageName: string }) => one.packageName),
      ["com.tencent.mm", "com.whatsapp", "com.whatsapp.w4b"],
    );
    const chrome = policy.applications.at(-1);
    assert.ok(JSON.parse(chrome.managedConfiguration.URLBlocklist).includes("whatsapp.com"));
    assert.match(policy.longSupportMessage.defaultMessage, /policy 70000/);
  });
});
