export { createProxy, type Proxy } from "./create-proxy.ts";
export type {
  ProxyFigures,
  ProxyLimits,
  ProxyOptions,
  ProxyRules,
  RefusalPage,
  RefusedRequest,
  ResolveName,
} from "./ports.ts";
