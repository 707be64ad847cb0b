import { readMessage, writeMessage } from "@causeway/enforce";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PLACES = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/usr/local/sbin", "/usr/lib/squid"];
const NOBODY = 65_534;
const IS_ROOT = process.getuid?.() === 0;
const PATIENCE_MS = 30_000;
const [AUTHORITATIVE, RECURSIVE] = [1 << 10, 1 << 7];

/** Where a program is; undefined when it is not installed. */
export function programAt(name: string): string | undefined {
  return PLACES.map((place) => join(place, name)).find(
    (path) => spawnSync("test", ["-x", path], { stdio: "ignore" }).status === 0,
  );
}

/** A folder of a program that nobody in particular runs. */
export interface ProgramFolder extends Disposable {
  readonly path: string;
  /** Gives a file or folder in it to whoever runs the program. */
  give(path: string): void;
}

/** Makes a folder for a program. */
export function programFolder(name: string): ProgramFolder {
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  const give = (of: string): void => {
    if (IS_ROOT) chownSync(of, NOBODY, NOBODY);
  };
  chmodSync(path, 0o755);
  give(path);
  return { path, give, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A program that runs, as nobody when it can. */
export interface RunningProgram extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly said: () => string;
}

/** Starts a program; it is stopped by its process id. */
export function startProgram(path: string, args: readonly string[], cwd: string): RunningProgram {
  const child = spawn(path, args, {
    ...{ cwd, stdio: ["ignore", "pipe", "pipe"] },
    ...(IS_ROOT ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  let said = "";
  const hear = (chunk: Buffer): void => void (said += chunk.toString());
  child.stdout?.on("data", hear);
  child.stderr?.on("data", hear);
  return {
    child,
    said: () => said,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Waits until something holds. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether something accepts connections on a port. */
export async function isListening(port: number, host = "127.0.0.1"): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** A port that is free now on UDP and on TCP. */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  const server = createServer();
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** A name server that gives every name the address 127.0.0.1 for no time at all. */
export async function startUpstream(): Promise<{ readonly port: number } & AsyncDisposable> {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => {
    const asked = readMessage(bytes);
    const question = asked?.questions?.[0];
    if (asked === undefined || question === undefined) return;
    const answer = writeMessage({
      ...{
        type: "response",
        id: asked.id ?? 0,
        flags: AUTHORITATIVE | RECURSIVE,
        questions: [question],
      },
      answers: question.type === "A" ? [{ type: "A", name: question.name, ttl: 0, data: "127.0.0.1" }] : [],
    });
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
}
