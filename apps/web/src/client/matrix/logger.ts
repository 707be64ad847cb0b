import type { Logger } from "matrix-js-sdk/lib/logger.js";

/** The SDK's log, without what it says at length; message content and tokens never reach the console. */
export const quiet: Logger = {
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (...said: readonly unknown[]) =>
    console.error("matrix:", typeof said[0] === "string" ? said[0].slice(0, 200) : "error"),
  getChild: () => quiet,
};
