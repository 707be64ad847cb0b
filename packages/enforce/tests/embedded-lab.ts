import { instant, type Instant } from "@causeway/base";
import { createProxy, type EmbeddedSource, type Proxy, type ProxyLimits, type ProxyRules } from "@causeway/enforce";
import {
  compilePolicy,
  type CompiledPolicy,
  type PolicyDocument,
  type PolicyGrant,
  type PolicyService,
} from "@causeway/policy";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

const texts = { en: "text", zhHant: "文字", zhHans: "文字" };

/** A service of the lab's catalogue. */
export function labService(id: string, over: Partial<PolicyService> = {}): PolicyService {
  return {
    ...{ id, category: "messaging", clause: "4.2", apps: {}, addresses: [], grantable: true, exempt: [] },
    ...{ name: { en: id, zhHant: id, zhHans: id }, reason: texts },
    hosts: [{ kind: "suffix", host: `${id}.com` }],
    ...over,
  };
}

/** A grant that opens WhatsApp for a machine. */
export function labGrant(over: Partial<PolicyGrant> = {}): PolicyGrant {
  return {
    ...{ id: "gr_1", users: [], machines: ["addr:127.0.0.1"], services: ["whatsapp"], sites: [], upload: true },
    ...{ begins: instant(0), ends: instant(Date.now() + 3_600_000) },
    ...over,
  };
}

/** WhatsApp is blocked on internal desktops; 127.0.0.30 is a designated machine, 127.0.0.40 a registered desktop. */
export function labPolicy(over: Partial<PolicyDocument> = {}): PolicyDocument {
  return {
    ...{ format: 1, installation: "example.org", version: 1, issued: instant(0), expires: instant(1e13) },
    ...{ utcOffsetMinutes: 480, observe: { everywhere: false, departments: [] }, grants: [] },
    addressesAllowedOn: ["designated-machine", "personal-device"],
    services: [labService("whatsapp"), labService("telegram", { addresses: ["127.0.0.77/32"] })],
    rules: [{ id: "r1", category: "messaging", effect: "blocked", clause: "4.2", machineClass: "internal-desktop" }],
    machines: [
      { id: "ma_designated", class: "designated-machine", addresses: ["127.0.0.30"] },
      { id: "ma_desk", class: "internal-desktop", addresses: ["127.0.0.40"] },
    ],
    ...over,
  };
}

/** A policy that tests change, with a clock that they move. */
export class LabSource implements EmbeddedSource {
  ahead = 0;
  document: PolicyDocument;
  readonly counted: string[] = [];
  #compiled: CompiledPolicy | undefined;
  #listeners = new Set<(policy: CompiledPolicy, before: CompiledPolicy | undefined) => void>();

  constructor(document: PolicyDocument | undefined) {
    this.document = document ?? labPolicy();
    this.#compiled = document === undefined ? undefined : compilePolicy(document);
  }

  current(): CompiledPolicy | undefined {
    return this.#compiled;
  }

  now(): Instant {
    return instant(Date.now() + this.ahead);
  }

