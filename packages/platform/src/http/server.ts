import { FailureError, failure, ok, type Clock, type Result } from "@causeway/base";
import type { Endpoint } from "@causeway/contract";
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { AddressInfo } from "node:net";
import { readJson, readText, type BodyLimits } from "./body.ts";
import { LiveRequest, type ContextParts } from "./context.ts";
import { RateLimiter, type RateBudgets } from "./rate-limiter.ts";
import { PREFLIGHT, refuseMethod, writeAnswer, writeFailure } from "./reply.ts";
import type { Site } from "./site.ts";
import { Sockets, type SocketRoute } from "./sockets.ts";
import type { Answer, Authenticate, Authorise, Route } from "./types.ts";
import { parseQuery, validate } from "./validate.ts";

/** What the HTTP server is told by the configuration. */
export interface HttpConfig extends BodyLimits {
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly legacyClients: boolean;
  /** Undefined: no limits. */
  readonly rateBudgets: RateBudgets | undefined;
  readonly headersTimeoutMs: number;
  /** How long a client may take to send a whole request. */
  readonly requestTimeoutMs: number;
  readonly maxQueryBytes: number;
  /** How long requests under way may take to end at a shutdown. */
  readonly closeTimeoutMs: number;
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** Port: what is counted and logged of each request. Never told of tokens, ids or addresses. */
export interface HttpObserver {
  finished(request: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly ms: number;
  }): void;
  failed(request: { readonly route: string; readonly requestId: string; readonly error: unknown }): void;
}

/** What the server is made of. */
export interface HttpOptions {
  readonly config: HttpConfig;
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly authorise: Authorise;
  readonly observer: HttpObserver;
  readonly routes: readonly Route[];
  readonly sockets?: readonly SocketRoute[];
  /** The web client: it answers what no route does, outside of the addresses that belong to interfaces. */
  readonly site?: Site | undefined;
}

/** A running or stopped HTTP server. */
export interface HttpServer {
  /** Begins to listen; resolves to the address, with the real port when 0 was asked for. */
  listen(at: { readonly host: string; readonly port: number }): Promise<string>;
  /** Aborts what waits, lets requests end, closes every connection. */
  close(): Promise<void>;
}

/** Builds the server; nothing listens yet. Throws when two routes collide. */
export function createHttp(options: HttpOptions): HttpServer {
  const stopping = new AbortController();
  const sockets = new Sockets(options.sockets ?? [], (error) =>
    options.observer.failed({ route: "socket", requestId: "", error }),
  );
  const app = createFastify(options.config, sockets);
  const serving = new Serving(options, stopping.signal);
  const methods = new Map<string, string[]>();
  for (const route of options.routes) {
    for (const path of pathsOf(route.endpoint, options.config.legacyClients)) {
      const method = methodsOf(route.endpoint);
      app.route({ method, url: path, handler: (request, reply) => serving.run(route, request, reply) });
      methods.set(path, [...(methods.get(path) ?? []), ...method]);
    }
  }
  refuseOtherMethods(app, methods);
  app.setNotFoundHandler(notFoundHandler(options, [...methods.keys()]));
  return {
    listen: async (at) => {
      await app.listen({ host: at.host, port: at.port });
      return addressOf(app, at.host, options.config.tls !== undefined);
    },
    close: async () => {
      sockets.close();
      await closeWithin(app, stopping, options.config.closeTimeoutMs);
    },
  };
}

