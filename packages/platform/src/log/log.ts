import type { Clock } from "@causeway/base";

/** How bad it is. */
export type LogLevel = "error" | "warn" | "info" | "debug";

const ORDER: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** Facts beside the message. Never ids of people, addresses, tokens or content: routes, counts, codes, durations. */
export type LogFacts = Readonly<Record<string, string | number | boolean | undefined>>;

/** A structured log: one JSON object a line. */
export interface Log {
  error(what: string, facts?: LogFacts): void;
  warn(what: string, facts?: LogFacts): void;
  info(what: string, facts?: LogFacts): void;
  debug(what: string, facts?: LogFacts): void;
}

/** A log that writes lines somewhere. */
export function createLog(options: {
  readonly level: LogLevel;
  readonly clock: Clock;
  readonly write: (line: string) => void;
}): Log {
  const most = ORDER.indexOf(options.level);
  const at =
    (level: LogLevel) =>
    (what: string, facts: LogFacts = {}): void => {
      if (ORDER.indexOf(level) > most) return;
      options.write(
        `${JSON.stringify({ time: new Date(options.clock.now()).toISOString(), level, what, ...facts })}\n`,
      );
    };
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}

/** What may be said of a surprise: its kind and where it happened, not its message, which may hold what people wrote. */
export function factsOfError(error: unknown): LogFacts {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = (error.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  return {
    error: error.name,
    code: codeOf(error),
    at: frames
      .slice(0, 6)
      .map((line) => line.trim())
      .join(" < "),
  };
}

function codeOf(error: Error): string | undefined {
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" ? code : undefined;
}
