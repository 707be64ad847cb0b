import type { Instant } from "@causeway/base";
import type { Socket } from "node:net";
import type { Claim } from "../embedded/judge.ts";
import { faultAnswer, type Fault } from "./answers.ts";
import { bodyReader, type BodyReader } from "./body.ts";
import { endOfHead, isHopeless } from "./head.ts";
import type { LiveThing } from "./live.ts";
import type { Upstream, UpstreamUser } from "./pool.ts";
import type { ProxyRequest } from "./requests.ts";
import { readResponse, requestHead, responseHead, type ProxyResponse } from "./responses.ts";

/** What an exchange tells of its end, and asks on its way. */
export interface ExchangeOwner {
  /** Over: whether the client's connection may go on, and the site's connection when somebody may have it next. */
  exchangeDone(exchange: Exchange, how: { readonly isClientKept: boolean; readonly spare: Upstream | undefined }): void;
  /** The site closed an old connection before it said anything: the same again on a new one. */
  exchangeRetries(exchange: Exchange): void;
  /** The site agreed to a WebSocket: from here on bytes pass as they are. */
  exchangeUpgraded(exchange: Exchange, upstream: Upstream, early: Buffer): void;
  /** More went out than the grant allows. */
  exchangeOverflowed(exchange: Exchange): void;
}

/** What an exchange is made from. */
export interface ExchangeParts {
  readonly request: ProxyRequest;
  readonly claim: Claim;
  readonly proof: string | undefined;
  readonly ends: Instant | undefined;
  readonly bytesUp: number | undefined;
  readonly isOwn: boolean;
  readonly client: Socket;
  readonly via: string;
  readonly owner: ExchangeOwner;
}

const MAX_INTERIM = 20;