function createFastify(config: HttpConfig, sockets: Sockets): FastifyInstance {
  const { shouldUpgradeCallback } = sockets;
  const app: FastifyInstance = fastify({
    ...(config.tls === undefined
      ? {}
      : { https: { cert: config.tls.cert, key: config.tls.key, shouldUpgradeCallback } }),
    trustProxy: config.trustedProxies.length === 0 ? false : [...config.trustedProxies],
    routerOptions: { maxParamLength: 2048, caseSensitive: true },
    requestTimeout: config.requestTimeoutMs,
    http: { headersTimeout: config.headersTimeoutMs, shouldUpgradeCallback },
    forceCloseConnections: false,
    exposeHeadRoutes: false,
    // An address that cannot be read at all, before any route is looked for.
    frameworkErrors: (_error: unknown, _request: FastifyRequest, reply: FastifyReply) =>
      writeFailure(reply, { code: "M_INVALID_PARAM", message: "The address is not well-formed." }),
    return503OnClosing: false,
    genReqId: requestIds(),
  } as Parameters<typeof fastify>[0]) as unknown as FastifyInstance; // TLS makes another type of the same shape
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  sockets.attach(app);
  app.addHook("onRequest", (request, reply, done) => {
    if (request.method === "OPTIONS") reply.headers(PREFLIGHT).code(204).send();
    else done();
  });
  return app;
}

/** First parts of addresses that belong to interfaces and never to the client, whether or not something is served there. */
const INTERFACES = ["_matrix", "_synapse", "causeway", ".well-known", "tlog", "dns-query", "metrics", "blocked"];

/** What no route answers: the client's pages and files, or `M_UNRECOGNIZED`. */
function notFoundHandler(
  { site, config }: HttpOptions,
  paths: readonly string[],
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  const taken = new Set([...INTERFACES, ...paths.map(firstPart)]);
  return async (request, reply) => {
    const [path = "/"] = request.url.split("?", 1);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (site === undefined || !isRead || taken.has(firstPart(path))) {
      writeFailure(reply, { code: "M_UNRECOGNIZED" });
      return reply;
    }
    const answer = await site.respond({
      path,
      accept: request.headers.accept ?? "",
      acceptEncoding: String(request.headers["accept-encoding"] ?? ""),
      ifNoneMatch: request.headers["if-none-match"],
      secure: config.tls !== undefined || request.protocol === "https",
    });
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  };
}

function firstPart(path: string): string {
  return path.split("/", 2)[1] ?? "";
}

/** Ids to find a request in the log by: unique, and of no meaning. */
function requestIds(): () => string {
  const start = crypto.randomUUID().slice(0, 8);
  let count = 0;
  return () => `${start}-${(count += 1).toString(36)}`;
}

function pathsOf(endpoint: Endpoint, legacyClients: boolean): readonly string[] {
  const paths = typeof endpoint.path === "string" ? [endpoint.path] : endpoint.path;
  if (!legacyClients) return paths;
  const old = paths
    .filter((path) => /^\/_matrix\/(client|media)\/v3\//.test(path))
    .map((path) => path.replace("/v3/", "/r0/"));
  return [...new Set([...paths, ...old])];
}

function methodsOf({ method, head }: Endpoint): string[] {
  return head === true ? [method, "HEAD"] : [method];
}

/** A path that exists answers other methods with 405 (client-server API, "Common error codes"). */
function refuseOtherMethods(app: FastifyInstance, methods: ReadonlyMap<string, readonly string[]>): void {
  for (const [url, known] of methods) {
    const others = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"].filter((method) => !known.includes(method));
    app.route({
      method: others,
      url,
      handler: (_request, reply) => refuseMethod(reply, known),
    });
  }
}

function addressOf(app: FastifyInstance, host: string, secure: boolean): string {
  const address: AddressInfo | string | null = app.server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const name = host.includes(":") ? `[${host}]` : host;
  return `${secure ? "https" : "http"}://${name}:${port}`;
}

async function closeWithin(app: FastifyInstance, stopping: AbortController, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), timeoutMs);
  const closed = app.close();
  stopping.abort();
  app.server.closeIdleConnections();
  await closed;
  clearTimeout(timer);
}

/** The way of a request: count, who, may, parse, answer. */
class Serving {
  #options: HttpOptions;
  #parts: ContextParts;
  #limiter: RateLimiter | undefined;

