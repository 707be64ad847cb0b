import type { MachineHints } from "@causeway/access";
import type { Directory } from "@causeway/directory";
import {
  askResolver,
  createBlockPage,
  createDns,
  createProxy,
  dohRoutes,
  probeProxy,
  resolverAt,
  SelfTester,
  type BlockPage,
  type Credentials,
  type Dns,
  type Points,
  type PolicySource,
  type Proxy,
  type StoppedMachines,
} from "@causeway/enforce";
import type { Metrics, Route } from "@causeway/platform";
import { lookup, Resolver } from "node:dns/promises";
import type { WireOptions } from "./wire-parts.ts";

/** An embedded point that listens. */
export interface Listening {
  readonly name: "proxy" | "dns";
  readonly url: string;
}

/** The embedded enforcement points and the block page. */
export interface WiredEnforce {
  readonly routes: readonly Route[];
  /** Has the points that are configured listen; after the server does. */
  listen(): Promise<readonly Listening[]>;
  /** Does what is due by the clock; they do it each second by themselves. */
  tick(): void;
  close(): Promise<void>;
}

/** What they are joined with. */
export interface EnforceWiring {
  readonly people: Directory;
  readonly points: Points;
  readonly hints: MachineHints;
  readonly publicUrl: () => string;
  readonly failed: (error: unknown) => void;
}

const STATE_WAIT_MS = 25_000;
const MAX_STATE_WAITING = 5000;
/** The machine that points ask themselves as; what is decided on it is not counted. */
const PROBE_ADDRESS = "127.127.127.127";

/** Builds the block page and the points that are configured; nothing listens yet. */
export function wireEnforce(options: WireOptions, parts: EnforceWiring): WiredEnforce {
  const { clock, config } = options;
  const { points, publicUrl } = parts;
  const credentials: Credentials = {
    userOfSecret: (secret) => parts.people.userOfProxySecret(secret),
    machineOfToken: (token) => parts.people.machineOfToken(token)?.id,
  };
  const hints = hintsFor(parts.hints, parts.people);
  const page = createBlockPage({
    source: { ...points.policy, now: () => clock.now() },
    ...{ credentials, hints, publicUrl, waitMs: STATE_WAIT_MS, maxWaiting: MAX_STATE_WAITING },
  });
  const running = new Running();
  measure(options.metrics, running);
  return {
    routes: [...page.routes, ...(config.dnsPort === undefined ? [] : dohRoutes(() => running.dns))],
    listen: async () => {
      const common = { ...parts, credentials };
      if (config.proxyPort !== undefined) await startProxy(options, { ...common, page, running });
      if (config.dnsPort !== undefined) await startDns(options, { ...common, running });
      return running.listening;
    },
    tick: () => running.proxy?.tick(),
    close: () => running.close(),
  };
}

/** Access signs addresses; a machine that showed its token has those that it is registered with. */
function hintsFor(hints: MachineHints, people: Pick<Directory, "machines">): StoppedMachines {
  const addressOf = (machine: string): string | undefined => {
    if (!machine.startsWith("ma_")) return machine;
    for (const one of people.machines()) if (one.id === machine) return one.addresses[0];
    return undefined;
  };
  return {
    hintOf: (machine, now) => {
      const address = addressOf(machine);
      return address === undefined ? "" : hints.hintOf(address, now);
    },
    verify: hints.verify,
  };
}

/** What runs of it. */
class Running {
  proxy: Proxy | undefined;
  dns: Dns | undefined;
  readonly listening: Listening[] = [];
  readonly testers: SelfTester[] = [];

  async close(): Promise<void> {
    await Promise.all(this.testers.map((one) => one.close()));
    await Promise.all([this.proxy?.close(), this.dns?.close()]);
  }
}

interface Starting extends EnforceWiring {
  readonly credentials: Credentials;
  readonly running: Running;
}

async function startProxy(
  { config }: WireOptions,
  { page, running, ...parts }: Starting & { readonly page: BlockPage },
): Promise<void> {
  const source = await parts.points.source("proxy", "Embedded proxy");
  const proxy = createProxy({
    ...{ source: withoutProbes(source, config.proxyHost), credentials: parts.credentials, failed: parts.failed },
    resolve: resolveWith(config.dnsUpstreams),
    page: page.forProxy,
    own: () => ownPlace(config.publicUrl),
    rules: {
      ports: config.proxyPorts.map(rangeOf),
      ...{ allowedNetworks: config.proxyAllowedNetworks, fixedAddresses: config.proxyFixedAddresses },
      ...{ authentication: config.proxyAuthentication, tunnels: config.proxyTunnels },
    },
    limits: {
      ...{ connections: config.proxyMaxConnections, connectionsPerMachine: config.proxyMaxPerMachine },
      ...{ headMs: 20_000, keepAliveMs: 120_000, connectMs: 10_000, idleMs: config.proxyIdleMs },
      ...{ bytesUpWithoutUpload: config.proxyBytesUp, closeMs: config.closeTimeoutMs },
      ...{ wrongSecrets: config.proxyWrongSecrets, wrongSecretsPerMs: 900_000 },
    },
  });
  running.proxy = proxy;
  const url = await proxy.listen({ host: config.proxyHost, port: config.proxyPort ?? 0 });
  running.listening.push({ name: "proxy", url });
  const from = probeFrom(config.proxyHost);
  const at = { host: reachedAt(config.proxyHost), port: Number(new URL(url).port), from };
  running.testers.push(
    new SelfTester({ source, from, probe: (target) => probeProxy(at, target), failed: parts.failed }),
  );
}

