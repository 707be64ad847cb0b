import type { XmlElement } from "../endpoint-files/xml.ts";
import { readXml } from "../endpoint-files/read-xml.ts";
import { isSid } from "./app-locker.ts";
import { readFamilyName } from "./package-family.ts";

/** What an element must be like: which attributes, with which values, and what may be in it. */
interface Shape {
  readonly attributes?: Readonly<Record<string, RegExp>>;
  readonly optional?: Readonly<Record<string, RegExp>>;
  readonly children?: readonly string[];
  readonly text?: RegExp;
}

const ANY = /^[^]*$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const VERSION = /^(\*|\d{1,5}(\.\d{1,5}){3})$/;
const SID = { test: isSid };

const RULE: Shape = {
  attributes: { Id: UUID, Name: /^[^]{1,1024}$/, Description: ANY, UserOrGroupSid: /^S-1-/, Action: /^(Allow|Deny)$/ },
  children: ["Conditions"],
};

const APP_LOCKER: Readonly<Record<string, Shape>> = {
  AppLockerPolicy: { attributes: { Version: /^1$/ }, children: ["RuleCollection"] },
  RuleCollection: {
    attributes: { Type: /^(Appx|Exe|Msi|Script|Dll)$/, EnforcementMode: /^(NotConfigured|AuditOnly|Enabled)$/ },
    children: ["FilePublisherRule", "FilePathRule"],
  },
  FilePublisherRule: RULE,
  FilePathRule: RULE,
  Conditions: { children: ["FilePublisherCondition", "FilePathCondition"] },
  FilePublisherCondition: {
    attributes: { PublisherName: /./, ProductName: /./, BinaryName: /./ },
    children: ["BinaryVersionRange"],
  },
  BinaryVersionRange: { attributes: { LowSection: VERSION, HighSection: VERSION } },
  FilePathCondition: { attributes: { Path: /./ } },
};

/** What is wrong with an AppLocker policy, in words; empty when nothing is. */
export function appLockerFaults(source: string): readonly string[] {
  const root = readXml(source);
  const all = everyOf(root);
  return [
    ...shapeFaults(root, "AppLockerPolicy", APP_LOCKER),
    ...twice(all.flatMap(({ attributes }) => attributes["Id"]?.toLowerCase() ?? [])).map(
      (id) => `the Id ${id} is there twice`,
    ),
    ...all
      .flatMap(({ attributes }) => attributes["UserOrGroupSid"] ?? [])
      .filter((sid) => !SID.test(sid))
      .map((sid) => `${sid} is no SID`),
    ...all.filter(({ name }) => name === "RuleCollection").flatMap(collectionFaults),
  ];
}

/** A collection that allows nothing would stop the machine; a refusal of everything as well. */
function collectionFaults({ attributes, children }: XmlElement): readonly string[] {
  const type = attributes["Type"] ?? "";
  const isWide = (rule: XmlElement): boolean =>
    everyOf(rule).some(
      (one) =>
        one.attributes["Path"] === "*" ||
        (one.attributes["ProductName"] === "*" && one.attributes["BinaryName"] === "*"),
    );
  const wide = children.filter(isWide);
  return [
    ...(wide.some((rule) => rule.attributes["Action"] === "Allow") ? [] : [`${type} allows nothing`]),
    ...wide
      .filter((rule) => rule.attributes["Action"] === "Deny")
      .map(() => `${type} refuses a whole publisher or everything`),
  ];
}

const BRACED = /^\{[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}\}$/;
const FILE_RULE: Shape = {
  attributes: { ID: /^ID_(ALLOW|DENY)_[A-Z][_A-Z0-9]*$/ },
  optional: { FriendlyName: ANY, FileName: /./, MinimumFileVersion: VERSION, PackageFamilyName: /./ },
};
const EMPTY: Shape = {};

const APP_CONTROL: Readonly<Record<string, Shape>> = {
  SiPolicy: {
    attributes: { xmlns: /^urn:schemas-microsoft-com:sipolicy$/, PolicyType: /^Base Policy$/ },
    children: [
      ...["VersionEx", "PlatformID", "PolicyID", "BasePolicyID", "Rules", "EKUs", "FileRules", "Signers"],
      ...["SigningScenarios", "UpdatePolicySigners", "CiSigners", "HvciOptions", "Settings"],
    ],
  },
  VersionEx: { text: /^\d{1,5}(\.\d{1,5}){3}$/ },
  PlatformID: { text: BRACED },
  PolicyID: { text: BRACED },
  BasePolicyID: { text: BRACED },
  Rules: { children: ["Rule"] },
  Rule: { children: ["Option"] },
  Option: { text: /^(Enabled|Required|Disabled):[\w :]+$/ },
  EKUs: EMPTY,
  FileRules: { children: ["Allow", "Deny"] },
  Allow: FILE_RULE,
  Deny: FILE_RULE,
  Signers: EMPTY,
  SigningScenarios: { children: ["SigningScenario"] },
  SigningScenario: {
    attributes: { Value: /^(12|131)$/, ID: /^ID_SIGNINGSCENARIO_[A-Z][_A-Z0-9]*$/, FriendlyName: ANY },
    children: ["ProductSigners"],
  },
  ProductSigners: { children: ["FileRulesRef"] },
  FileRulesRef: { children: ["FileRuleRef"] },
  FileRuleRef: { attributes: { RuleID: /./ } },
  UpdatePolicySigners: EMPTY,
  CiSigners: EMPTY,
  HvciOptions: { text: /^\d$/ },
  Settings: { children: ["Setting"] },
  Setting: { attributes: { Provider: /./, Key: /./, ValueName: /./ }, children: ["Value"] },
  Value: { children: ["String"] },
  String: { text: ANY },
};

