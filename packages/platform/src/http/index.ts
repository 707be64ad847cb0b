export { defaultRateBudgets, RateLimiter, type RateBudget, type RateBudgets } from "./rate-limiter.ts";
export { createHttp, type HttpConfig, type HttpObserver, type HttpOptions, type HttpServer } from "./server.ts";
export * from "./types.ts";
