export { defaultRateBudgets, RateLimiter, type RateBudget, type RateBudgets } from "./rate-limiter.ts";
export { createHttp, type HttpConfig, type HttpObserver, type HttpOptions, type HttpServer } from "./server.ts";
export { openSite, policyOf, type Site, type SiteReply, type SiteRequest } from "./site.ts";
export type { OpenSocket, SocketLimits, SocketListener, SocketRequest, SocketRoute } from "./sockets.ts";
export * from "./types.ts";
