import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { RunningProgram } from "./programs.ts";

const MAIN = fileURLToPath(new URL("../../apps/point/src/main.ts", import.meta.url));

/** Starts `causeway-point` as operators do; or as Squid does, which speaks with it. */
export function startPointProgram(
  mode: string,
  config: string,
  squid?: { readonly input: Readable; readonly output: Writable },
): RunningProgram {
  const child = spawn(process.execPath, [MAIN, mode, "--config", config], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  const hear = (chunk: Buffer): void => void (said += chunk.toString());
  child.stderr.on("data", hear);
  child.stdin.on("error", () => undefined); // it ended before what spoke with it
  if (squid === undefined) {
    child.stdin.end();
    child.stdout.on("data", hear);
  } else {
    squid.input.pipe(child.stdin);
    child.stdout.pipe(squid.output);
  }
  return {
    child,
    said: () => said,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}

/** Runs it to its end. */
export async function runPointProgram(
  args: readonly string[],
  input = "",
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (err += chunk.toString()));
  child.stdin.end(input);
  await once(child, "close");
  return { code: child.exitCode, out, err };
}
