import { framingOfRequest, type Framing } from "./body.ts";
import type { Fault } from "./answers.ts";
import { isHonestConnection, listOf, readHead, valuesOf, type Head } from "./head.ts";
import { hostHeaderOf, isSamePlace, readAuthority, readTarget, type Place, type Target } from "./target.ts";

/** A request as it is understood, strictly. */
export interface ProxyRequest {
  readonly method: string;
  readonly minor: 0 | 1;
  readonly head: Head;
  readonly target: Target;
  /** `host:port` for a tunnel. */
  readonly isTunnel: boolean;
  readonly framing: Framing;
  /** The options of `Connection`. */
  readonly options: readonly string[];
  readonly isUpgrade: boolean;
  /** Whether the client's connection may be used again. */
  readonly isKept: boolean;
  readonly authorization: string | undefined;
  /** Where the `Host` header points when that is somewhere else: the request is refused, and the other host is decided on first. */
  readonly otherHost: Place | undefined;
}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([^\s]{1,60000}) HTTP\/1\.([01])$/;

/** Reads a request whose head is whole. */
export function readRequest(bytes: Buffer, end: number): ProxyRequest | Fault {
  const head = readHead(bytes, end);
  const line = head === undefined ? null : REQUEST_LINE.exec(head.first);
  if (head === undefined || line === null) return "bad-request";
  const { 1: method = "", 2: text = "", 3: digit } = line;
  const minor = digit === "0" ? 0 : 1;
  if (method === "TRACE") return "bad-method";
  const isTunnel = method === "CONNECT";
  const target = isTunnel ? tunnelTarget(text) : readTarget(text);
  if (target === undefined) return !isTunnel && (text.startsWith("/") || text === "*") ? "not-proxied" : "bad-request";
  const framing = framingOfRequest(head, minor);
  if (typeof framing === "string") return framing === "conflict" ? "bad-request" : "bad-coding";
  if (isTunnel && framing.kind !== "none") return "bad-request";
  const host = hostOf(head, target, { isTunnel, minor });
  if (host === "bad") return "bad-request";
  const options = [...listOf(head, "connection"), ...listOf(head, "proxy-connection")];
  if (!isHonestConnection(options)) return "bad-request";
  const authorizations = valuesOf(head, "proxy-authorization");
  if (authorizations.length > 1) return "bad-request";
  const expectations = listOf(head, "expect");
  if (expectations.some((one) => one !== "100-continue")) return "expectation";
  const isUpgrade = options.includes("upgrade") && listOf(head, "upgrade").includes("websocket") && minor === 1;
  return {
    ...{ method, minor, head, target, isTunnel, framing, options },
    isUpgrade: isUpgrade && method === "GET" && framing.kind === "none",
    isKept: minor === 1 && !options.includes("close"),
    authorization: authorizations[0],
    otherHost: host,
  };
}

function tunnelTarget(text: string): Target | undefined {
  const place = readAuthority(text, undefined);
  return place === undefined ? undefined : { ...place, path: "" };
}

/** Where `Host` points when not to the target. A request of HTTP/1.1 has exactly one. */
function hostOf(
  head: Head,
  target: Target,
  { isTunnel, minor }: { readonly isTunnel: boolean; readonly minor: number },
): Place | "bad" | undefined {
  const hosts = valuesOf(head, "host");
  const [text] = hosts;
  if (text === undefined) return minor === 0 || isTunnel ? undefined : "bad";
  if (hosts.length > 1) return "bad";
  // NOTE Clients differ in whether the Host of a tunnel has the port; there it names nothing that is used.
  const place = readAuthority(text, isTunnel ? target.port : 80);
  if (place === undefined) return "bad";
  return isSamePlace(place, target) || (isTunnel && place.host.host === target.host.host) ? undefined : place;
}

/** The whole address that was asked for, for the page. */
export function urlOf(request: ProxyRequest): string {
  const { target, isTunnel } = request;
  if (isTunnel) return `https://${hostHeaderOf(target, 443)}/`;
  return `http://${hostHeaderOf(target, 80)}${isPrintable(target.path) ? target.path : "/"}`;
}

/** Longer addresses are shown without their path. */
const MAX_PATH = 1000;

function isPrintable(path: string): boolean {
  return path.length <= MAX_PATH && /^[\x21-\x7e]*$/.test(path);
}

/** Methods that a connection may be tried again for when an old one turns out to be closed. */
export function isRepeatable(request: ProxyRequest): boolean {
  return request.framing.kind === "none" && ["GET", "HEAD", "OPTIONS"].includes(request.method);
}

/** Whether a request has been through a proxy of this name. */
export function hasPassed(head: Head, name: string): boolean {
  return valuesOf(head, "via").some((value) => value.split(",").some((one) => one.trim().split(/\s+/)[1] === name));
}
