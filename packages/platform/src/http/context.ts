import { failure, type Clock, type Instant, type Result } from "@causeway/base";
import { mayCallWhile, type Endpoint } from "@causeway/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { IncomingMessage } from "node:http";
import type { Authenticate, Caller, RequestContext } from "./types.ts";

/** What a request's context is made from. */
export interface ContextParts {
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly legacyClients: boolean;
  readonly stopping: AbortSignal;
}

/** Why a signal aborts, made once: an exception of its own for each request costs more than the signal. */
const GONE = new Error("the client is gone, or has its answer");

/** A request on its way through the server; what costs something is made when it is asked for. */
export class LiveRequest implements RequestContext {
  params: unknown;
  query: unknown;
  body: unknown;
  caller: Caller | undefined;
  /** What is called. */
  endpoint: Endpoint | undefined;
  readonly now: Instant;
  readonly ip: string;
  readonly requestId: string;
  readonly stream: IncomingMessage;
  #parts: ContextParts;
  #reply: FastifyReply;
  #signal: AbortSignal | undefined;

  constructor(parts: ContextParts, request: FastifyRequest, reply: FastifyReply) {
    this.#parts = parts;
    this.#reply = reply;
    this.now = parts.clock.now();
    this.ip = request.ip;
    this.requestId = request.id;
    this.stream = request.raw;
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    const headers: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(this.stream.headers)) {
      headers[name] = Array.isArray(value) ? value.join(", ") : value;
    }
    return headers;
  }

  get userAgent(): string {
    return this.stream.headers["user-agent"] ?? "";
  }

  get signal(): AbortSignal {
    if (this.#signal !== undefined) return this.#signal;
    const gone = new AbortController();
    const response = this.#reply.raw;
    if (response.destroyed) gone.abort(GONE);
    response.once("close", () => gone.abort(GONE));
    this.#signal = AbortSignal.any([gone.signal, this.#parts.stopping]);
    return this.#signal;
  }

  /** The caller of the request's token (client-server API, "Using access tokens"). */
  async identify(): Promise<Result<Caller>> {
    const token = this.#token();
    if (token === undefined) return failure("M_MISSING_TOKEN");
    const found = await this.#parts.authenticate(token);
    const held = found.ok ? found.value.held : undefined;
    if (held === undefined || this.endpoint === undefined || mayCallWhile(held, this.endpoint)) return found;
    return held === "locked" ? failure("M_USER_LOCKED", undefined, { soft_logout: true }) : failure("M_USER_SUSPENDED");
  }

  #token(): string | undefined {
    const header = this.stream.headers.authorization;
    const bearer = header === undefined ? undefined : /^Bearer ([\x21-\x7e]{1,1024})$/i.exec(header)?.[1];
    if (bearer !== undefined || !this.#parts.legacyClients) return bearer;
    const url = this.stream.url ?? "";
    const mark = url.indexOf("?");
    return mark < 0 ? undefined : (new URLSearchParams(url.slice(mark)).get("access_token") ?? undefined);
  }
}