async function startDns({ config }: WireOptions, { running, ...parts }: Starting): Promise<void> {
  const source = await parts.points.source("dns", "Embedded DNS filter");
  const dns = createDns({
    ...{ source: withoutProbes(source, config.dnsHost), credentials: parts.credentials, failed: parts.failed },
    ...{ upstreams: config.dnsUpstreams, pageAddresses: config.dnsPageAddresses },
    limits: {
      ...{ cacheEntries: config.dnsCacheEntries, maxTtlSeconds: config.dnsMaxTtlSeconds },
      ...{ tcpConnections: 2000, tcpConnectionsPerMachine: 100, tcpIdleMs: 15_000 },
      amplifiedBytesPerSecond: config.dnsAmplifiedBytes,
    },
  });
  running.dns = dns;
  const url = await dns.listen({ host: config.dnsHost, port: config.dnsPort ?? 0 });
  running.listening.push({ name: "dns", url });
  const from = probeFrom(config.dnsHost);
  const at = { server: reachedAt(config.dnsHost), port: Number(new URL(url).port), from };
  const probe = (name: string): ReturnType<typeof askResolver> => askResolver({ ...at, name });
  running.testers.push(new SelfTester({ source, from, probe, failed: parts.failed }));
}

/** The source without the point's own questions to itself in its counts. */
function withoutProbes(
  source: PolicySource,
  host: string,
): Pick<PolicySource, "current" | "now" | "subscribe" | "count"> {
  const own = `addr:${probeFrom(host)}`;
  return {
    current: () => source.current(),
    now: () => source.now(),
    subscribe: (listener) => source.subscribe(listener),
    count: (machine, verdict) => {
      if (machine.key !== own) source.count(machine, verdict);
    },
  };
}

/** Where a listener is reached from its own machine, and from which address it is asked there. */
function reachedAt(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

function probeFrom(host: string): string {
  const at = reachedAt(host);
  return at.startsWith("127.") || at === "localhost" ? PROBE_ADDRESS : at;
}

/** Names by the configured resolvers, else as this machine finds them. */
function resolveWith(upstreams: readonly string[]): (name: string) => Promise<readonly string[]> {
  const places = upstreams.flatMap((one) => resolverAt(one) ?? []);
  if (places.length === 0)
    return async (name) => (await lookup(name, { all: true, order: "ipv4first" })).map(({ address }) => address);
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers(places.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`));
  return async (name) => {
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  };
}

/** Where machines reach Causeway, when that was configured: `host:port`. */
function ownPlace(publicUrl: string | undefined): string | undefined {
  if (publicUrl === undefined) return undefined;
  const { hostname, port, protocol } = new URL(publicUrl);
  return `${hostname}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;
}

function rangeOf(given: number | string): readonly [from: number, to: number] {
  const [from, to = from] = String(given).split("-").map(Number);
  return [from ?? 0, to ?? 0];
}

function measure(metrics: Metrics, running: Running): void {
  const proxy = (read: (figures: ReturnType<Proxy["figures"]>) => number) => (): number =>
    running.proxy === undefined ? 0 : read(running.proxy.figures());
  metrics.gauge(
    "proxy_connections",
    "Connections to the proxy.",
    proxy((one) => one.connections),
  );
  metrics.gauge(
    "proxy_tunnels",
    "Tunnels that are open.",
    proxy((one) => one.tunnels),
  );
  metrics.gauge(
    "proxy_requests",
    "Requests to the proxy since the start.",
    proxy((one) => one.requests),
  );
  metrics.gauge(
    "proxy_refused",
    "Requests that the proxy refused since the start.",
    proxy((one) => one.refused),
  );
  metrics.gauge(
    "proxy_cut",
    "Tunnels and requests that were cut when what allowed them ended.",
    proxy((one) => one.cut),
  );
  metrics.gauge(
    "proxy_encrypted_hellos",
    "Tunnels whose hello hid its name.",
    proxy((one) => one.encryptedHellos),
  );
  const dns = (read: (figures: ReturnType<Dns["figures"]>) => number) => (): number =>
    running.dns === undefined ? 0 : read(running.dns.figures());
  metrics.gauge(
    "dns_queries",
    "Queries to the DNS filter since the start.",
    dns((one) => one.queries),
  );
  metrics.gauge(
    "dns_blocked",
    "Queries that the DNS filter answered as blocked since the start.",
    dns((one) => one.blocked),
  );
  metrics.gauge(
    "dns_cached",
    "Answers that the DNS filter keeps.",
    dns((one) => one.cached),
  );
}
