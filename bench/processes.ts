import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

/** A process of a measurement that listens. */
export interface Listener extends Disposable {
  readonly port: number;
  readonly child: ChildProcess;
}

/** Where a program of Debian's is; undefined when it is not installed. */
export function programAt(...paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

/** The path of a file beside the benches. */
export function benchFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Starts a part of `embedded.ts`. */
export async function startPart(role: string, argument = ""): Promise<Listener> {
  const child = spawn(process.execPath, [benchFile("./embedded.ts"), role, argument], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`${role} ended with ${code}`)));
    child.stdout.on("data", (bytes: Buffer) => {
      const match = /port ([0-9]+)/.exec(bytes.toString());
      if (match !== null) resolve(Number(match[1]));
    });
  });
  return { port, child, [Symbol.dispose]: () => void child.kill() };
}

/** Runs a program and gives what it wrote. */
export async function outputOf(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => resolve());
  });
  return text;
}

/** The middle one. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return Number(Object(address).port);
}
