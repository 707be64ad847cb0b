import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../apps/server/src/main.ts", import.meta.url));

/** The server program as a child process, on a data directory of its own. */
export interface TestServer extends AsyncDisposable {
  /** Where it listens; the same after a restart. */
  readonly url: string;
  readonly directory: string;
  /** Everything that it has written to both outputs. */
  output(): string;
  /** Ends it; gives its exit code, or null when it was ended by the signal. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  start(): Promise<void>;
}

/** What may be different. */
export interface ServerOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  /** A data directory that is there before and after; else one of the server's own. */
  readonly data?: string;
}

/** Starts the server program with open registration and without rate limits. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), "causeway-server-"));
  const server = new ServerProcess(directory, options);
  await server.start();
  return server;
}

class ServerProcess implements TestServer {
  readonly directory: string;
  url = "";
  #options: ServerOptions;
  #child: ChildProcess | undefined;
  #output = "";

  constructor(directory: string, options: ServerOptions) {
    this.directory = directory;
    this.#options = options;
  }

  output(): string {
    return this.#output;
  }

  async start(): Promise<void> {
    const port = this.url === "" ? "0" : new URL(this.url).port;
    const args = [
      MAIN,
      "--data",
      this.#options.data ?? join(this.directory, "data"),
      "--port",
      port,
      ...(this.#options.args ?? ["--no-demo"]),
    ];
    const env = { ...process.env, CAUSEWAY_REGISTRATION: "open", CAUSEWAY_RATE_LIMITS: "off", ...this.#options.env };
    const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.url = await new Promise<string>((resolve, reject) => {
      let seen = "";
      const read = (chunk: Buffer): void => {
        seen += chunk.toString();
        this.#output += chunk.toString();
        const match = /causeway: server listening on (\S+)/.exec(seen);
        if (match !== null) resolve(match[1] ?? "");
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${seen}`)));
    });
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.#child;
    if (child === undefined) return null;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