  constructor(options: HttpOptions, stopping: AbortSignal) {
    this.#options = options;
    const { clock, authenticate, config } = options;
    this.#parts = { clock, authenticate, legacyClients: config.legacyClients, stopping };
    this.#limiter = config.rateBudgets === undefined ? undefined : new RateLimiter(config.rateBudgets, clock);
  }

  async run(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const started = performance.now();
    const answer = await this.#answer(route, request, reply);
    if (!request.raw.complete && !request.raw.readableEnded) request.raw.resume();
    writeAnswer(reply, answer);
    this.#options.observer.finished({
      route: request.routeOptions.url ?? "",
      method: request.method,
      status: reply.statusCode,
      ms: performance.now() - started,
    });
    return reply;
  }

  async #answer(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<Answer> {
    try {
      const live = new LiveRequest(this.#parts, request, reply);
      live.endpoint = route.endpoint;
      const admitted = await this.#admit(route.endpoint, live, request);
      if (!admitted.ok) return admitted;
      const parsed = await this.#parse(route.endpoint, live, request);
      if (!parsed.ok) return parsed;
      const answer = await route.handler(live as Parameters<Route["handler"]>[0]); // validated by the endpoint's own schemas
      return answer;
    } catch (error) {
      if (error instanceof FailureError) return { ok: false, error: error.failure };
      this.#options.observer.failed({ route: request.routeOptions.url ?? "", requestId: request.id, error });
      return failure("M_UNKNOWN");
    }
  }

  async #admit(endpoint: Endpoint, live: LiveRequest, request: FastifyRequest): Promise<Result<undefined>> {
    if ("open" in endpoint.access) return this.#limiter?.take(endpoint.rate, live.ip) ?? ok(undefined);
    const caller = await live.identify();
    if (!caller.ok) {
      // Who guesses tokens has the budget of the address to do it in.
      const within = this.#limiter?.take(endpoint.rate, live.ip);
      return within?.ok === false ? within : caller;
    }
    live.caller = caller.value;
    const within = this.#limiter?.take(endpoint.rate, caller.value.user);
    if (within !== undefined && !within.ok) return within;
    const { action, on } = endpoint.access;
    const target = on === undefined ? undefined : (request.params as Record<string, string>)[on];
    const decision = await this.#options.authorise(caller.value, action, target);
    if (decision.allowed) return ok(undefined);
    const isMatrix = request.routeOptions.url?.startsWith("/_matrix/") === true;
    return failure(isMatrix ? "M_FORBIDDEN" : "NOT_PERMITTED", undefined, { reason: decision.reason });
  }

  async #parse(endpoint: Endpoint, live: LiveRequest, request: FastifyRequest): Promise<Result<undefined>> {
    const url = request.raw.url ?? "";
    if (url.length > this.#options.config.maxQueryBytes) return failure("M_TOO_LARGE", "The address is too long.");
    const params = validate(endpoint.params, request.params, "path");
    if (!params.ok) return params;
    live.params = params.value;
    const query = validate(endpoint.query, parseQuery(url), "query");
    if (!query.ok) return query;
    live.query = query.value;
    if (endpoint.body === undefined || endpoint.bodyKind === "stream") return ok(undefined);
    const body = await this.#body(endpoint, request);
    if (!body.ok) return body;
    const valid = validate(endpoint.body, body.value, "body");
    if (!valid.ok) return valid;
    live.body = valid.value;
    return ok(undefined);
  }

  #body(endpoint: Endpoint, request: FastifyRequest): Promise<Result<unknown>> {
    const { config } = this.#options;
    const maxBodyBytes = endpoint.maxBodyBytes ?? config.maxBodyBytes;
    if (endpoint.bodyKind === "text") return readText(request.raw, maxBodyBytes);
    return readJson(
      request.raw,
      { maxBodyBytes, maxJsonDepth: config.maxJsonDepth },
      { optional: endpoint.bodyOptional === true },
    );
  }
}
