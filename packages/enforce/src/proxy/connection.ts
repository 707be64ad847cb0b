import type { Socket } from "node:net";
import { admit, refusedFor, type Admission } from "./admit.ts";
import { faultAnswer, writeAnswer, type Fault } from "./answers.ts";
import type { ProxyCore } from "./core.ts";
import { dial, ignore, type Dial } from "./dial.ts";
import { Exchange, type ExchangeOwner } from "./exchange.ts";
import { endOfHead, isHopeless, MAX_HEAD_BYTES } from "./head.ts";
import type { NoRoute, Route } from "./networks.ts";
import { Upstream } from "./pool.ts";
import type { RefusedRequest } from "./ports.ts";
import { isRepeatable, readRequest, type ProxyRequest } from "./requests.ts";
import { hostHeaderOf } from "./target.ts";
import { Tunnel, type TunnelParts } from "./tunnel.ts";

/** How long a client may take to read a last answer before its connection is closed all the same. */
const LINGER_MS = 2000;
const NOTHING = Buffer.alloc(0);

/** A client's connection: one request after the other, until it is closed or becomes a tunnel. */
export class ClientConnection implements ExchangeOwner {
  readonly address: string;
  #core: ProxyCore;
  #socket: Socket;
  #pending: Buffer = NOTHING;
  #looked = 0;
  #exchange: Exchange | undefined;
  #isBusy = false;
  #isTunnel = false;
  #isEnding = false;
  #hasEnded = false;
  /** A site's connection that is this client's own. */
  #pinned: Upstream | undefined;
  #giveUp: (() => void) | undefined;
  #active = performance.now();
  #headSince: number | undefined;

