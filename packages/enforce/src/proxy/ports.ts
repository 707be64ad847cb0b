import type { Credentials, EmbeddedSource } from "../embedded/ports.ts";

/** Port: the addresses of a name; rejects when it has none. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

/** Port: the page for what was refused, as the whole body of an answer. */
export type RefusalPage = (refused: RefusedRequest) => { readonly headers: string; readonly body: Buffer };

/** What was refused, for the page. */
export interface RefusedRequest {
  /** The address that was asked for, whole. */
  readonly url: string;
  readonly host: string;
  /** The machine that was stopped: its source address, or its id where it showed a token. */
  readonly machine: string;
  readonly reason: "blocked" | "outside-hours" | "address" | "port" | "private" | "upload";
  readonly service?: string;
  readonly clause?: string;
}

/** Bounds of the proxy; all of them are configuration. */
export interface ProxyLimits {
  readonly connections: number;
  readonly connectionsPerMachine: number;
  /** How long a client may take for a head, and for what a tunnel begins with. */
  readonly headMs: number;
  /** How long a connection may lie idle between two requests. */
  readonly keepAliveMs: number;
  readonly connectMs: number;
  /** How long a request, or a tunnel, may go on without a byte in either direction. */
  readonly idleMs: number;
  /** What may go out by one request or tunnel where the grant allows no upload. */
  readonly bytesUpWithoutUpload: number;
  /** How long requests under way may take to end at a shutdown. */
  readonly closeMs: number;
  /** Wrong secrets from one address before it must wait, and how long it takes until they are forgiven. */
  readonly wrongSecrets: number;
  readonly wrongSecretsPerMs: number;
}

/** What the proxy is told by the configuration. */
export interface ProxyRules {
  /** `443`, `8000-8999`. */
  readonly ports: readonly (readonly [from: number, to: number])[];
  /** Networks that are not of the public internet and may be reached all the same. */
  readonly allowedNetworks: readonly string[];
  /** Names that are reached at a given address (`192.0.2.1`, `192.0.2.1:8443`) whatever the resolver says. */
  readonly fixedAddresses: Readonly<Record<string, string>>;
  /** `required`: nobody passes without a secret or a token; else who has none is known by their machine. */
  readonly authentication: "optional" | "required";
  /** `tls`: a tunnel begins with a TLS hello or a WebSocket's request, and is cut otherwise. */
  readonly tunnels: "tls" | "any";
}

/** What the proxy is built from. */
export interface ProxyOptions {
  readonly source: EmbeddedSource;
  readonly credentials: Credentials;
  readonly resolve: ResolveName;
  readonly page: RefusalPage;
  /** Causeway itself as machines reach it, `host:port`: never blocked, so that the page can be shown. Undefined while it is on loopback only. */
  readonly own: () => string | undefined;
  readonly rules: ProxyRules;
  readonly limits: ProxyLimits;
  /** Told of surprises. */
  readonly failed: (error: unknown) => void;
}

/** What can be counted of a proxy. */
export interface ProxyFigures {
  readonly connections: number;
  readonly tunnels: number;
  readonly requests: number;
  readonly refused: number;
  readonly cut: number;
  /** Tunnels whose true name the hello hides behind another one: they were decided by the name that was asked for. */
  readonly encryptedHellos: number;
}
