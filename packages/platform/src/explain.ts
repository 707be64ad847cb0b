import { ConfigError } from "./config/index.ts";
import { DataDirectoryError } from "./data-directory/index.ts";
import { DatabaseUnavailable, MigrationError } from "./db/index.ts";

const EXPECTED = [ConfigError, DataDirectoryError, DatabaseUnavailable, MigrationError];

/** What an operator is told when a program could not do its work: a sentence for what can be expected, the stack for a surprise. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (EXPECTED.some((kind) => error instanceof kind)) return error.message;
  const { code, syscall, address, port }: Record<string, unknown> = { ...error };
  if (syscall === "listen" || syscall === "bind") {
    const where = [address, port].filter((part) => typeof part === "string" || typeof part === "number").join(":");
    if (code === "EADDRINUSE") return `another program listens on ${where} already; choose another port`;
    return `cannot listen on ${where}: ${error.message}`;
  }
  // A file that is not there or may not be read says so itself, with its path.
  if (typeof code === "string" && typeof syscall === "string") return error.message;
  return error.stack ?? error.message;
}
