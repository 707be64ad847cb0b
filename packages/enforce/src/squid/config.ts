import { HELPER_FORMAT } from "./line.ts";
import { SQUID_PAGE } from "./page.ts";

/** What Squid's configuration is made from. */
export interface SquidConfigOptions {
  /** The helper with its arguments. */
  readonly helper: readonly string[];
  /** The folder of the error pages, ours among them. */
  readonly errorDirectory: string;
  /** `127.0.0.1:3128`. */
  readonly listen: string;
  /** The certificate that Squid insists on for a port on which it looks at hellos; it signs nothing that a client sees. */
  readonly certificate: string;
  readonly certificateHelper: string;
  readonly certificateStore: string;
  /** Networks whose machines may use the proxy. */
  readonly clients: readonly string[];
  /** Networks within the office that may be reached through the proxy all the same. */
  readonly reachable?: readonly string[];
  /** Ports that tunnels may go to. */
  readonly tunnelPorts?: readonly number[];
}

/** Addresses that are not of the public internet. */
const PRIVATE =
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3 ::/127 64:ff9b::/96 fc00::/7 fe80::/10 ff00::/8";

/** The part of `squid.conf` that has Squid ask us of every request, and of every TLS hello, of which it reads the name and nothing else. */
export function squidConfig(options: SquidConfigOptions): string {
  const { tunnelPorts = [443], reachable = [] } = options;
  const within = `causeway_private${reachable.length === 0 ? "" : " !causeway_reachable"}`;
  const lines = [
    "# Of causeway-point: include this in squid.conf in the place of its own http_port and http_access lines.",
    `http_port ${options.listen} ssl-bump generate-host-certificates=off tls-cert=${options.certificate}`,
    `sslcrtd_program ${options.certificateHelper} -s ${options.certificateStore} -M 4MB`,
    `error_directory ${options.errorDirectory}`,
    // NOTE Asked every time: an answer that is kept is a grant that outlives its end. One process: it knows all open tunnels.
    `external_acl_type causeway ttl=0 negative_ttl=0 grace=0 cache=0 children-max=1 children-startup=1 children-idle=1 concurrency=10000 queue-size=20000 ${HELPER_FORMAT} ${options.helper.join(" ")}`,
    "acl causeway_permitted external causeway",
    `deny_info ${SQUID_PAGE} causeway_permitted`,
    `acl causeway_clients src ${options.clients.join(" ")}`,
    `acl causeway_tunnel_ports port ${tunnelPorts.join(" ")}`,
    "acl causeway_connect method CONNECT",
    `acl causeway_private dst ${PRIVATE}`,
    ...(reachable.length === 0 ? [] : [`acl causeway_reachable dst ${reachable.join(" ")}`]),
    "acl causeway_hello at_step SslBump1",
    // NOTE A CONNECT that `http_access` denies on such a port is answered over TLS by Squid itself, with a certificate of its own. So
    // tunnels are ended here instead: by the name that was asked for before anything is answered, then by the name in the hello.
    "ssl_bump terminate !causeway_tunnel_ports",
    "ssl_bump terminate !causeway_permitted",
    `ssl_bump terminate ${within}`,
    "ssl_bump peek causeway_hello",
    "ssl_bump splice all",
    "http_access deny !causeway_clients",
    "http_access allow causeway_connect",
    "http_access deny !causeway_permitted",
    `http_access deny ${within}`,
    "http_access allow causeway_clients",
    "http_access deny all",
  ];
  return `${lines.join("\n")}\n`;
}
