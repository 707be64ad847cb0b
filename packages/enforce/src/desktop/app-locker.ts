import type { FileInput, NotExemptGroup } from "../endpoint-files/file-input.ts";
import { titleOf } from "../endpoint-files/file-input.ts";
import { uuidOf } from "../endpoint-files/uuid.ts";
import { element, writeXml, type XmlElement } from "../endpoint-files/xml.ts";
import type { FileProgram, PackagedProgram, WindowsPrograms } from "./windows-programs.ts";

/** Everybody, as Windows names the group. */
export const EVERYONE = "S-1-1-0";

/** Whether a text names somebody, or a group, in the way of Windows. */
export function isSid(text: string): boolean {
  return /^S-1-\d{1,14}(-\d{1,10}){1,15}$/.test(text);
}

/**
 * Rules for AppLocker. NOTE There a refusal beats a permission whoever it is for: an officer is exempt by not being in the group that
 * a refusal is for. A collection that has any rule refuses all else, so each begins with one that allows everything.
 */
export function appLockerXml(input: FileInput, programs: WindowsPrograms): string {
  const mode = input.auditOnly ? "AuditOnly" : "Enabled";
  return writeXml(
    element("AppLockerPolicy", {
      attributes: { Version: "1" },
      children: [
        collection("Appx", mode, [
          publisherRule(rule("allow", "appx"), { publisher: "*", product: "*", binary: "*" }),
          ...programs.packaged.flatMap((program) => packagedRule(input, program)),
        ]),
        collection("Exe", mode, [
          pathRule(rule("allow", "exe"), "*"),
          ...programs.files.flatMap((program) => fileRules(input, program)),
        ]),
      ],
    }),
  );
}

/** What every rule says of itself. */
interface RuleFacts {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly sid: string;
  readonly action: "Allow" | "Deny";
}

function rule(kind: "allow", collectionName: string): RuleFacts {
  const name = "Allow everything that is not refused";
  return { id: uuidOf("applocker", kind, collectionName), name, about: "", sid: EVERYONE, action: "Allow" };
}

function denial(input: FileInput, program: PackagedProgram | FileProgram, what: string): RuleFacts {
  return {
    id: uuidOf("applocker", input.department.code, program.service, what),
    name: `Causeway: ${program.label} (${what})`.slice(0, 200),
    about: `cw:${program.service}; ${titleOf(input)}`,
    sid: groupOf(input, program.service),
    action: "Deny",
  };
}

/** The most specific of the configured groups. */
function groupOf({ notExemptGroups, department }: FileInput, service: string): string {
  const weight = (group: NotExemptGroup): number =>
    (group.service === undefined ? 0 : 2) + (group.department === undefined ? 0 : 1);
  const fits = notExemptGroups.filter(
    (group) =>
      (group.service === undefined || group.service === service) &&
      (group.department === undefined || group.department === department.code),
  );
  return fits.toSorted((left, right) => weight(right) - weight(left))[0]?.sid ?? EVERYONE;
}

/** Without the publisher's name AppLocker cannot tell a packaged program: App Control does it by family name. */
function packagedRule(input: FileInput, program: PackagedProgram): readonly XmlElement[] {
  const { publisher, packageName } = program;
  if (publisher === undefined) return [];
  return [publisherRule(denial(input, program, packageName), { publisher, product: packageName, binary: "*" })];
}

/** By the name in the signed file, which stays when the file is renamed; and by the file's own name, for what is not signed. */
function fileRules(input: FileInput, program: FileProgram): readonly XmlElement[] {
  const { fileName, publisher = "*" } = program;
  return [
    publisherRule(denial(input, program, `${fileName}, signed`), {
      ...{ publisher, product: "*" },
      binary: fileName.toUpperCase(),
    }),
    pathRule(denial(input, program, fileName), String.raw`*\${fileName}`),
  ];
}

function collection(type: "Appx" | "Exe", mode: string, rules: readonly XmlElement[]): XmlElement {
  return element("RuleCollection", { attributes: { Type: type, EnforcementMode: mode }, children: rules });
}

function attributesOf({ id, name, about, sid, action }: RuleFacts): Readonly<Record<string, string>> {
  return { Id: id, Name: name, Description: about, UserOrGroupSid: sid, Action: action };
}

function publisherRule(
  facts: RuleFacts,
  signed: { readonly publisher: string; readonly product: string; readonly binary: string },
): XmlElement {
  const range = element("BinaryVersionRange", { attributes: { LowSection: "*", HighSection: "*" } });
  const condition = element("FilePublisherCondition", {
    attributes: { PublisherName: signed.publisher, ProductName: signed.product, BinaryName: signed.binary },
    children: [range],
  });
  return element("FilePublisherRule", {
    attributes: attributesOf(facts),
    children: [element("Conditions", { children: [condition] })],
  });
}

function pathRule(facts: RuleFacts, path: string): XmlElement {
  const condition = element("FilePathCondition", { attributes: { Path: path } });
  return element("FilePathRule", {
    attributes: attributesOf(facts),
    children: [element("Conditions", { children: [condition] })],
  });
}
