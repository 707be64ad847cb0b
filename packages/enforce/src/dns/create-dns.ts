import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { createServer, isIPv6, type Server, type Socket } from "node:net";
import { getServers } from "node:dns";
import { Budgets } from "../embedded/budget.ts";
import { addressOfSocket, Judge } from "../embedded/judge.ts";
import type { Credentials, EmbeddedSource } from "../embedded/ports.ts";
import { DnsFilter, type MachineOf, type Replied } from "./filter.ts";
import type { Query } from "./query.ts";
import { blockAnswerOf, truncatedReply, udpSizeOf } from "./replies.ts";
import { Upstream, type ResolverAt } from "./upstream.ts";

/** Bounds of the filter; all of them are configuration. */
export interface DnsLimits {
  readonly cacheEntries: number;
  readonly maxTtlSeconds: number;
  readonly tcpConnections: number;
  readonly tcpConnectionsPerMachine: number;
  readonly tcpIdleMs: number;
  /** Bytes a second that answers over UDP may have more than four times their questions, by address; beyond it clients are sent to TCP. */
  readonly amplifiedBytesPerSecond: number;
}

/** What the filter is built from. */
export interface DnsOptions {
  readonly source: EmbeddedSource;
  readonly credentials: Credentials;
  /** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`; none: those of the system. */
  readonly upstreams: readonly string[];
  /** Addresses that blocked names are answered with; none: they do not exist. */
  readonly pageAddresses: readonly string[];
  readonly limits: DnsLimits;
  readonly failed: (error: unknown) => void;
}

/** What can be counted of it. */
export interface DnsFigures {
  readonly queries: number;
  readonly blocked: number;
  readonly cached: number;
  readonly waiting: number;
}

/** A DNS filter. */
export interface Dns {
  /** Begins to listen, over UDP and TCP on one port; resolves to its address (`dns://127.0.0.1:53`). */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Answers a message that came by another way, as a machine. */
  answer(bytes: Buffer, machineOf: MachineOf, replied: Replied): void;
  readonly judge: Judge;
  figures(): DnsFigures;
  close(): Promise<void>;
}

/** Builds a DNS filter; nothing listens yet. */
export function createDns(options: DnsOptions): Dns {
  return new FilteringResolver(options);
}

const PORT_ATTEMPTS = 20;
const AMPLIFICATION = 4;
const MAX_PENDING = 100;

/** Reads where a resolver is. */
export function resolverAt(text: string): ResolverAt | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::([0-9]{1,5}))?$/.exec(text) ?? /^()([0-9a-fA-F:]+)$/.exec(text);
  if (match === null) return undefined;
  const { 1: v6, 2: other, 3: port } = match;
  const host = v6 === undefined || v6 === "" ? (other ?? "") : v6;
  return { host, port: port === undefined ? 53 : Number(port) };
}

class FilteringResolver implements Dns {
  readonly judge: Judge;
  #options: DnsOptions;
  #filter: DnsFilter | undefined;
  #upstream: Upstream | undefined;
  #udp: UdpSocket | undefined;
  #tcp: Server | undefined;
  #sockets = new Map<Socket, string>();
  #budgets: Budgets;
  #machines = new Map<string, MachineOf>();

  constructor(options: DnsOptions) {
    this.#options = options;
    this.judge = new Judge(options.source, options.credentials);
    const { amplifiedBytesPerSecond: perSecond } = options.limits;
    this.#budgets = new Budgets({ perSecond, burst: perSecond * 2 });
  }

  async listen(at: { readonly host: string; readonly port: number }): Promise<string> {
    const port = await this.#bind(at);
    this.#begin({ host: at.host, port });
    return `dns://${at.host.includes(":") ? `[${at.host}]` : at.host}:${port}`;
  }

