import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The compiled recorder. */
export interface Recorder {
  readonly library: string;
  /** The environment of a program whose doings under `root` are to be written to `log`. */
  environment(root: string, log: string): Record<string, string>;
}

/** Compiles the recorder into a temporary directory; undefined where there is no C compiler or no way to preload. */
export function buildRecorder(): Recorder | undefined {
  if (process.platform !== "linux") return undefined;
  const library = join(mkdtempSync(join(tmpdir(), "causeway-recorder-")), "recorder.so");
  try {
    execFileSync(
      "gcc",
      ["-O2", "-Wall", "-shared", "-fPIC", "-o", library, join(import.meta.dirname, "recorder.c"), "-lpthread"],
      { stdio: "pipe" },
    );
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return {
    library,
    environment: (root, log) => ({
      LD_PRELOAD: library,
      CAUSEWAY_TEST_RECORD_ROOT: realpathSync(root),
      CAUSEWAY_TEST_RECORD_LOG: log,
      UV_USE_IO_URING: "0", // work handed to the kernel's ring would pass the recorder by
    }),
  };
}
