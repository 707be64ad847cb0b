import { normalHost, type Host } from "@causeway/policy";

/** Where a request is to go. */
export interface Place {
  /** The host in its one normal form: what is decided on, connected to, and told to the other side. */
  readonly host: Host;
  readonly port: number;
}

/** The target of a request that is not a tunnel. */
export interface Target extends Place {
  /** With the query, as it is sent on. */
  readonly path: string;
}

const PLAIN_AUTHORITY = /^(\[[0-9a-fA-F:.]{2,45}\]|[^[\]:@\\/?#\s]{1,1100})(?::([0-9]{1,5}))?$/;

/** Reads `host:port`; user names, paths and everything else that is no authority make it undefined. Without a port `usual` is taken; when there is none it is needed. */
export function readAuthority(text: string, usual: number | undefined): Place | undefined {
  const match = PLAIN_AUTHORITY.exec(text);
  if (match === null) return undefined;
  const { 1: name = "", 2: digits } = match;
  const port = digits === undefined ? usual : Number(digits);
  if (port === undefined || port < 1 || port > 65_535) return undefined;
  const host = normalHost(utf8Of(name));
  return host === undefined ? undefined : { host, port };
}

/** Bytes beyond ASCII are UTF-8: a name as people write it. */
function utf8Of(latin1: string): string {
  for (let at = 0; at < latin1.length; at += 1)
    if (latin1.charCodeAt(at) > 0x7f) return Buffer.from(latin1, "latin1").toString("utf8");
  return latin1;
}

/** Reads the absolute form of a target (RFC 9112, section 3.2.2): http only, no user, no fragment. */
export function readTarget(text: string): Target | undefined {
  if (text.length < 8 || text.slice(0, 7).toLowerCase() !== "http://") return undefined;
  if (text.includes("#")) return undefined;
  let end = 7;
  while (end < text.length && text[end] !== "/" && text[end] !== "?") end += 1;
  const place = readAuthority(text.slice(7, end), 80);
  if (place === undefined) return undefined;
  const rest = text.slice(end);
  return { ...place, path: rest.startsWith("/") ? rest : `/${rest}` };
}

/** A place as the `Host` header names it. */
export function hostHeaderOf({ host, port }: Place, usual: number): string {
  const name = host.kind === "address" && host.host.includes(":") ? `[${host.host}]` : host.host;
  return port === usual ? name : `${name}:${port}`;
}

/** Whether two places are the same. */
export function isSamePlace(left: Place, right: Place): boolean {
  return left.port === right.port && left.host.kind === right.host.kind && left.host.host === right.host.host;
}
