import { chmodSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** Linux's file system in memory. */
const MEMORY = "/dev/shm";

/** Bytes that must be free there before tests use it. */
const ENOUGH = 4_000_000_000;

/** What ends a run before its time: memory is not given back by itself. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The folder for big files that live for seconds: in memory, where there is one with enough room. */
export function memoryFolder(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize < ENOUGH ? undefined : MEMORY;
  } catch {
    return undefined; // another system, or one that gives its programs none
  }
}

/**
 * Has the tests that start from now on keep their files in memory: hundreds of databases that live for seconds, whose
 * files cost more than the tests themselves. Where there is too little, or `TMPDIR` was set by who called, nothing
 * changes. Disposing of it removes the files, and so does the end of this program, also when somebody interrupts it.
 */
export function filesInMemory(): Disposable {
  const memory = process.env["TMPDIR"] === undefined ? memoryFolder() : undefined;
  if (memory === undefined) return { [Symbol.dispose]: () => undefined };
  const directory = mkdtempSync(join(memory, "causeway-test-"));
  chmodSync(directory, 0o755); // PostgreSQL runs as somebody else
  process.env["TMPDIR"] = directory;
  // A test that is being ended as well may write into it while it goes.
  const remove = (): void => rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  const stop = (): void => process.exit(130);
  process.once("exit", remove);
  for (const signal of SIGNALS) process.once(signal, stop);
  return {
    [Symbol.dispose]: () => {
      process.off("exit", remove);
      for (const signal of SIGNALS) process.off(signal, stop);
      delete process.env["TMPDIR"];
      remove();
    },
  };
}