  constructor(core: ProxyCore, socket: Socket, address: string) {
    this.#core = core;
    this.#socket = socket;
    this.address = address;
    socket.on("error", ignore);
    socket.on("data", this.#onData);
    socket.on("drain", this.#onDrain);
    socket.once("end", this.#onEnd);
    socket.once("close", this.#onClose);
  }

  /** Whether somebody waits for an answer here. */
  get isWorking(): boolean {
    return this.#isBusy;
  }

  /** Closes it when it has been idle, or slow, for too long. */
  sweep(now: number): void {
    const { limits } = this.#core;
    const idle = now - this.#active;
    if (this.#isBusy || this.#isTunnel) {
      if (idle > limits.idleMs) this.#timeOut();
      return;
    }
    const isSlow = this.#headSince !== undefined && now - this.#headSince > limits.headMs;
    if (isSlow || idle > limits.keepAliveMs) this.#socket.destroy();
  }

  /** Ends it as soon as what is under way is over. */
  finish(): void {
    this.#isEnding = true;
    if (!this.#isBusy || this.#isTunnel) this.#socket.destroy();
  }

  readonly #passed = (): void => {
    this.#active = performance.now();
  };

  readonly #onData = (bytes: Buffer): void => {
    this.#passed();
    if (this.#isEnding) return;
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    this.#pump();
  };

  readonly #onDrain = (): void => this.#exchange?.clientDrained();

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    if (!this.#isBusy && !this.#isTunnel) this.#socket.end();
    else if (this.#exchange?.isBodyDone === false) this.#exchange.abort();
  };

  readonly #onClose = (): void => {
    this.#isEnding = true;
    this.#giveUp?.();
    this.#exchange?.abort();
    this.#pinned?.socket.destroy();
  };

  #timeOut(): void {
    if (this.#exchange?.isConnected === true) this.#exchange.fail("timeout");
    else this.#socket.destroy();
  }

  /** Works off what has come. */
  #pump(): void {
    while (!this.#isEnding && !this.#isTunnel && this.#pending.length > 0) {
      if (this.#isBusy) {
        if (!this.#feed()) return;
      } else if (!this.#next()) return;
    }
  }

  /** Gives the exchange its body; false when there is nothing to go on with. */
  #feed(): boolean {
    const exchange = this.#exchange;
    if (exchange?.isConnected === true && !exchange.isBodyDone) {
      const used = exchange.feed(this.#pending);
      if (used < 0) {
        exchange.fail("bad-request");
        return false;
      }
      this.#pending = this.#pending.subarray(used);
      return exchange.isBodyDone && !exchange.isOver && this.#pending.length > 0;
    }
    // The next request waits for its turn, and its sender with it.
    if (this.#pending.length > MAX_HEAD_BYTES) this.#socket.pause();
    return false;
  }

  /** Begins the next request; false when its head has not come yet. */
  #next(): boolean {
    // NOTE Some old clients put an empty line behind a body; a server should not mind (RFC 9112, section 2.2).
    if (this.#looked === 0 && this.#pending[0] === 13 && this.#pending[1] === 10)
      this.#pending = this.#pending.subarray(2);
    const end = endOfHead(this.#pending, this.#looked);
    if (end < 0) {
      if (isHopeless(this.#pending, this.#looked))
        this.#refuse(this.#pending.length > MAX_HEAD_BYTES ? "head-too-large" : "bad-request", false);
      this.#looked = this.#pending.length;
      this.#headSince ??= this.#active;
      return false;
    }
    const request = end > MAX_HEAD_BYTES ? "head-too-large" : readRequest(this.#pending, end);
    this.#pending = this.#pending.subarray(end);
    this.#looked = 0;
    this.#headSince = undefined;
    this.#core.counts.requests += 1;
    if (typeof request === "string") this.#refuse(request, false);
    else this.#handle(request);
    return true;
  }

  #handle(request: ProxyRequest): void {
    const admitted = admit(this.#core, request, this.address);
    if (admitted.kind === "fault") this.#refuse(admitted.fault, request.method === "HEAD");
    else if (admitted.kind === "refused") this.#showPage(request, admitted.refused);
    else if (admitted.bytesUp !== undefined && sizeOf(request) > admitted.bytesUp)
      this.#showPage(request, refusedFor("upload", { request, claim: admitted.claim }).refused);
    else this.#connect(request, admitted);
  }

  #connect(request: ProxyRequest, admission: Admission): void {
    this.#isBusy = true;
    if (!request.isTunnel) this.#exchange = this.#exchangeOf(request, admission);
    const key = hostHeaderOf(request.target, -1);
    const waiting =
      request.isTunnel || request.isUpgrade || !isRepeatable(request) ? undefined : this.#core.pool.take(key);
    const pinned = request.isTunnel ? undefined : this.#takePinned(key);
    if (pinned !== undefined) this.#begin(pinned);
    else if (waiting !== undefined) this.#begin(waiting);
    else this.#open(request, admission);
  }

  #exchangeOf(request: ProxyRequest, admission: Admission): Exchange {
    const { claim, proof, ends, bytesUp, isOwn } = admission;
    const { via, live } = this.#core;
    const exchange = new Exchange({
      ...{ request, claim, proof, ends, bytesUp, isOwn, via },
      ...{ client: this.#socket, owner: this },
    });
    exchange.passed = this.#passed;
    if (!isOwn) live.add(exchange);
    return exchange;
  }

  #takePinned(key: string): Upstream | undefined {
    const pinned = this.#pinned;
    this.#pinned = undefined;
    if (pinned === undefined) return undefined;
    if (pinned.key === key && !pinned.socket.destroyed) return pinned;
    pinned.socket.destroy();
    return undefined;
  }

  #open(request: ProxyRequest, admission: Admission): void {
    const { routes, judge, failed } = this.#core;
    const { claim, isOwn } = admission;
    const found = routes.find(request.target, { judge, claim, isOwn });
    if (!(found instanceof Promise)) {
      this.#go(request, { admission, route: found });
      return;
    }
    this.#socket.pause();
    found.then((route) => {
      if (this.#isBusy && !this.#socket.destroyed) this.#go(request, { admission, route });
    }, failed);
  }

  #go(request: ProxyRequest, found: { readonly admission: Admission; readonly route: Route | NoRoute }): void {
    const { admission, route } = found;
    if (typeof route === "string") this.#noRoute(request, { admission, route });
    else if (this.#mayWait(request, admission))
      this.#becomeTunnel(request, { admission, upstream: this.#dialOf(request, route) });
    else this.#dial(request, { admission, route });
  }

  #noRoute(request: ProxyRequest, found: { readonly admission: Admission; readonly route: NoRoute }): void {
    this.#dropExchange();
    const { claim } = found.admission;
    if (found.route === "unresolved") this.#refuse("unreachable", request.method === "HEAD");
    else this.#showPage(request, refusedFor("private", { request, claim }).refused);
  }

  /** Whether a tunnel is agreed to before the site is connected to: where that has just worked, and where it is decided on once more by what the client says first. */
  #mayWait({ isTunnel, target }: ProxyRequest, { isOwn }: Admission): boolean {
    const { tunnels, reached } = this.#core;
    return isTunnel && !isOwn && tunnels === "tls" && reached.has(hostHeaderOf(target, -1));
  }

  /** Makes a request's connection, and remembers of a tunnel's whether it could be made. */
  #dialOf({ isTunnel, target }: ProxyRequest, route: Route): Dial {
    const { reached, limits } = this.#core;
    return (done) =>
      dial(route, limits.connectMs, (socket) => {
        if (isTunnel && typeof socket === "string") reached.remove(hostHeaderOf(target, -1));
        else if (isTunnel) reached.add(hostHeaderOf(target, -1));
        done(socket);
      });
  }

  #dial(request: ProxyRequest, found: { readonly admission: Admission; readonly route: Route }): void {
    this.#socket.pause();
    this.#giveUp = this.#dialOf(
      request,
      found.route,
    )((socket) => {
      this.#giveUp = undefined;
      if (typeof socket === "string") {
        this.#dropExchange();
        this.#refuse(socket === "timeout" ? "timeout" : "unreachable", request.method === "HEAD");
      } else if (this.#socket.destroyed) socket.destroy();
      else if (request.isTunnel) this.#becomeTunnel(request, { admission: found.admission, upstream: socket });
      else this.#begin(new Upstream(socket, hostHeaderOf(request.target, -1)));
    });
  }

  #dropExchange(): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange !== undefined) this.#core.live.remove(exchange);
  }

  #begin(upstream: Upstream): void {
    const exchange = this.#exchange;
    if (exchange === undefined || exchange.isOver) {
      upstream.socket.destroy();
      return;
    }
    exchange.begin(upstream);
    this.#socket.resume();
    this.#pump();
  }

  #becomeTunnel(
    request: ProxyRequest,
    made: { readonly admission: Admission; readonly upstream: Socket | Dial },
  ): void {
    const tunnel = this.#tunnelOf({ ...made, host: request.target.host.host });
    this.#socket.write("HTTP/1.1 200 Connection established\r\n\r\n", "latin1");
    const early = this.#pending;
    this.#pending = NOTHING;
    tunnel.inspect(early);
  }

  #tunnelOf(made: Pick<TunnelParts, "admission" | "upstream" | "host">): Tunnel {
    this.#isTunnel = true;
    this.#socket.removeListener("data", this.#onData);
    this.#socket.removeListener("drain", this.#onDrain);
    this.#socket.removeListener("end", this.#onEnd);
    return new Tunnel({ core: this.#core, client: this.#socket, passed: this.#passed, ...made });
  }

  exchangeDone(
    exchange: Exchange,
    how: { readonly isClientKept: boolean; readonly spare: Upstream | undefined },
  ): void {
    this.#core.live.remove(exchange);
    this.#exchange = undefined;
    this.#isBusy = false;
    const { spare } = how;
    if (spare !== undefined && exchange.isPersonal) this.#pinned = spare;
    else if (spare !== undefined) this.#core.pool.give(spare);
    if (this.#socket.destroyed) return;
    if (!how.isClientKept || this.#isEnding || this.#hasEnded) {
      this.#linger();
      return;
    }
    this.#socket.resume();
    if (this.#pending.length > 0) setImmediate(() => this.#pump());
  }

  exchangeRetries(exchange: Exchange): void {
    const { target } = exchange.request;
    const { claim } = exchange;
    const { routes, judge, failed } = this.#core;
    Promise.resolve(routes.find(target, { judge, claim, isOwn: exchange.hosts.length === 0 })).then((route) => {
      if (this.#exchange !== exchange || exchange.isOver) return;
      if (typeof route === "string") exchange.fail("unreachable");
      else this.#redial(exchange, route);
    }, failed);
  }

  #redial(exchange: Exchange, route: Route): void {
    this.#giveUp = dial(route, this.#core.limits.connectMs, (socket) => {
      this.#giveUp = undefined;
      if (typeof socket === "string") exchange.fail("unreachable");
      else this.#begin(new Upstream(socket, hostHeaderOf(exchange.request.target, -1)));
    });
  }

  exchangeUpgraded(exchange: Exchange, upstream: Upstream, early: Buffer): void {
    this.#core.live.remove(exchange);
    this.#exchange = undefined;
    const { claim, proof, ends } = exchange;
    const { socket } = upstream;
    socket.removeAllListeners("data").removeAllListeners("drain").removeAllListeners("end");
    const admission: Admission = { kind: "admitted", claim, proof, ends, bytesUp: exchange.bytesUp, isOwn: false };
    const tunnel = this.#tunnelOf({ admission, upstream: socket, host: exchange.request.target.host.host });
    const fromClient = this.#pending;
    this.#pending = NOTHING;
    tunnel.relay(fromClient, early);
  }

  exchangeOverflowed(exchange: Exchange): void {
    if (exchange.isStarted) {
      exchange.abort();
      return;
    }
    const { claim, request } = exchange;
    const { refused } = refusedFor("upload", { request, claim });
    this.#core.counts.refused += 1;
    exchange.answer(this.#pageOf(refused, { isClosing: true, isBodyless: false }));
  }

  /** Tells a fault, and closes. */
  #refuse(fault: Fault, isBodyless: boolean): void {
    this.#isBusy = false;
    this.#core.counts.refused += 1;
    this.#socket.write(faultAnswer(fault, { isClosing: true, isBodyless }));
    this.#linger();
  }

  /** Shows what was refused; the connection goes on where nothing is left of the request. */
  #showPage(request: ProxyRequest, refused: RefusedRequest): void {
    this.#isBusy = false;
    this.#core.counts.refused += 1;
    const isClosing = request.isTunnel || !request.isKept || request.framing.kind !== "none" || this.#hasEnded;
    this.#socket.write(this.#pageOf(refused, { isClosing, isBodyless: request.method === "HEAD" }));
    if (isClosing) this.#linger();
    else this.#socket.resume();
  }

  #pageOf(refused: RefusedRequest, how: { readonly isClosing: boolean; readonly isBodyless: boolean }): Buffer {
    return writeAnswer({ status: 403, ...how, ...this.#core.page(refused) });
  }

  /** Closes behind an answer that is on its way: what still comes is dropped, so that the answer is not lost to a reset. */
  #linger(): void {
    this.#isEnding = true;
    this.#pending = NOTHING;
    this.#socket.end();
    this.#socket.resume();
    const timer = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    timer.unref();
    this.#socket.once("close", () => clearTimeout(timer));
  }
}

/** The size that a request says that its body has. */
function sizeOf({ framing }: ProxyRequest): number {
  return framing.kind === "length" ? framing.length : 0;
}