/** One request and its answer: passes both on, strictly framed. */
export class Exchange implements LiveThing, UpstreamUser {
  readonly request: ProxyRequest;
  readonly claim: Claim;
  readonly proof: string | undefined;
  readonly hosts: readonly string[];
  ends: Instant | undefined;
  #parts: ExchangeParts;
  #upstream: Upstream | undefined;
  #requestBody: BodyReader;
  #up = 0;
  #received: Buffer | undefined;
  #response: ProxyResponse | undefined;
  #responseBody: BodyReader | undefined;
  #isChunked = false;
  #isClientKept: boolean;
  #interim = 0;
  #isOver = false;
  #out: Buffer[] = [];
  /** Told of every byte that passes. */
  passed: () => void = () => undefined;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.request = parts.request;
    this.claim = parts.claim;
    this.proof = parts.proof;
    this.hosts = parts.isOwn ? [] : [parts.request.target.host.host];
    this.ends = parts.ends;
    this.#requestBody = bodyReader(parts.request.framing, { lenient: false });
    this.#isClientKept = parts.request.isKept;
  }

  get bytesUp(): number | undefined {
    return this.#parts.bytesUp;
  }

  get isBodyDone(): boolean {
    return this.#requestBody.isDone;
  }

  get isStarted(): boolean {
    return this.#response !== undefined;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get isConnected(): boolean {
    return this.#upstream !== undefined;
  }

  /** Sends the request to the site. */
  begin(upstream: Upstream): void {
    this.#upstream = upstream;
    upstream.user = this;
    upstream.socket.write(requestHead(this.request, this.#parts.via), "latin1");
    if (upstream.socket.destroyed) setImmediate(() => this.upstreamClosed());
  }

  /** Takes what the client sends of the body; how much of it belongs to the body. -1 for what is malformed. */
  feed(bytes: Buffer): number {
    const { socket } = this.#upstream ?? {};
    const { bytesUp, client, owner } = this.#parts;
    if (socket === undefined) return 0;
    const isChunked = this.request.framing.kind === "chunked";
    socket.cork();
    const used = this.#requestBody.take(bytes, (piece) => {
      this.#up += piece.length;
      if (isChunked) socket.write(`${piece.length.toString(16)}\r\n`, "latin1");
      if (!socket.write(piece)) client.pause();
      if (isChunked) socket.write("\r\n", "latin1");
    });
    if (bytesUp !== undefined && this.#up > bytesUp) {
      owner.exchangeOverflowed(this);
      return bytes.length;
    }
    if (used >= 0 && isChunked && this.#requestBody.isDone) socket.write("0\r\n\r\n", "latin1");
    socket.uncork();
    return used;
  }

  upstreamDrained(): void {
    this.passed();
    this.#parts.client.resume();
  }

  /** The client's socket has room again. */
  clientDrained(): void {
    this.passed();
    this.#upstream?.socket.resume();
  }

  upstreamData(bytes: Buffer): void {
    this.passed();
    let rest = this.#received === undefined ? bytes : Buffer.concat([this.#received, bytes]);
    const before = this.#received?.length ?? 0;
    this.#received = undefined;
    while (this.#responseBody === undefined) {
      const end = endOfHead(rest, rest.length === before + bytes.length ? before : 0);
      if (end < 0) {
        if (isHopeless(rest)) this.fail("bad-answer");
        else this.#received = rest;
        return;
      }
      const used = rest.subarray(0, end);
      rest = rest.subarray(end);
      if (!this.#takeHead(used, rest)) return;
    }
    this.#takeBody(rest);
  }

  /** False when there is nothing more to do here. */
  #takeHead(bytes: Buffer, rest: Buffer): boolean {
    const response = readResponse(bytes, bytes.length, this.request);
    if (response === undefined) {
      this.fail("bad-answer");
      return false;
    }
    if (response.status === 101) {
      this.#upgrade(response, rest);
      return false;
    }
    if (response.status < 200) return this.#passInterim(response);
    this.#response = response;
    this.#responseBody = bodyReader(response.framing, { lenient: true });
    this.#isClientKept &&= this.#requestBody.isDone;
    const { minor } = this.request;
    this.#isClientKept &&= minor === 1 || response.framing.kind === "length";
    const head = responseHead(response, { via: this.#parts.via, minor, isKept: this.#isClientKept });
    this.#isChunked = head.isChunked;
    this.#out.push(Buffer.from(head.text, "latin1"));
    return true;
  }

  #passInterim(response: ProxyResponse): boolean {
    this.#interim += 1;
    if (this.#interim > MAX_INTERIM) {
      this.fail("bad-answer");
      return false;
    }
    const head = responseHead(response, { via: this.#parts.via, minor: 1, isKept: true });
    if (this.request.minor === 1) this.#parts.client.write(head.text, "latin1");
    return true;
  }

  #upgrade(response: ProxyResponse, rest: Buffer): void {
    const upstream = this.#upstream;
    if (!this.request.isUpgrade || upstream === undefined) {
      this.fail("bad-answer");
      return;
    }
    this.#isOver = true;
    upstream.user = undefined;
    const head = responseHead(response, { via: this.#parts.via, minor: 1, isKept: true }).text;
    const lines = `${head.slice(0, -2)}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    this.#parts.client.write(lines, "latin1");
    this.#parts.owner.exchangeUpgraded(this, upstream, rest);
  }

  #takeBody(bytes: Buffer): void {
    const body = this.#responseBody;
    const upstream = this.#upstream;
    if (body === undefined || upstream === undefined) return;
    const used = body.take(bytes, (piece) => this.#send(piece));
    if (used < 0) {
      this.abort();
      return;
    }
    if (body.isDone) {
      this.#finish({ isClean: used === bytes.length });
      return;
    }
    this.#flush();
  }

  #send(piece: Buffer): void {
    if (piece.length === 0) return;
    if (!this.#isChunked) this.#out.push(piece);
    else this.#out.push(Buffer.from(`${piece.length.toString(16)}\r\n`, "latin1"), piece, CRLF);
  }

  #flush(): void {
    if (this.#out.length === 0) return;
    const [first = EMPTY, second] = this.#out;
    const bytes = second === undefined ? first : Buffer.concat(this.#out);
    this.#out = [];
    if (!this.#parts.client.write(bytes)) this.#upstream?.socket.pause();
  }

  #finish({ isClean }: { readonly isClean: boolean }): void {
    if (this.#isOver) return;
    if (this.#isChunked) this.#out.push(LAST_CHUNK);
    this.#flush();
    this.#isOver = true;
    const upstream = this.#upstream;
    if (upstream !== undefined) upstream.user = undefined;
    const isReusable = isClean && this.#requestBody.isDone && this.#response?.isKept === true;
    if (!isReusable) upstream?.socket.destroy();
    this.#parts.owner.exchangeDone(this, {
      isClientKept: this.#isClientKept && this.#requestBody.isDone,
      spare: isReusable ? upstream : undefined,
    });
  }

  /** Whether the connection that was used belongs to this client from now on. */
  get isPersonal(): boolean {
    return this.#response?.isPersonal === true;
  }

  upstreamEnded(): void {
    if (this.#isOver) return;
    if (this.#response?.framing.kind === "until-close") this.#finish({ isClean: false });
    else this.#lost();
  }

  upstreamClosed(): void {
    if (!this.#isOver) this.#lost();
  }

  #lost(): void {
    const upstream = this.#upstream;
    if (upstream?.isReused === true && this.#received === undefined && this.#response === undefined) {
      upstream.user = undefined;
      upstream.socket.destroy();
      this.#upstream = undefined;
      this.#parts.owner.exchangeRetries(this);
      return;
    }
    this.fail("unreachable");
  }

  /** Ends with a fault that the client is told when nothing was said yet; else by closing, so that a half is not taken for the whole. */
  fail(fault: Fault): void {
    if (this.#isOver) return;
    if (this.#response !== undefined || this.#interim > 0) {
      this.abort();
      return;
    }
    this.answer(faultAnswer(fault, { isClosing: true, isBodyless: this.request.method === "HEAD" }));
  }

  /** Ends with an answer of the proxy's own; what the site says is not listened to any more. */
  answer(bytes: Buffer): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#letGo();
    this.#parts.client.write(bytes);
    this.#parts.owner.exchangeDone(this, { isClientKept: false, spare: undefined });
  }

  /** Closes both sides at once. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#letGo();
    this.#parts.client.destroy();
    this.#parts.owner.exchangeDone(this, { isClientKept: false, spare: undefined });
  }

  cut(): void {
    this.abort();
  }

  #letGo(): void {
    const upstream = this.#upstream;
    if (upstream === undefined) return;
    upstream.user = undefined;
    upstream.socket.destroy();
  }
}

const EMPTY = Buffer.alloc(0);
const CRLF = Buffer.from("\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");
