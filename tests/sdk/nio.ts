import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("nio_person.py", import.meta.url));
/** Debian's own, which sees Debian's packages; another may come first on the path. */
const PYTHON = "/usr/bin/python3";
const PATIENCE_MS = 60_000;

/** Something that happened to the person, as the script says it. */
export interface NioFact {
  readonly kind: string;
  readonly room?: string;
  readonly sender?: string;
  readonly body?: string;
  readonly user?: string;
  readonly device?: string;
  readonly token?: string;
  readonly ok?: boolean;
  readonly decrypted?: boolean;
}

/** Somebody signed in with matrix-nio. */
export interface NioPerson extends AsyncDisposable {
  /** Everything that happened so far. */
  readonly facts: readonly NioFact[];
  /** Waits until something that passes a test has happened. */
  fact(what: string, test: (fact: NioFact) => boolean): Promise<NioFact>;
  write(room: string, body: string): void;
}

/** Whether Debian's Python has matrix-nio with encryption. */
export function hasNio(): boolean {
  const check = "import sys; from nio.crypto import ENCRYPTION_ENABLED; sys.exit(0 if ENCRYPTION_ENABLED else 1)";
  return spawnSync(PYTHON, ["-c", check], { stdio: "ignore" }).status === 0;
}

/** Signs somebody in with matrix-nio; with `again`, as the device that the folder remembers. */
export async function nioPerson(options: {
  readonly url: string;
  readonly name: string;
  readonly password: string;
  readonly folder: string;
  readonly again?: boolean;
}): Promise<NioPerson> {
  const { url, name, password, folder, again = false } = options;
  const child = spawn(PYTHON, [SCRIPT, url, name, password, folder, again ? "return" : "sign-in"]);
  const facts: NioFact[] = [];
  let complaints = "";
  let changed = Promise.withResolvers<void>();
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const tell = (): void => {
    changed.resolve();
    changed = Promise.withResolvers<void>();
  };
  child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  createInterface({ input: child.stdout }).on("line", (line) => {
    facts.push(JSON.parse(line));
    tell();
  });
  void ended.then(tell);
  const person: NioPerson = {
    facts,
    fact: async (what, test) => {
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const found = facts.find(test);
        if (found !== undefined) return found;
        if (child.exitCode !== null) throw new Error(`matrix-nio ended before ${what}: ${complaints}`);
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`did not happen to matrix-nio: ${what}; ${JSON.stringify(facts)} ${complaints}`);
        const { promise, resolve } = Promise.withResolvers<void>();
        const timer = setTimeout(resolve, left);
        await Promise.race([changed.promise, promise]);
        clearTimeout(timer);
      }
    },
    write: (room, body) => void child.stdin.write(`${JSON.stringify({ room, body })}\n`),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
  await person.fact("the first sync", ({ kind }) => kind === "synced");
  return person;
}
