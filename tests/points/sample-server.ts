import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startServer, type TestServer } from "../server.ts";

interface Account {
  readonly userId: string;
  readonly password: string;
  readonly roles: readonly string[];
}

/** The server program with the sample government, and its two administrators. */
export interface SampleServer extends AsyncDisposable {
  readonly server: TestServer;
  /** Asks (`GET /path`) as the first person with a role. */
  readonly as: (role: string, request: string, body?: object) => Promise<Readonly<Record<string, unknown>>>;
  /** A code for one point. */
  invite(kind: string): Promise<string>;
  /** Registers a machine of a department; its id. */
  addMachine(address: string, department?: string): Promise<string>;
}

/** Starts it, with these arguments. */
export async function startSampleServer(args: readonly string[] = []): Promise<SampleServer> {
  const server = await startServer({ args });
  const text = readFileSync(join(server.directory, "data/demo-accounts.json"), "utf8");
  const accounts: readonly Account[] = JSON.parse(text);
  const tokens = new Map<string, string>();
  const call = async (wish: {
    readonly method: string;
    readonly path: string;
    readonly token?: string;
    readonly body?: object;
  }): Promise<Readonly<Record<string, unknown>>> => {
    const response = await fetch(`${server.url}${wish.path}`, {
      method: wish.method,
      headers: wish.token === undefined ? {} : { authorization: `Bearer ${wish.token}` },
      ...(wish.body === undefined ? {} : { body: JSON.stringify(wish.body) }),
    });
    const answer: Readonly<Record<string, unknown>> = { status: response.status, ...Object(await response.json()) };
    return answer;
  };
  const tokenOf = async (role: string): Promise<string> => {
    const known = tokens.get(role);
    if (known !== undefined) return known;
    const found = accounts.find(({ roles }) => roles.includes(role));
    const identifier = { type: "m.id.user", user: found?.userId };
    const body = { type: "m.login.password", identifier, password: found?.password };
    const token = String((await call({ method: "POST", path: "/_matrix/client/v3/login", body }))["access_token"]);
    tokens.set(role, token);
    return token;
  };
  const sample: SampleServer = {
    server,
    as: async (role, request, body) => {
      const [method = "GET", path = "/"] = request.split(" ");
      return await call({ method, path, token: await tokenOf(role), ...(body === undefined ? {} : { body }) });
    },
    invite: async (kind) => {
      const body = { kind, name: `a ${kind} of the test` };
      return String((await sample.as("security-administrator", "POST /causeway/v1/points/codes", body))["code"]);
    },
    addMachine: async (address, department = "HBD") => {
      const body = { name: `machine ${address}`, department, addresses: [address] };
      const made = await sample.as("system-administrator", "POST /causeway/v1/directory/machines", body);
      const id = made["machine_id"] ?? made["id"];
      if (typeof id !== "string") throw new Error(JSON.stringify(made));
      return id;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return sample;
}
