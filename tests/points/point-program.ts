import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RunningProgram } from "./programs.ts";

const MAIN = fileURLToPath(new URL("../../apps/point/src/main.ts", import.meta.url));

/** Starts `causeway-point` as operators do. */
export function startPointProgram(mode: string, config: string): RunningProgram {
  const child = spawn(process.execPath, [MAIN, mode, "--config", config], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const hear = (chunk: Buffer): void => void (said += chunk.toString());
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
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
