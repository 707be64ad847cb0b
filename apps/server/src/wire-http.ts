import { createAuthorise } from "@causeway/access";
import type { Accounts } from "@causeway/accounts";
import type { Directory } from "@causeway/directory";
import type { AllRooms } from "@causeway/matrix-rooms";
import {
  createHttp,
  factsOfError,
  type Database,
  type HttpServer,
  type Route,
  type SocketRoute,
} from "@causeway/platform";
import { administrationRoutes } from "./administration.ts";
import { healthRoutes } from "./health.ts";
import { withOpenApi } from "./openapi.ts";
import type { WireOptions } from "./wire-parts.ts";

/** Builds the HTTP server over every route; it listens when told to. */
export function wireHttp(
  options: WireOptions,
  parts: {
    readonly db: Database;
    readonly accounts: Accounts;
    readonly people: Directory;
    readonly rooms: AllRooms;
    readonly routes: readonly Route[];
    readonly sockets?: readonly SocketRoute[];
  },
): HttpServer {
  const { config, clock, log } = options;
  const space = { directory: options.directory.path, minFreeBytes: config.minFreeBytes };
  return createHttp({
    config: httpConfig(options),
    clock,
    authenticate: (token) => parts.accounts.authenticate(token),
    authorise: createAuthorise((user) => ({ roles: parts.people.rolesOf(user) })),
    observer: {
      finished: (request) => options.metrics.request(request),
      failed: ({ route, requestId, error }) =>
        log.error("a request met a surprise", { route, requestId, ...factsOfError(error) }),
    },
    site: options.site,
    sockets: parts.sockets ?? [],
    routes: withOpenApi([
      ...parts.routes,
      ...healthRoutes(parts.db, space),
      ...administrationRoutes({
        ...{ db: parts.db, rooms: parts.rooms, space, startedAt: clock.now() },
        rolesOf: (user) => parts.people.rolesOf(user),
      }),
    ]),
  });
}

function httpConfig({ config, tls }: WireOptions): Parameters<typeof createHttp>[0]["config"] {
  const budgets = {
    login: config.rateLogin,
    register: config.rateRegister,
    write: config.rateWrite,
    send: config.rateSend,
    read: config.rateRead,
    sync: config.rateSync,
    media: config.rateMedia,
  };
  return {
    maxBodyBytes: config.maxBodyBytes,
    maxJsonDepth: config.maxJsonDepth,
    maxQueryBytes: config.maxUrlBytes,
    trustedProxies: config.trustedProxies,
    legacyClients: config.legacyClients,
    rateBudgets: config.rateLimits === "on" ? budgets : undefined,
    headersTimeoutMs: config.headersTimeoutMs,
    requestTimeoutMs: config.requestTimeoutMs,
    closeTimeoutMs: config.closeTimeoutMs,
    ...(tls === undefined ? {} : { tls }),
  };
}
