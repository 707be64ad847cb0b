import type { Engine } from "@causeway/platform";
import { testLocation } from "@causeway/testkit";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer, type TestServer } from "../server.ts";

const CLI = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));

/** The password of everybody here. */
export const PASSWORD = "correct horse battery";

/** How a program ended, and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. */
export async function runProgram(
  command: readonly string[],
  options: { readonly input?: string; readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<Ended> {
  const [program = "", ...args] = command;
  const { cwd } = options;
  const env = { ...process.env, ...options.env };
  const child = spawn(program, args, { env, ...(cwd === undefined ? {} : { cwd }), stdio: ["pipe", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.on("error", () => undefined); // a program that reads nothing closes it
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, out, err };
}

/** Runs the operators' command on a data directory. */
export function runCauseway(
  args: readonly string[],
  on: { readonly data: string; readonly input?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<Ended> {
  const { data, ...options } = on;
  return runProgram([process.execPath, CLI, ...args, "--data", data], options);
}

/** A data directory with a database of an engine, for the server and for operators' commands. */
export interface OperatorsWorld extends AsyncDisposable {
  readonly directory: string;
  readonly data: string;
  /** Where the database is, for `runSql`. */
  readonly location: string;
  /** Variables of server and command. */
  readonly env: Readonly<Record<string, string>>;
  causeway(args: readonly string[], input?: string): Promise<Ended>;
  /** The same command on another data directory (and database). */
  at(data: string, env?: Readonly<Record<string, string>>): Pick<OperatorsWorld, "causeway" | "server">;
  /** Starts the server program on it. Stop it by disposing; the directory stays. */
  server(env?: Readonly<Record<string, string>>): Promise<TestServer>;
}

/** Makes one. */
export async function operatorsWorld(engine: Engine): Promise<OperatorsWorld> {
  const directory = mkdtempSync(join(tmpdir(), "causeway-operators-"));
  const database = engine === "postgres" ? await testLocation("postgres") : undefined;
  const env: Record<string, string> = database === undefined ? {} : { CAUSEWAY_DATABASE_URL: database.location };
  const at: OperatorsWorld["at"] = (data, more = {}) => ({
    causeway: (args, input) =>
      runCauseway(args, { data, env: { ...env, ...more }, ...(input === undefined ? {} : { input }) }),
    server: (extra = {}) => startServer({ data, env: { ...env, ...more, ...extra } }),
  });
  const data = join(directory, "data");
  const own = at(data);
  return {
    directory,
    data,
    location: database?.location ?? join(data, "causeway.db"),
    env,
    at,
    causeway: (args, input) => own.causeway(args, input),
    server: (more) => own.server(more),
    async [Symbol.asyncDispose]() {
      rmSync(directory, { recursive: true, force: true });
      await database?.[Symbol.asyncDispose]();
    },
  };
}

/** An answer of a server. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls a server. */
export async function call(
  server: Pick<TestServer, "url">,
  request: {
    readonly method?: string;
    readonly path: string;
    readonly token?: string;
    readonly body?: object | Uint8Array;
  },
): Promise<Answer> {
  const { body, token } = request;
  const path = /^\/(_|causeway\/)/.test(request.path) ? request.path : `/_matrix/client/v3${request.path}`;
  const answer = await fetch(`${server.url}${path}`, {
    method: request.method ?? (body === undefined ? "GET" : "POST"),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined
      ? {}
      : { body: body instanceof Uint8Array ? new Blob([new Uint8Array(body)]) : JSON.stringify(body) }),
  });
  return { status: answer.status, body: { ...((await answer.json()) as object) } };
}

/** Signs in with a password. */
export function signIn(server: Pick<TestServer, "url">, user: string, password: string = PASSWORD): Promise<Answer> {
  const identifier = { type: "m.id.user", user };
  return call(server, { path: "/login", body: { type: "m.login.password", identifier, password } });
}

/** Signs in and gives the access token. */
export async function tokenOf(server: Pick<TestServer, "url">, user: string): Promise<string> {
  const answer = await signIn(server, user);
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return String(answer.body["access_token"]);
}
