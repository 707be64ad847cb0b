import type { Config, DataPlaces, FlagKinds } from "@causeway/platform";

/** How the program ends: what scripts look at. */
export const exit = {
  done: 0,
  /** Refused, failed, or faults were found. */
  failed: 1,
  /** The command line or the configuration is wrong; nothing was tried. */
  usage: 2,
  /** The command belongs to a later version. */
  notYet: 3,
} as const;

/** One of `exit`. */
export type ExitCode = (typeof exit)[keyof typeof exit];

/** What a command works with. */
export interface Context {
  readonly config: Config;
  readonly places: DataPlaces;
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly words: readonly string[];
  /** To standard output. */
  say(line: string): void;
  /** To standard error. */
  complain(line: string): void;
  /** Aborts when somebody presses Ctrl-C or the process is told to end. */
  readonly signal: AbortSignal;
}

/** A command of `causeway`. */
export interface Command {
  /** What follows the name of the command. */
  readonly usage: string;
  readonly about: string;
  readonly flags: FlagKinds;
  /** How many words (not flags) it takes. */
  readonly words: { readonly least: number; readonly most: number };
  run(context: Context): Promise<ExitCode>;
}

/** A flag with a value, or undefined. */
export function textOf(context: Context, flag: string): string | undefined {
  const value = context.values[flag];
  return typeof value === "string" ? value : undefined;
}
