import { titleOf, type FileInput } from "../endpoint-files/file-input.ts";
import { uuidOf } from "../endpoint-files/uuid.ts";
import { element, writeXml, type XmlElement } from "../endpoint-files/xml.ts";
import type { WindowsPrograms } from "./windows-programs.ts";

/** The platform that every policy of App Control is for. */
const PLATFORM = "{2E07F7E4-194C-4D20-B7C9-6F44A6C5A234}";
const KERNEL = "131";
const USER = "12";

/** A rule and the scenarios that it is for. */
interface FileRule {
  readonly id: string;
  readonly rule: XmlElement;
}

/**
 * A policy for App Control (WDAC): refuses the programs and allows all else, with no restart when it changes. It is for the whole
 * machine: who is exempt there by a group is exempt by AppLocker's policy alone, so such machines take that one.
 */
export function appControlXml(input: FileInput, programs: WindowsPrograms): string {
  const id = `{${uuidOf("app-control", input.policy.document.installation, input.department.code, input.machineClass).toUpperCase()}}`;
  const [kernel, user] = [allowAll("KERNEL"), allowAll("USER")];
  const denials = denialsOf(programs);
  return writeXml(
    element("SiPolicy", {
      attributes: { xmlns: "urn:schemas-microsoft-com:sipolicy", PolicyType: "Base Policy" },
      children: [
        text("VersionEx", versionOf(input.policy.document.version)),
        text("PlatformID", PLATFORM),
        text("PolicyID", id),
        text("BasePolicyID", id),
        element("Rules", {
          children: optionsOf(input).map((name) => element("Rule", { children: [text("Option", name)] })),
        }),
        element("EKUs"),
        element("FileRules", { children: [kernel, user, ...denials].map(({ rule }) => rule) }),
        element("Signers"),
        element("SigningScenarios", {
          children: [scenario(KERNEL, "DRIVERS", [kernel]), scenario(USER, "WINDOWS", [user, ...denials])],
        }),
        element("UpdatePolicySigners"),
        element("CiSigners"),
        text("HvciOptions", "0"),
        element("Settings", {
          children: [setting("Name", titleOf(input)), setting("Id", `causeway-${input.policy.document.version}`)],
        }),
      ],
    }),
  );
}

function optionsOf({ auditOnly }: FileInput): readonly string[] {
  return [
    "Enabled:Unsigned System Integrity Policy",
    "Enabled:UMCI",
    "Enabled:Update Policy No Reboot",
    "Enabled:Inherit Default Policy",
    ...(auditOnly ? ["Enabled:Audit Mode"] : []),
  ];
}

function text(name: string, value: string): XmlElement {
  return element(name, { text: value });
}

/** Four numbers of 16 bits; a later policy has a higher one. */
function versionOf(version: number): string {
  return ["10", Math.floor(version / 2 ** 32), Math.floor(version / 2 ** 16), version]
    .map((part, place) => (place === 0 ? part : Number(part) % 2 ** 16))
    .join(".");
}

function allowAll(scope: string): FileRule {
  const id = `ID_ALLOW_CW_${scope}`;
  const attributes = { ID: id, FriendlyName: "Allow everything that is not refused", FileName: "*" };
  return { id, rule: element("Allow", { attributes }) };
}

/** By family name, and by the name that a file was made with, which stays when it is renamed. */
function denialsOf({ packaged, files }: WindowsPrograms): readonly FileRule[] {
  const asked = [
    ...packaged.map(({ service, familyName }) => ({ service, by: { PackageFamilyName: familyName } })),
    ...files.map(({ service, fileName }) => ({ service, by: { FileName: fileName } })),
  ];
  return asked.map(({ service, by }, index) => {
    const id = `ID_DENY_CW_${index + 1}`;
    const attributes = { ID: id, FriendlyName: `cw:${service}`, MinimumFileVersion: "0.0.0.0", ...by };
    return { id, rule: element("Deny", { attributes }) };
  });
}

function scenario(value: string, name: string, rules: readonly FileRule[]): XmlElement {
  const references = rules.map(({ id }) => element("FileRuleRef", { attributes: { RuleID: id } }));
  return element("SigningScenario", {
    attributes: { Value: value, ID: `ID_SIGNINGSCENARIO_${name}`, FriendlyName: name.toLowerCase() },
    children: [element("ProductSigners", { children: [element("FileRulesRef", { children: references })] })],
  });
}

function setting(name: string, value: string): XmlElement {
  return element("Setting", {
    attributes: { Provider: "PolicyInfo", Key: "Information", ValueName: name },
    children: [element("Value", { children: [text("String", value)] })],
  });
}
