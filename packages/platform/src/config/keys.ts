import { isIP } from "node:net";
import { z } from "zod";
import { accessKeys } from "./access-keys.ts";
import { key, type ConfigKey } from "./config-key.ts";
import { embeddedKeys } from "./embedded-keys.ts";
import { network, oidcProviders, pushHost, redirectUrl } from "./sign-in-providers.ts";

export type { ConfigKey } from "./config-key.ts";

/** `10.0.0.1`, `10.0.0.0/8`, `fd00::/8`. */
function isAddressOrNetwork(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

const count = z.number().int().min(0).max(1_000_000_000_000);
const port = z.number().int().min(0).max(65_535);
const positive = z.number().positive().max(1_000_000_000);
const serverName = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,230})(?::[0-9]{1,5})?$/, "not a server name");

/** `gov.example`; the word for accounts of no domain is Google's own. */
const domain = z.string().regex(/^(consumer_accounts|([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63})$/, "not a domain");
/** Somebody, or a group, as Windows names them. */
const sid = z.string().regex(/^S-1-\d{1,14}(-\d{1,10}){1,15}$/, "not a SID");

/** Every key. Adding one here is all it takes: parsing, the variable, the documentation and the check for unknown keys follow. */
export const keys = {
  serverName: key(
    "serverName",
    serverName,
    "localhost",
    "The server's name: the part of every user id after the colon. It can never be changed.",
  ),
  publicUrl: key(
    "publicUrl",
    z.url({ protocol: /^https?$/ }),
    undefined,
    "Where clients reach the server; by default where it listens.",
  ),
  databaseUrl: key(
    "databaseUrl",
    z.string().regex(/^postgres(ql)?:\/\//, "not a postgres:// URL"),
    undefined,
    "postgres://…; by default SQLite in the data directory.",
  ),
  host: key("host", z.string().min(1), "127.0.0.1", "The address to listen on."),
  port: key("port", port, 8008, "The port to listen on; 0 takes any."),
  metricsPort: key(
    "metricsPort",
    port,
    undefined,
    "The port of the metrics listener (on 127.0.0.1); by default there is none.",
  ),
  registration: key("registration", z.enum(["closed", "open"]), "closed", "Whether anybody may make an account."),
  registrationSharedSecret: {
    ...key("registrationSharedSecret", z.string().min(1), undefined, "Enables registration by HMAC under this secret."),
    secret: true,
  },
  oidcProviders: key(
    "oidc.providers",
    oidcProviders,
    [],
    "OpenID Connect providers, each {id, name, issuer, clientId, clientSecretFile, scopes, claims: {user, name, directory}, createAccounts, hosts, privateNetworks}; see docs/runbooks/sign-in.md.",
  ),
  ssoRedirectUrls: key(
    "sso.redirectUrls",
    z.array(redirectUrl).max(100),
    [],
    "Clients beside our own that may be returned to after signing in with a provider; each allows what begins with it.",
  ),
  language: key(
    "language",
    z.enum(["en", "zh-Hant-HK", "zh-Hans"]),
    "en",
    "The language in which the server writes to people whose clients have not said theirs.",
  ),
  devicesGate: key(
    "devices.gate",
    z.enum(["on", "off"]),
    "on",
    "Whether RESTRICTED rooms are kept from personal devices until the head allows it. Off only where every device is the government's.",
  ),
  managedNetworks: key(
    "devices.managedNetworks",
    z.array(network).max(200),
    [],
    "Networks from which a device that signs in is managed (office desktops); every other one is personal.",
  ),
  pushWebHosts: key(
    "push.webHosts",
    z.array(pushHost).max(100),
    [],
    "Push services of browsers that may be called (`host`, `host:port` or `*.domain`); none: Web Push is off.",
  ),
  pushGatewayHosts: key(
    "push.gatewayHosts",
    z.array(pushHost).max(100),
    [],
    "Push gateways of Matrix apps that may be called; pushers to others are kept and stay silent.",
  ),
  pushPrivateNetworks: key(
    "push.privateNetworks",
    z.array(network).max(100),
    [],
    "Private networks that push services and gateways may be in; these also without TLS.",
  ),
  pushGraceMs: key("push.graceMs", count, 2000, "How long news waits for more of its room, and for being read."),
  pushRetryMs: key("push.retryMs", count, 10_000, "How long a first failure waits; each further one twice as long."),
  pushContact: key(
    "push.contact",
    z.string().regex(/^(mailto:|https:)/, "not a mailto: or https: address"),
    undefined,
    "Whom a push service can write to; by default the public URL.",
  ),
  auditKeyDirectory: key(
    "audit.keyDirectory",
    z.string().min(1),
    undefined,
    "Where the audit log's key and its last checkpoint are kept, outside the data directory: better on another disk or machine; by default `DIR-audit` beside the data directory DIR.",
  ),
  auditNewKey: key(
    "audit.newKey",
    z.boolean(),
    false,
    "Lets an audit log that has entries go on under a new key when the one before is lost. Only for one start.",
  ),
  auditWitnesses: key(
    "audit.witnesses",
    z.array(z.string().max(4096)).max(50),
    [],
    "Public keys (`name+id+key`) of the outside witnesses whose signatures on the audit log's checkpoints are taken.",
  ),
  rateLimits: key("rateLimits", z.enum(["on", "off"]), "on", "Off only for tests."),
  legacyClients: key("legacyClients", z.boolean(), false, "Accepts /r0 paths, and access tokens in the query string."),
  tlsCert: key("tlsCert", z.string().min(1), undefined, "The file of the TLS certificate chain (PEM)."),
  tlsKey: key("tlsKey", z.string().min(1), undefined, "The file of its private key (PEM)."),
  trustedProxies: key(
    "trustedProxies",
    z.array(z.string().refine(isAddressOrNetwork, "not an address or a network")),
    [],
    "Addresses or networks of proxies whose X-Forwarded-For is believed.",
  ),
  logLevel: key("log.level", z.enum(["error", "warn", "info", "debug"]), "info", "How much is logged."),
  minFreeBytes: key(
    "minFreeBytes",
    count,
    268_435_456,
    "With less free space than this the server says that it is not ready.",
  ),
  maxBodyBytes: key("http.maxBodyBytes", count, 1_048_576, "The largest body of a request that is not an upload."),
  maxJsonDepth: key("http.maxJsonDepth", count, 64, "How deep JSON may be nested."),
  maxUrlBytes: key("http.maxUrlBytes", count, 16_384, "The longest address of a request."),
  headersTimeoutMs: key("http.headersTimeoutMs", count, 20_000, "How long a client may take to send its headers."),
  requestTimeoutMs: key("http.requestTimeoutMs", count, 300_000, "How long a client may take to send a whole request."),
  closeTimeoutMs: key(
    "http.closeTimeoutMs",
    count,
    5_000,
    "How long requests under way may take to end at a shutdown.",
  ),
  utcOffsetMinutes: key(
    "directory.utcOffsetMinutes",
    z.number().int().min(-1440).max(1440),
    0,
    "Where a date without a time begins in an import, in minutes east of UTC.",
  ),
  policyLifetimeMs: key(
    "policy.lifetimeMs",
    z.number().int().min(60_000).max(31_536_000_000),
    604_800_000,
    "How long a version of the policy is good for; halfway a new one is issued. A point without a newer one then says that it is stale, and goes on.",
  ),
  policyKeepCountsDays: key(
    "policy.keepCountsDays",
    z.number().int().min(1).max(4_000),
    400,
    "How many days the counts of what was allowed and refused are kept.",
  ),
  pointsSilentMs: key(
    "points.silentMs",
    z.number().int().min(1_000).max(31_536_000_000),
    86_400_000,
    "After how long without contact an enforcement point is shown as silent.",
  ),
  pointsCodeMs: key(
    "points.codeMs",
    z.number().int().min(1_000).max(604_800_000),
    3_600_000,
    "How long a code to enrol an enforcement point with is good.",
  ),
  pointsMaxConnected: key(
    "points.maxConnected",
    count,
    10_000,
    "How many enforcement points and guards may be connected to the policy feed at once.",
  ),
  guardTicketMs: key(
    "guard.ticketMs",
    z.number().int().min(60_000).max(31_536_000_000),
    604_800_000,
    "How long the guard of a browser knows who is signed in without the web client being opened again.",
  ),
  enforceWorkspaceDomains: key(
    "enforce.workspaceDomains",
    z.array(domain).max(50),
    undefined,
    "Domains whose Google accounts browsers of desktops let in; all others are kept out. By default the server's name; empty: no such policy is written.",
  ),
  enforceNotExemptGroups: key(
    "enforce.notExemptGroups",
    z
      .array(z.strictObject({ sid, service: z.string().max(80).optional(), department: z.string().max(40).optional() }))
      .max(1000),
    [],
    "Directory groups that AppLocker's refusals are for, by service and department: who is exempt is not in them. None: everybody.",
  ),
  ...embeddedKeys,
  rateLogin: key(
    "limits.rate.login",
    z.object({ perSecond: positive, burst: positive }),
    { perSecond: 0.5, burst: 10 },
    "Sign-ins by address.",
  ),
  rateRegister: key(
    "limits.rate.register",
    z.object({ perSecond: positive, burst: positive }),
    { perSecond: 0.2, burst: 5 },
    "Registrations by address.",
  ),
  rateSend: key(
    "limits.rate.send",
    z.object({ perSecond: positive, burst: positive }),
    { perSecond: 20, burst: 100 },
    "Messages by account.",
  ),
  rateWrite: key(
    "limits.rate.write",
    z.object({ perSecond: positive, burst: positive }),
    { perSecond: 20, burst: 200 },
    "Other changes by account.",
  ),
  rateRead: key(
    "limits.rate.read",
    z.object({ perSecond: positive, burst: positive }),
    { perSecond: 50, burst: 500 },
    "Reads by account.",
  ),
  rateSync: key(
    "limits.rate.sync",
    z.object({ perSecond: positive, burst: positive }),
    { perSecond: 20, burst: 100 },
    "Syncs by account.",
  ),
  rateMedia: key(
    "limits.rate.media",
    z.object({ perSecond: positive, burst: positive }),
    { perSecond: 20, burst: 200 },
    "Files by account.",
  ),
  minPasswordLength: key("limits.accounts.minPasswordLength", count, 10, "The fewest characters of a password."),
  accessTokenMs: key(
    "limits.accounts.accessTokenMs",
    count,
    3_600_000,
    "How long an access token lasts where there is a refresh token.",
  ),
  maxSessions: key("limits.accounts.maxSessions", count, 100, "Sessions of one account."),
  maxPasskeys: key("limits.accounts.maxPasskeys", count, 20, "Passkeys of one account."),
  wrongPasswords: key(
    "limits.accounts.wrongPasswords",
    count,
    10,
    "Wrong passwords for one account or from one address before one must wait.",
  ),
  wrongPasswordsPerMs: key("limits.accounts.wrongPasswordsPerMs", count, 900_000, "How long one must wait then."),
  maxUploadBytes: key("limits.media.maxUploadBytes", count, 104_857_600, "The largest file."),
  maxLoadedRooms: key("limits.rooms.maxLoadedRooms", count, 5_000, "Rooms kept in memory."),
  tailEvents: key("limits.rooms.tailEvents", count, 100, "Newest events of each room kept in memory."),
  maxDelayMs: key("limits.rooms.maxDelayMs", count, 2_592_000_000, "How far ahead a message can be scheduled."),
  maxDelayed: key("limits.rooms.maxDelayed", count, 100, "Scheduled messages of one person that wait; 0: none at all."),
  defaultRoomVersion: key(
    "limits.rooms.defaultRoomVersion",
    z.enum(["10", "11", "12"]),
    "12",
    "The version of new rooms.",
  ),
  defaultTimeline: key(
    "limits.sync.defaultTimeline",
    count,
    20,
    "Events of a room in a sync when a client does not say.",
  ),
  maxTimeline: key("limits.sync.maxTimeline", count, 100, "Events of a room in a sync at most."),
  maxSyncWaitMs: key("limits.sync.maxWaitMs", count, 60_000, "How long a sync waits at most."),
  maxImportRows: key("limits.directory.maxImportRows", count, 50_000, "Rows of one import."),
  maxImportBytes: key("limits.directory.maxImportBytes", count, 16_777_216, "The largest file of an import."),
  maxAbsentShare: key(
    "limits.directory.maxAbsentShare",
    z.number().min(0).max(1),
    0.2,
    "The largest share of the holders of posts that may be absent from a whole file before it is taken for a part.",
  ),
  maxDelegationDays: key("limits.directory.maxDelegationDays", count, 366, "The longest delegation."),
  chaseEveryMs: key(
    "limits.announcements.chaseEveryMs",
    count,
    86_400_000,
    "How long after a reminder of an announcement the next one may be sent.",
  ),
  ...accessKeys,
} as const satisfies Record<string, ConfigKey<never> | ConfigKey>;

/** The name of a key. */
export type KeyName = keyof typeof keys;

type ValueOf<K> = K extends ConfigKey<infer T> ? T : never;

/** The whole configuration. Keys without a default may be undefined. */
export type Config = {
  readonly [K in KeyName]:
    | ValueOf<(typeof keys)[K]>
    | ((typeof keys)[K]["fallback"] extends undefined ? undefined : never);
};