/** What is wrong with an App Control policy, in words: the shape, and what no schema sees, such as references to rules that are not there. */
export function appControlFaults(source: string): readonly string[] {
  const root = readXml(source);
  const all = everyOf(root);
  const rules = all.filter(({ name }) => name === "Allow" || name === "Deny");
  const ids = rules.flatMap(({ attributes }) => attributes["ID"] ?? []);
  const references = all.flatMap(({ name, attributes }) =>
    name === "FileRuleRef" ? [attributes["RuleID"] ?? ""] : [],
  );
  return [
    ...shapeFaults(root, "SiPolicy", APP_CONTROL),
    ...twice(ids).map((id) => `the ID ${id} is there twice`),
    ...references.filter((id) => !ids.includes(id)).map((id) => `${id} is referred to and is not there`),
    ...ids.filter((id) => !references.includes(id)).map((id) => `${id} is there and nothing refers to it`),
    ...rules.flatMap(ruleFaults),
    ...all.filter(({ name }) => name === "SigningScenario").flatMap((one) => scenarioFaults(one, rules)),
    ...orderFaults(root),
  ];
}

function ruleFaults({ name, attributes }: XmlElement): readonly string[] {
  const family = attributes["PackageFamilyName"];
  const id = attributes["ID"] ?? "";
  return [
    ...(family !== undefined && readFamilyName(family) === undefined ? [`${family} is no family name`] : []),
    ...(name === "Deny" && attributes["FileName"] === "*" ? [`${id} refuses everything`] : []),
    ...(family === undefined && attributes["FileName"] === undefined ? [`${id} names nothing`] : []),
  ];
}

/** Where nothing allows everything, a policy of refusals stops the machine. */
function scenarioFaults(scenario: XmlElement, rules: readonly XmlElement[]): readonly string[] {
  const references = everyOf(scenario).flatMap(({ attributes }) => attributes["RuleID"] ?? []);
  const allows = rules.some(
    ({ name, attributes }) =>
      name === "Allow" && attributes["FileName"] === "*" && references.includes(attributes["ID"] ?? ""),
  );
  return allows ? [] : [`${scenario.attributes["ID"]} allows nothing`];
}

/** The parts of the policy stand in one order. */
function orderFaults({ children }: XmlElement): readonly string[] {
  const order = APP_CONTROL["SiPolicy"]?.children ?? [];
  const places = children.map(({ name }) => order.indexOf(name));
  const isInOrder = places.every((place, index) => index === 0 || place > (places[index - 1] ?? -1));
  return isInOrder && places.length === order.length
    ? []
    : ["the parts of the policy are not all there, in their order"];
}

function everyOf(root: XmlElement): readonly XmlElement[] {
  return [root, ...root.children.flatMap(everyOf)];
}

function twice(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, place) => texts.indexOf(text) !== place))];
}

function shapeFaults(root: XmlElement, name: string, shapes: Readonly<Record<string, Shape>>): readonly string[] {
  const faults = root.name === name ? [] : [`${root.name} is not ${name}`];
  return [...faults, ...everyOf(root).flatMap((one) => faultsOf(one, shapes))];
}

function faultsOf(one: XmlElement, shapes: Readonly<Record<string, Shape>>): readonly string[] {
  const shape = Object.hasOwn(shapes, one.name) ? shapes[one.name] : undefined;
  if (shape === undefined) return [`${one.name} does not belong here`];
  const known = { ...shape.attributes, ...shape.optional };
  return [
    ...Object.keys(shape.attributes ?? {})
      .filter((key) => !Object.hasOwn(one.attributes, key))
      .map((key) => `${one.name} lacks ${key}`),
    ...Object.entries(one.attributes)
      .filter(([key, value]) => known[key]?.test(value) !== true)
      .map(([key, value]) => `${one.name} has ${key}="${value}"`),
    ...one.children
      .filter((child) => shape.children?.includes(child.name) !== true)
      .map((child) => `${one.name} holds ${child.name}`),
    ...(shape.text !== undefined && !shape.text.test(one.text) ? [`${one.name} says "${one.text}"`] : []),
  ];
}