  /** The same port for both; one that is free for UDP may be taken for TCP. */
  async #bind(at: { readonly host: string; readonly port: number }): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      const udp = await bindUdp(at);
      const { port } = udp.address();
      try {
        this.#tcp = await this.#listenTcp({ host: at.host, port });
        this.#udp = udp;
        return port;
      } catch (error) {
        udp.close();
        if (at.port !== 0 || attempt >= PORT_ATTEMPTS) throw error;
      }
    }
  }

  #begin(own: { readonly host: string; readonly port: number }): void {
    this.#filterOf(own);
    const udp = this.#udp;
    if (udp === undefined) return;
    udp.on("message", (bytes, from) => this.#onDatagram(udp, bytes, from));
    udp.on("error", this.#options.failed);
  }

  #filterOf(own?: { readonly host: string; readonly port: number }): DnsFilter {
    if (this.#filter !== undefined) return this.#filter;
    const { source, upstreams, pageAddresses, limits } = this.#options;
    const texts = upstreams.length > 0 ? upstreams : getServers();
    // NOTE A system that asks this very filter would send each question round and round.
    const others = texts.flatMap((one) => resolverAt(one) ?? []).filter((one) => !isSelf(one, own));
    this.#upstream = new Upstream(others);
    this.#filter = new DnsFilter({
      ...{ source, judge: this.judge, upstream: this.#upstream, blockAnswer: blockAnswerOf(pageAddresses) },
      ...{ cacheEntries: limits.cacheEntries, maxTtl: limits.maxTtlSeconds },
    });
    return this.#filter;
  }

  answer(bytes: Buffer, machineOf: MachineOf, replied: Replied): void {
    this.#filterOf().answer(bytes, machineOf, replied);
  }

  #onDatagram(udp: UdpSocket, bytes: Buffer, from: RemoteInfo): void {
    if (from.port === 0) return;
    this.#filter?.answer(bytes, this.#machineAt(from.address), (reply, query) => {
      if (reply === undefined || this.#udp === undefined) return;
      const fitting = query === undefined ? reply : this.#fitting(reply, { bytes, query, from });
      udp.send(fitting, from.port, from.address, noSendError);
    });
  }

  /** A reply that is too long for a datagram, or for who asks so much, says that it can be had over TCP. */
  #fitting(reply: Buffer, asked: { readonly bytes: Buffer; readonly query: Query; readonly from: RemoteInfo }): Buffer {
    const { bytes, query, from } = asked;
    const surplus = reply.length - AMPLIFICATION * bytes.length;
    const mayGo = surplus <= 0 || this.#budgets.take(from.address, performance.now(), surplus);
    if (mayGo && reply.length <= udpSizeOf(query)) return reply;
    return truncatedReply(bytes, query, reply.readUInt16BE(2) & 15);
  }

  /** The machine of a source address: the function is kept, since the same few ask again and again. */
  #machineAt(remote: string): MachineOf {
    const known = this.#machines.get(remote);
    if (known !== undefined) return known;
    if (this.#machines.size > 50_000) this.#machines.clear();
    const address = addressOfSocket(remote);
    const machineOf: MachineOf = (policy) => this.judge.machineAt(policy, address);
    this.#machines.set(remote, machineOf);
    return machineOf;
  }

  async #listenTcp(at: { readonly host: string; readonly port: number }): Promise<Server> {
    const server = createServer({ noDelay: true }, (socket) => this.#acceptTcp(socket));
    server.maxConnections = this.#options.limits.tcpConnections;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ ...at }, () => {
        server.removeListener("error", reject);
        server.on("error", this.#options.failed);
        resolve();
      });
    });
    return server;
  }

  #acceptTcp(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    const { tcpConnectionsPerMachine, tcpIdleMs } = this.#options.limits;
    socket.on("error", noSendError);
    let open = 0;
    for (const one of this.#sockets.values()) if (one === address) open += 1;
    if (open >= tcpConnectionsPerMachine) {
      socket.destroy();
      return;
    }
    this.#sockets.set(socket, address);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.setTimeout(tcpIdleMs, () => socket.destroy());
    this.#serveTcp(socket, this.#machineAt(address));
  }

  /** Messages with their lengths before them (RFC 1035, section 4.2.2), several under way at a time. */
  #serveTcp(socket: Socket, machineOf: MachineOf): void {
    let got: Buffer = Buffer.alloc(0);
    let pending = 0;
    const work = (): void => {
      while (got.length >= 2 && pending < MAX_PENDING) {
        const length = got.readUInt16BE(0);
        if (length < 12) {
          socket.destroy();
          return;
        }
        if (got.length < 2 + length) return;
        const bytes = got.subarray(2, 2 + length);
        got = got.subarray(2 + length);
        pending += 1;
        this.#filter?.answer(bytes, machineOf, (reply) => {
          pending -= 1;
          if (reply !== undefined && !socket.destroyed) socket.write(Buffer.concat([lengthOf(reply), reply]));
          if (pending === MAX_PENDING - 1) setImmediate(work);
        });
      }
      if (pending >= MAX_PENDING) socket.pause();
      else socket.resume();
    };
    socket.on("data", (bytes: Buffer) => {
      got = got.length === 0 ? bytes : Buffer.concat([got, bytes]);
      work();
    });
  }

  figures(): DnsFigures {
    const { queries = 0, blocked = 0, cached = 0 } = this.#filter ?? {};
    return { queries, blocked, cached, waiting: this.#upstream?.waiting ?? 0 };
  }

  async close(): Promise<void> {
    const [udp, tcp] = [this.#udp, this.#tcp];
    this.#udp = undefined;
    this.#tcp = undefined;
    this.#upstream?.close();
    for (const socket of this.#sockets.keys()) socket.destroy();
    if (udp !== undefined) await new Promise<void>((resolve) => udp.close(() => resolve()));
    if (tcp !== undefined) await new Promise<void>((resolve) => tcp.close(() => resolve()));
  }
}

function bindUdp(at: { readonly host: string; readonly port: number }): Promise<UdpSocket> {
  const socket = createSocket({
    type: isIPv6(at.host) ? "udp6" : "udp4",
    recvBufferSize: 4 * 1024 * 1024,
    // Replies go to addresses, never to names: nothing is looked up.
    lookup: (host, _options, done) => done(null, host, isIPv6(host) ? 6 : 4),
  });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ port: at.port, address: at.host }, () => {
      socket.removeListener("error", reject);
      resolve(socket);
    });
  });
}

function lengthOf(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return length;
}

function isSelf(one: ResolverAt, own: { readonly host: string; readonly port: number } | undefined): boolean {
  if (own === undefined || one.port !== own.port) return false;
  const isEverywhere = own.host === "0.0.0.0" || own.host === "::";
  return one.host === own.host || (isEverywhere && (one.host.startsWith("127.") || one.host === "::1"));
}

function noSendError(): void {}
