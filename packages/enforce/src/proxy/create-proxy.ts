import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { addressOfSocket, Judge } from "../embedded/judge.ts";
import { faultAnswer } from "./answers.ts";
import { ProxyAuthentication } from "./authenticate.ts";
import { ClientConnection } from "./connection.ts";
import type { ProxyCore } from "./core.ts";
import { ignore } from "./dial.ts";
import { LiveThings } from "./live.ts";
import { Routes } from "./networks.ts";
import { Pool } from "./pool.ts";
import { Reached } from "./reached.ts";
import type { ProxyFigures, ProxyOptions } from "./ports.ts";

const TICK_MS = 1000;
/** How often what rests on a secret is looked at without a change of the policy. */
const PROOF_TICKS = 5;

/** A forward proxy. */
export interface Proxy {
  /** Begins to listen; resolves to its address (`http://127.0.0.1:3128`). */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Does what is due by the clock: what ended is closed. The proxy does it each second by itself. */
  tick(): void;
  figures(): ProxyFigures;
  /** Takes no more, cuts tunnels, lets requests under way end within their time. */
  close(): Promise<void>;
}

/** Builds a forward proxy; nothing listens yet. */
export function createProxy(options: ProxyOptions): Proxy {
  return new ForwardProxy(options);
}

class ForwardProxy implements Proxy {
  #options: ProxyOptions;
  #core: ProxyCore;
  #server: Server;
  #connections = new Set<ClientConnection>();
  #perMachine = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: () => void;
  #ticks = 0;

  constructor(options: ProxyOptions) {
    this.#options = options;
    const { limits, rules } = options;
    const judge = new Judge(options.source, options.credentials);
    const authentication = new ProxyAuthentication(judge, { limits, isNeeded: rules.authentication === "required" });
    const live = new LiveThings(judge, options.source, ({ claim, proof }) =>
      authentication.isStillProven(claim, proof),
    );
    this.#core = {
      ...{ judge, authentication, live, limits },
      ...{ routes: new Routes(rules, options.resolve), pool: new Pool(), reached: new Reached() },
      ...{
        count: (machine, verdict) => options.source.count(machine, verdict),
        own: options.own,
        page: options.page,
        failed: options.failed,
      },
      ...{ tunnels: rules.tunnels, bytesUpWithoutUpload: limits.bytesUpWithoutUpload },
      // A name that no other proxy has: a request that has passed it is in a loop.
      via: `causeway-${randomBytes(6).toString("hex")}`,
      counts: { tunnels: 0, requests: 0, refused: 0, encryptedHellos: 0 },
    };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    this.#server.maxConnections = limits.connections;
    this.#unsubscribe = options.source.subscribe(() => live.judgeAgain());
  }

  async listen(at: { readonly host: string; readonly port: number }): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ ...at, backlog: 1024 }, () => {
        this.#server.removeListener("error", reject);
        this.#server.on("error", this.#options.failed);
        resolve();
      });
    });
    this.#timer = setInterval(() => this.#everySecond(), TICK_MS);
    this.#timer.unref();
    const { port } = this.#server.address() as AddressInfo;
    return `http://${at.host.includes(":") ? `[${at.host}]` : at.host}:${port}`;
  }

  tick(): void {
    this.#ticks += 1;
    this.#core.live.tick({ withProofs: this.#ticks % PROOF_TICKS === 0 });
  }

  #everySecond(): void {
    this.tick();
    const now = performance.now();
    for (const connection of this.#connections) connection.sweep(now);
    this.#core.pool.sweep(now);
  }

  #accept(socket: Socket): void {
    const address = addressOfSocket(socket.remoteAddress);
    const open = this.#perMachine.get(address) ?? 0;
    if (open >= this.#options.limits.connectionsPerMachine) {
      socket.on("error", ignore);
      socket.end(faultAnswer("too-many", { isClosing: true, isBodyless: false }));
      socket.once("finish", () => socket.destroy());
      return;
    }
    this.#perMachine.set(address, open + 1);
    const connection = new ClientConnection(this.#core, socket, address);
    this.#connections.add(connection);
    socket.once("close", () => {
      this.#connections.delete(connection);
      const left = (this.#perMachine.get(address) ?? 1) - 1;
      if (left <= 0) this.#perMachine.delete(address);
      else this.#perMachine.set(address, left);
    });
  }

  figures(): ProxyFigures {
    const { counts, live } = this.#core;
    return { connections: this.#connections.size, cut: live.cutCount, ...counts };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections) connection.finish();
    const timer = setTimeout(() => this.#core.live.cutAll(), this.#options.limits.closeMs);
    await closed;
    clearTimeout(timer);
    this.#core.pool.close();
  }
}
