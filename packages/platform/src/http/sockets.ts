import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ServerResponse, type IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";

/** Who opens a socket. */
export interface SocketRequest {
  /** The client's address, behind trusted proxies too. */
  readonly ip: string;
  /** Set by browsers, which no page can change; undefined for other programs. */
  readonly origin: string | undefined;
  readonly requestId: string;
}

/** A connection that stays, for texts both ways (RFC 6455). */
export interface OpenSocket {
  /** Sends a text. A client that does not take what it is sent is cut off. */
  send(text: string): void;
  /** Ends it; `code` from 4000 to 4999 is the route's own. */
  close(code: number, reason: string): void;
}

/** What a route does with what happens to a socket. Neither may throw. */
export interface SocketListener {
  message(text: string): void;
  closed(): void;
}

/** A path on which sockets are opened. A `GET` of the same path is another route's. */
export interface SocketRoute {
  readonly path: string;
  readonly limits: SocketLimits;
  /** Asked before anything is opened: browsers let every page of the world open sockets to every server. */
  mayOpen(request: SocketRequest): boolean;
  opened(socket: OpenSocket, request: SocketRequest): SocketListener;
}

/** How much a route takes. */
export interface SocketLimits {
  readonly maxMessageBytes: number;
  readonly maxOpen: number;
  readonly maxOpenPerAddress: number;
  /** A socket that says nothing for so long is closed. */
  readonly silenceMs: number;
  /** A client with more than this on its way to it does not keep up. */
  readonly maxWaitingBytes: number;
}

/** What a request to open a socket came with, until it has been decided. */
interface Pending {
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Looks for silent sockets this often. */
const SWEEP_MS = 5000;

/** Opens sockets for routes, beside the requests of one HTTP server. */
export class Sockets {
  #routes: ReadonlyMap<string, SocketRoute>;
  #pending = new WeakMap<IncomingMessage, Pending>();
  #server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1 << 20 });
  #open = new Map<WebSocket, OpenState>();
  #perAddress = new Map<string, number>();
  #sweep: NodeJS.Timeout | undefined;
  #failed: (error: unknown) => void;

  constructor(routes: readonly SocketRoute[], failed: (error: unknown) => void) {
    this.#routes = new Map(routes.map((route) => [route.path, route]));
    this.#failed = failed;
  }

  /** For the HTTP server's option of this name: everything else that asks for another protocol stays a request. */
  readonly shouldUpgradeCallback = (request: IncomingMessage): boolean =>
    request.method === "GET" &&
    request.headers.upgrade?.toLowerCase() === "websocket" &&
    this.#routes.has(pathOf(request));

  /** Takes over what asks for a socket. The framework finds out who calls, as for every request. */
  attach(app: FastifyInstance): void {
    app.addHook("onRequest", (request, reply, done) => {
      const pending = this.#pending.get(request.raw);
      if (pending === undefined) done();
      else this.#decide(pending, request, reply);
    });
    app.server.on("upgrade", (request, socket: Duplex, head: Buffer) => {
      socket.on("error", () => socket.destroy());
      this.#pending.set(request, { socket, head });
      const response = new ServerResponse(request);
      if (socket instanceof Socket) response.assignSocket(socket);
      app.routing(request, response);
    });
    this.#sweep = setInterval(() => this.#closeSilent(), SWEEP_MS);
    this.#sweep.unref();
  }

  /** Ends every socket. */
  close(): void {
    clearInterval(this.#sweep);
    for (const socket of this.#open.keys()) {
      socket.close(1001, "the server stops");
      socket.terminate();
    }
    this.#server.close();
  }

  #decide({ socket, head }: Pending, request: FastifyRequest, reply: FastifyReply): void {
    this.#pending.delete(request.raw);
    reply.hijack();
    if (socket instanceof Socket) reply.raw.detachSocket(socket);
    const { origin } = request.headers;
    const asked = { ip: request.ip, origin, requestId: request.id };
    const route = this.#routes.get(pathOf(request.raw));
    if (route === undefined) return refuse(socket, "404 Not Found");
    if (!route.mayOpen(asked)) return refuse(socket, "403 Forbidden");
    if (!this.#hasRoom(route, asked.ip)) return refuse(socket, "429 Too Many Requests");
    this.#server.handleUpgrade(request.raw, socket, head, (opened) => this.#begin(route, opened, asked));
  }

  #hasRoom({ limits }: SocketRoute, ip: string): boolean {
    return this.#open.size < limits.maxOpen && (this.#perAddress.get(ip) ?? 0) < limits.maxOpenPerAddress;
  }

  #begin(route: SocketRoute, socket: WebSocket, request: SocketRequest): void {
    const { limits } = route;
    const state: OpenState = { heard: performance.now(), limits };
    this.#open.set(socket, state);
    this.#perAddress.set(request.ip, (this.#perAddress.get(request.ip) ?? 0) + 1);
    let listener: SocketListener | undefined;
    socket.on("error", () => socket.terminate()); // bytes that are no such messages
    socket.on("close", () => {
      this.#open.delete(socket);
      const left = (this.#perAddress.get(request.ip) ?? 1) - 1;
      if (left > 0) this.#perAddress.set(request.ip, left);
      else this.#perAddress.delete(request.ip);
      this.#safely(() => listener?.closed());
    });
    this.#safely(() => {
      listener = route.opened({ send: (text) => sendTo(socket, text, limits), close: closing(socket) }, request);
    });
    socket.on("message", (data: Buffer, isBinary) => {
      state.heard = performance.now();
      if (isBinary) return socket.close(1003, "texts only");
      if (data.length > limits.maxMessageBytes) return socket.close(1009, "too long");
      this.#safely(() => listener?.message(data.toString("utf8")));
    });
  }

  #safely(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failed(error);
    }
  }

  #closeSilent(): void {
    const now = performance.now();
    for (const [socket, { heard, limits }] of this.#open) if (now - heard > limits.silenceMs) socket.terminate();
  }
}

interface OpenState {
  heard: number;
  readonly limits: SocketLimits;
}

function sendTo(socket: WebSocket, text: string, { maxWaitingBytes }: SocketLimits): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > maxWaitingBytes) socket.terminate();
  else socket.send(text);
}

function closing(socket: WebSocket): OpenSocket["close"] {
  return (code, reason) => socket.close(code, reason);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? "";
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