  subscribe(listener: (policy: CompiledPolicy, before: CompiledPolicy | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  count(machine: { readonly key: string }, verdict: { readonly allowed: boolean; readonly service?: string }): void {
    this.counted.push(`${verdict.allowed ? "allowed" : "refused"} ${verdict.service ?? ""} ${machine.key}`);
  }

  /** Puts another version into force. */
  change(over: Partial<PolicyDocument>): void {
    const before = this.#compiled;
    this.document = { ...this.document, version: this.document.version + 1, ...over };
    const compiled = compilePolicy(this.document);
    this.#compiled = compiled;
    for (const listener of this.#listeners) listener(compiled, before);
  }
}

/** Limits for tests. */
export const labLimits: ProxyLimits = {
  ...{ connections: 1000, connectionsPerMachine: 100, headMs: 5000, keepAliveMs: 10_000, connectMs: 2000 },
  ...{ idleMs: 30_000, bytesUpWithoutUpload: 1000, closeMs: 200, wrongSecrets: 5, wrongSecretsPerMs: 60_000 },
};

/** What a test may have otherwise. */
export interface LabOptions {
  readonly policy?: PolicyDocument | null;
  readonly rules?: Partial<ProxyRules>;
  readonly limits?: Partial<ProxyLimits>;
  readonly own?: string;
  readonly names?: Readonly<Record<string, readonly string[]>>;
  readonly userOfSecret?: (secret: string) => string | undefined;
}

/** A proxy on loopback in front of an origin that records what reaches it. */
export interface ProxyLab extends AsyncDisposable {
  readonly source: LabSource;
  readonly proxy: Proxy;
  readonly port: number;
  readonly surprises: unknown[];
}

/** Secrets that the lab's credentials know. */
export const SECRETS = { alice: "cwp_alice", machine: "cwm_designated" } as const;

/** Starts a proxy; every name of `fixed` is reached at its address. */
export async function proxyLab(fixed: Readonly<Record<string, string>>, options: LabOptions = {}): Promise<ProxyLab> {
  const source = new LabSource(options.policy === null ? undefined : (options.policy ?? labPolicy()));
  const surprises: unknown[] = [];
  const proxy = createProxy({
    source,
    credentials: {
      userOfSecret: options.userOfSecret ?? ((secret) => (secret === SECRETS.alice ? "@alice:example.org" : undefined)),
      machineOfToken: (token) => (token === SECRETS.machine ? "ma_designated" : undefined),
    },
    resolve: (name) => Promise.resolve(options.names?.[name] ?? []),
    page: ({ reason, host }) => ({
      headers: "Content-Type: text/html\r\n",
      body: Buffer.from(`<p>refused ${reason} ${host}</p>`),
    }),
    own: () => options.own,
    rules: {
      ...{ ports: [[1, 65_535]], allowedNetworks: [], fixedAddresses: fixed },
      ...{ authentication: "optional", tunnels: "tls" },
      ...options.rules,
    },
    limits: { ...labLimits, ...options.limits },
    failed: (error) => void surprises.push(error),
  });
  const url = await proxy.listen({ host: "127.0.0.1", port: 0 });
  return {
    ...{ source, proxy, port: Number(new URL(url).port), surprises },
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}

/** A raw server on an address of loopback that hands its sockets to a function. */
export async function rawServer(
  on: (socket: Socket) => void,
  address = "127.0.0.1",
): Promise<{ readonly at: string; readonly port: number; readonly sockets: Set<Socket> } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    on(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ at: `${address}:${port}`, port, sockets },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A connection of a client from an address, with all that it has received. */
export class LabClient {
  readonly socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #isClosed = false;
  #waiting = new Set<() => void>();

  constructor(port: number, localAddress = "127.0.0.1") {
    this.socket = connect({ port, host: "127.0.0.1", localAddress });
    const wake = (): void => {
      for (const one of this.#waiting) one();
    };
    this.socket.on("error", () => undefined);
    this.socket.on("data", (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      wake();
    });
    this.socket.on("close", () => {
      this.#isClosed = true;
      wake();
    });
  }

  get text(): string {
    return this.#received.toString("latin1");
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(text: string | Buffer): this {
    this.socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
    return this;
  }

  /** Forgets what came so far. */
  forget(): void {
    this.#received = Buffer.alloc(0);
  }

  /** Resolves when something is true of what came, or the connection is closed. */
  async until(holds: (text: string) => boolean): Promise<string> {
    while (!holds(this.text) && !this.#isClosed) await this.#change();
    return this.text;
  }

  /** Resolves when the other side has closed. */
  async closed(): Promise<string> {
    while (!this.#isClosed) await this.#change();
    return this.text;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }
}

/** Sends bytes and gives everything that comes back until the end. */
export async function ask(port: number, text: string, from?: string): Promise<string> {
  const client = new LabClient(port, from);
  client.send(text);
  return await client.closed();
}

/** The status of an answer. */
export function statusOf(text: string): number {
  return Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(text)?.[1] ?? 0);
}
