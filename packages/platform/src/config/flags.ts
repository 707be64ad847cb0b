import { parseArgs } from "node:util";
import { nearest } from "./nearest.ts";

/** The flags of a command by name. */
export type FlagKinds = Readonly<
  Record<string, { readonly type: "string"; readonly default?: string } | { readonly type: "boolean" }>
>;

/** What was given; `faults` lists everything that is wrong, so that it can be told together with the faults of the configuration. */
export interface Flags<Kinds extends FlagKinds> {
  readonly values: {
    readonly [K in keyof Kinds]: (Kinds[K]["type"] extends "string" ? string : boolean) | undefined;
  };
  /** What stands there without a flag before it. */
  readonly words: readonly string[];
  readonly faults: readonly string[];
}

/** Reads a command line. Words are faults unless `words` says how many there may be. */
export function readFlags<Kinds extends FlagKinds>(
  given: readonly string[],
  kinds: Kinds,
  words: { readonly most: number } = { most: 0 },
): Flags<Kinds> {
  const { tokens } = parseArgs({
    args: [...given],
    options: kinds,
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const faults: string[] = [];
  const values: Record<string, string | boolean | undefined> = {};
  const found: string[] = [];
  for (const [name, kind] of Object.entries(kinds)) values[name] = "default" in kind ? kind.default : undefined;
  let afterUnknown = false;
  for (const token of tokens) {
    // What follows a mistyped flag is probably its value, and no fault of its own.
    if (token.kind === "positional" && !afterUnknown) found.push(token.value);
    if (token.kind === "option") readFlag(token, { kinds, values, faults });
    afterUnknown = token.kind === "option" && !Object.hasOwn(kinds, token.name) && token.value === undefined;
  }
  for (const word of found.slice(words.most)) faults.push(`\`${word}\` is not expected here`);
  return { values: values as Flags<Kinds>["values"], words: found.slice(0, words.most), faults };
}

function readFlag(
  token: { readonly name: string; readonly rawName: string; readonly value?: string | undefined },
  into: {
    readonly kinds: FlagKinds;
    readonly values: Record<string, string | boolean | undefined>;
    readonly faults: string[];
  },
): void {
  const { kinds, values, faults } = into;
  const kind = Object.hasOwn(kinds, token.name) ? kinds[token.name] : undefined;
  if (kind === undefined) {
    const near = nearest(token.name, Object.keys(kinds));
    faults.push(`${token.rawName} is not a flag${near === undefined ? "" : `; did you mean --${near}?`}`);
  } else if (kind.type === "boolean") {
    if (token.value === undefined) values[token.name] = true;
    else faults.push(`${token.rawName} takes no value`);
  } else if (token.value === undefined || token.value === "" || token.value.startsWith("--")) {
    faults.push(`${token.rawName} needs a value`);
  } else values[token.name] = token.value;
}
