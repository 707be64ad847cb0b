import { isIP } from "node:net";
import { z } from "zod";
import { key } from "./config-key.ts";
import { network } from "./sign-in-providers.ts";

const PORTS = 65_535;
const count = z.number().int().min(0).max(1_000_000_000_000);
const port = z.number().int().min(0).max(PORTS);

/** A port, or a range of ports (`8000-8999`). */
const portRange: z.ZodType<number | string> = z.union([
  z.number().int().min(1).max(PORTS),
  z.string().refine((text) => {
    const match = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(text);
    const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    return match !== null && from >= 1 && from <= to && to <= PORTS;
  }, "not a port, or a range as `8000-8999`"),
]);

function isAddressWithPort(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::([0-9]{1,5}))?$/.exec(text);
  if (match === null) return false;
  const { 1: v6, 2: v4 = "", 3: port } = match;
  const isPort = port === undefined || (Number(port) >= 1 && Number(port) <= PORTS);
  return isPort && isIP(v6 ?? v4) === (v6 === undefined ? 4 : 6);
}

/** Where a resolver is: an address, with a port or without. */
const resolver: z.ZodType<string> = z.string().refine(isAddressWithPort, "not an address, or `address:port`");

/** An address that blocked names are answered with. */
const pageAddress: z.ZodType<string> = z.string().refine((text) => isIP(text) !== 0, "not an address");

/** Hosts in lower case, each with its address. */
const fixedAddresses: z.ZodType<Readonly<Record<string, string>>> = z.record(
  z.string().regex(/^[a-z0-9_.-]{1,253}$/, "not a host in lower case"),
  resolver,
);

/** The embedded enforcement points. */
export const embeddedKeys = {
  proxyPort: key(
    "proxyPort",
    port,
    undefined,
    "The port of the embedded forward proxy; 0 takes any; by default there is none. See docs/runbooks/enforcement.md.",
  ),
  proxyHost: key("proxyHost", z.string().min(1), "127.0.0.1", "The address that the proxy listens on."),
  proxyPorts: key(
    "proxy.ports",
    z.array(portRange).min(1).max(100),
    [80, 443, 8080, 8443],
    "Ports that may be asked for through the proxy: numbers, and ranges as `8000-8999`.",
  ),
  proxyAllowedNetworks: key(
    "proxy.allowedNetworks",
    z.array(network).max(200),
    [],
    "Networks that are not of the public internet and may be reached through the proxy all the same: intranets.",
  ),
  proxyFixedAddresses: key(
    "proxy.fixedAddresses",
    fixedAddresses,
    {},
    "Hosts that the proxy reaches at a given address (`192.0.2.1`, `192.0.2.1:8443`), whatever a resolver says.",
  ),
  proxyAuthentication: key(
    "proxy.authentication",
    z.enum(["optional", "required"]),
    "optional",
    "Whether everybody has to show a proxy secret or a machine's token, or who has none is known by the machine.",
  ),
  proxyTunnels: key(
    "proxy.tunnels",
    z.enum(["tls", "any"]),
    "tls",
    "What a tunnel may carry: TLS and WebSockets, whose names are looked at, or anything.",
  ),
  dnsPort: key(
    "dnsPort",
    port,
    undefined,
    "The port of the embedded DNS filter, over UDP and TCP; 0 takes any; by default there is none, and no DNS over HTTPS either.",
  ),
  dnsHost: key("dnsHost", z.string().min(1), "127.0.0.1", "The address that the DNS filter listens on."),
  dnsUpstreams: key(
    "dns.upstreams",
    z.array(resolver).max(10),
    [],
    "Resolvers that the DNS filter and the proxy ask (`192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:53`); none: those of the system.",
  ),
  dnsPageAddresses: key(
    "dns.pageAddresses",
    z.array(pageAddress).max(8),
    [],
    "Addresses that blocked names are answered with, where a page of yours is; none: blocked names do not exist.",
  ),
  dnsMaxTtlSeconds: key(
    "dns.maxTtlSeconds",
    z.number().int().min(1).max(86_400),
    60,
    "The longest that clients may keep an answer of the DNS filter; what a grant opened they keep for 5 seconds.",
  ),
  proxyMaxConnections: key("limits.proxy.connections", count, 20_000, "Connections to the proxy."),
  proxyMaxPerMachine: key(
    "limits.proxy.connectionsPerMachine",
    count,
    1000,
    "Connections to the proxy from one address.",
  ),
  proxyIdleMs: key(
    "limits.proxy.idleMs",
    count,
    600_000,
    "How long a request or tunnel may go on without a byte in either direction.",
  ),
  proxyBytesUp: key(
    "limits.proxy.bytesUpWithoutUpload",
    count,
    1_048_576,
    "What one request or tunnel may send where the authorisation is without upload: signing in and reading need some.",
  ),
  proxyWrongSecrets: key(
    "limits.proxy.wrongSecrets",
    z.number().int().min(1).max(100_000),
    20,
    "Wrong proxy secrets from one address before it must wait.",
  ),
  dnsCacheEntries: key("limits.dns.cacheEntries", count, 100_000, "Answers that the DNS filter keeps."),
  dnsAmplifiedBytes: key(
    "limits.dns.amplifiedBytesPerSecond",
    z.number().int().min(1).max(1_000_000_000),
    1_048_576,
    "Bytes a second that answers to one address may be longer than four times the questions; beyond it clients are sent to TCP.",
  ),
} as const;
