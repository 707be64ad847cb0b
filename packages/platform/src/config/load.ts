import { parseDocument, stringify } from "yaml";
import { keys, type Config, type ConfigKey, type KeyName } from "./keys.ts";
import { nearest } from "./nearest.ts";
import { tlsFault } from "./tls.ts";

/** Where the configuration comes from; what is earlier here wins. */
export interface ConfigSources {
  /** By key name; undefined ones were not given. */
  readonly flags: Readonly<Partial<Record<KeyName, string | undefined>>>;
  /** The environment; only `CAUSEWAY_…` is looked at. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The text of the file, if there is one. */
  readonly file: string | undefined;
  /** What was found to be wrong before: in the command line, with the file. It is told together with the rest. */
  readonly faults?: readonly string[];
}

/** Everything that is wrong with a configuration, in one go. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `the configuration has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
    this.name = "ConfigError";
    this.faults = faults;
  }
}

const allKeys: readonly (readonly [string, ConfigKey])[] = Object.entries(keys);

/** The variable of a key: `a.bC` is `CAUSEWAY_A_B_C`. */
export function variableOf(path: string): string {
  return `CAUSEWAY_${path
    .replaceAll(".", "_")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()}`;
}

/** Variables that tests and tools use beside the configuration. */
const OTHER_VARIABLES = /^CAUSEWAY_TEST_/;

/** Parses the whole configuration once, and freezes it. @throws ConfigError listing every fault. */
export function loadConfig(sources: ConfigSources): Config {
  const faults: string[] = [...(sources.faults ?? [])];
  const file = readFile(sources.file, faults);
  refuseUnknownVariables(sources.environment, faults);
  const config: Record<string, unknown> = {};
  for (const [name, key] of allKeys) {
    const given = findValue(name, key, { sources, file });
    config[name] = given === undefined ? key.fallback : read(key, given, faults);
  }
  const tls = tlsFault(config["tlsCert"], config["tlsKey"]);
  if (tls !== undefined) faults.push(tls);
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config) as unknown as Config; // each value passed its key's own schema
}

interface Given {
  readonly value: unknown;
  readonly from: string;
  /** Text from a flag or a variable, which has to be read first. */
  readonly isText: boolean;
}

function findValue(
  name: string,
  key: ConfigKey,
  where: { readonly sources: ConfigSources; readonly file: ReadonlyMap<string, unknown> },
): Given | undefined {
  const flags: Readonly<Record<string, string | undefined>> = where.sources.flags;
  const flag = flags[name];
  if (flag !== undefined) return { value: flag, from: `--${name}`, isText: true };
  const variable = variableOf(key.path);
  const inEnvironment = where.sources.environment[variable];
  if (inEnvironment !== undefined && inEnvironment !== "")
    return { value: inEnvironment, from: variable, isText: true };
  const inFile = where.file.get(key.path);
  return inFile === undefined || inFile === null
    ? undefined
    : { value: inFile, from: `\`${key.path}\` in the file`, isText: false };
}

function read(key: ConfigKey, given: Given, faults: string[]): unknown {
  let why = "not valid";
  let isOfKind = false;
  for (const candidate of given.isText ? readings(String(given.value)) : [given.value]) {
    const parsed = key.schema.safeParse(candidate);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    // What is of the right kind, and too large for example, says more than what is not.
    if (issue === undefined || isOfKind) continue;
    isOfKind = issue.code !== "invalid_type";
    if (isOfKind || why === "not valid") why = issue.message;
  }
  faults.push(`${given.from}: ${why} (${key.about})`);
  return undefined;
}

/** What a piece of text may stand for: itself, a number, a truth value, a list, an object. */
function readings(text: string): readonly unknown[] {
  const found: unknown[] = [text];
  if (/^-?[0-9]+(\.[0-9]+)?$/.test(text)) found.push(Number(text));
  if (text === "true" || text === "false") found.push(text === "true");
  if (/^[{[]/.test(text)) {
    const document = parseDocument(text);
    if (document.errors.length === 0) found.push(document.toJS({ maxAliasCount: 0 }));
  }
  found.push(text.split(",").map((part) => part.trim()));
  return found;
}

function readFile(text: string | undefined, faults: string[]): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  if (text === undefined) return values;
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) {
    faults.push(...document.errors.map((error) => `the file: ${error.message.split("\n")[0] ?? ""}`));
    return values;
  }
  const whole: unknown = document.toJS({ maxAliasCount: 0 });
  if (whole === null) return values;
  if (typeof whole !== "object" || Array.isArray(whole)) {
    faults.push("the file is not a list of keys and values");
    return values;
  }
  flatten("", whole, { values, faults });
  return values;
}

function flatten(
  prefix: string,
  node: object,
  into: { readonly values: Map<string, unknown>; readonly faults: string[] },
): void {
  for (const [name, value] of Object.entries(node)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    if (allKeys.some(([, key]) => key.path === path)) into.values.set(path, value);
    else if (isPrefix(path) && typeof value === "object" && value !== null) flatten(path, value, into);
    else into.faults.push(`\`${path}\` in the file is not a key${hint(path)}`);
  }
}

function isPrefix(path: string): boolean {
  return allKeys.some(([, key]) => key.path.startsWith(`${path}.`));
}

function refuseUnknownVariables(environment: Readonly<Record<string, string | undefined>>, faults: string[]): void {
  const known = allKeys.map(([, key]) => variableOf(key.path));
  for (const name of Object.keys(environment)) {
    if (!name.startsWith("CAUSEWAY_") || known.includes(name) || OTHER_VARIABLES.test(name)) continue;
    const near = nearest(
      name.slice("CAUSEWAY_".length),
      known.map((one) => one.slice("CAUSEWAY_".length)),
    );
    faults.push(`${name} is not a variable of Causeway${near === undefined ? "" : `; did you mean CAUSEWAY_${near}?`}`);
  }
}

/** Names a key that the unknown one was perhaps meant to be. */
function hint(path: string): string {
  const near = nearest(
    path,
    allKeys.map(([, key]) => key.path),
  );
  return near === undefined ? "" : `; did you mean \`${near}\`?`;
}

/** The configuration's file with every key at its default, each with what it is for. */
export function annotatedDefault(): string {
  const lines = [
    "# The configuration of Causeway: every key with its default. A key `a.bC` is also the variable CAUSEWAY_A_B_C.",
    "",
  ];
  let section: readonly string[] = [];
  const ordered = allKeys
    .map(([, key]) => key)
    .sort((left, right) => Number(left.path.includes(".")) - Number(right.path.includes(".")));
  for (const key of ordered) {
    const parts = key.path.split(".");
    const sections = parts.slice(0, -1);
    sections.forEach((name, depth) => {
      if (section.slice(0, depth + 1).join(".") !== sections.slice(0, depth + 1).join("."))
        lines.push(`${"  ".repeat(depth)}${name}:`);
    });
    section = sections;
    const indent = "  ".repeat(sections.length);
    lines.push(`${indent}# ${key.about}`);
    const name = parts.at(-1) ?? "";
    if (key.fallback === undefined) lines.push(`${indent}# ${name}:`);
    else lines.push(`${indent}${name}: ${stringify(key.fallback, { collectionStyle: "flow", lineWidth: 0 }).trim()}`);
  }
  return `${lines.join("\n")}\n`;
}
