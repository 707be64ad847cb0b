export { createDns, resolverAt, type Dns, type DnsFigures, type DnsLimits, type DnsOptions } from "./create-dns.ts";
export { dohRoutes } from "./doh.ts";
