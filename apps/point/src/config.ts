import { ConfigError, readYaml } from "@causeway/platform";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { z } from "zod";

const port = z.int().min(0).max(65_535);
const address = z.string().refine((text) => isIP(text) !== 0, "not an address");
const network = z.string().regex(/^[0-9a-fA-F.:]+(?:\/[0-9]{1,3})?$/, "not an address or a network");
const path = z.string().startsWith("/", "a path begins with /").max(1000);
const key = z.strictObject({
  name: z.string().regex(/^[a-z0-9.-]{1,200}$/, "small letters, digits, dots and hyphens"),
  /** Base64. */
  secret: z.base64().min(16),
});
const resolver = z.strictObject({ address: address.default("127.0.0.1"), port: port.default(53) });
const command = z.array(z.string().min(1)).min(1);

const unbound = z.strictObject({
  control: path.default("/run/unbound.ctl"),
  file: path.default("/var/lib/unbound/causeway.conf"),
  resolver: resolver.prefault({}),
});

const bind = z.strictObject({
  file: path.default("/var/lib/causeway-point/named/causeway.conf"),
  copies: path.default("/var/lib/causeway-point/named/copies"),
  inEveryView: path.optional(),
  suffix: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9.-]{0,60}[a-z0-9])?$/)
    .default("rpz-causeway"),
  machineViews: z.int().min(0).max(10_000).default(64),
  resolver: resolver.prefault({}),
  rndc: command.default(["rndc"]),
  primary: z.strictObject({ address: address.default("127.0.0.1"), port: port.default(5399) }).prefault({}),
  /** Other resolvers that take the zones: who may ask, with which keys, and who is told. */
  others: z
    .strictObject({
      allow: z.array(network).max(1000).default([]),
      keys: z.array(key).max(100).default([]),
      notify: z
        .array(z.strictObject({ address, port: port.default(53), key: z.string().optional() }))
        .max(1000)
        .default([]),
      /** A zone for each service beside the one of all. */
      services: z.boolean().default(false),
      /** The zones as text over HTTP. */
      http: z.strictObject({ address, port }).optional(),
    })
    .prefault({}),
});

const squid = z.strictObject({
  ss: command.default(["ss"]),
  /** Causeway's own hosts. */
  own: z.array(z.string().min(1).max(253)).max(20).default([]),
  /** Where Squid answers, for the self-test. */
  proxy: z.strictObject({ address: address.default("127.0.0.1"), port: port.default(3128) }).prefault({}),
  /** What Squid listens on: a port, or an address with one. */
  listen: z
    .string()
    .regex(/^(?:[0-9.]+:|\[[0-9a-f:]+\]:)?[0-9]{1,5}$/)
    .default("3128"),
  clients: z.array(network).min(1).default(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]),
  reachable: z.array(network).default([]),
  tunnelPorts: z.array(port).min(1).default([443]),
  errorDirectory: path.default("/var/lib/causeway-point/squid-pages"),
  certificate: path.default("/etc/squid/causeway.pem"),
  certificateHelper: path.default("/usr/lib/squid/security_file_certgen"),
  certificateStore: path.default("/var/lib/squid/ssl_db"),
});

const probe = z.strictObject({
  targets: z
    .array(
      z.strictObject({
        kind: z.enum(["dns", "proxy"]),
        address,
        port,
        /** An address of this machine to ask from: the machine that is played. */
        from: address.optional(),
        hosts: z.array(z.string().min(1).max(253)).max(100).default([]),
      }),
    )
    .min(1)
    .max(100),
});

const shape = z.strictObject({
  /** Where Causeway is. */
  server: z.url({ protocol: /^https?$/ }),
  /** Where this point keeps who it is and its last policy. */
  directory: path.default("/var/lib/causeway-point"),
  /** The one-time code of the enrolment. It is not needed any more afterwards. */
  code: z.string().max(100).optional(),
  logLevel: z.enum(["error", "warn", "info", "debug"]).default("info"),
  selfTestHours: z.number().min(0.01).max(168).default(24),
  unbound: unbound.prefault({}),
  bind: bind.prefault({}),
  squid: squid.prefault({}),
  probe: probe.optional(),
});

/** What a point is told. */
export type PointConfig = z.output<typeof shape>;

/** Reads the file of a point. @throws ConfigError listing every fault */
export function readPointConfig(file: string, code: string | undefined): PointConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError([`the file ${file}: ${error instanceof Error ? error.message : "cannot be read"}`]);
  }
  const read = shape.safeParse(readYaml(text) ?? {});
  if (!read.success)
    throw new ConfigError(read.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`));
  return code === undefined ? read.data : { ...read.data, code };
}
