import { framingOfResponse, type Framing } from "./body.ts";
import { linesToPassOn, listOf, readHead, valuesOf, type Head } from "./head.ts";
import type { ProxyRequest } from "./requests.ts";
import { hostHeaderOf } from "./target.ts";

/** The head of a response, understood. */
export interface ProxyResponse {
  readonly status: number;
  readonly reason: string;
  readonly head: Head;
  readonly framing: Framing;
  readonly options: readonly string[];
  /** Whether the site's connection may be used again. */
  readonly isKept: boolean;
  /** Whether who is signed in is a matter of the connection (NTLM, Negotiate): nobody else may have it. */
  readonly isPersonal: boolean;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: ([^\r\n]*))?$/;

/** Reads a response whose head is whole; undefined when it could be understood in two ways. */
export function readResponse(bytes: Buffer, end: number, request: ProxyRequest): ProxyResponse | undefined {
  const head = readHead(bytes, end);
  const line = head === undefined ? null : STATUS_LINE.exec(head.first);
  if (head === undefined || line === null) return undefined;
  const status = Number(line[2]);
  const framing = framingOfResponse(head, status, request.method);
  if (typeof framing === "string") return undefined;
  const options = listOf(head, "connection");
  const isKept = line[1] === "1" ? !options.includes("close") : options.includes("keep-alive");
  return {
    ...{ status, reason: line[3] ?? "", head, framing, options },
    isKept: isKept && framing.kind !== "until-close",
    isPersonal: isPersonal(valuesOf(head, "www-authenticate")) || isPersonal(valuesOf(request.head, "authorization")),
  };
}

function isPersonal(values: readonly string[]): boolean {
  return values.some((value) => /^(?:NTLM|Negotiate)\b/i.test(value));
}

/** The head as the client gets it, and how its body is framed there. */
export function responseHead(
  response: ProxyResponse,
  how: { readonly via: string; readonly minor: number; readonly isKept: boolean },
): { readonly text: string; readonly isChunked: boolean } {
  const { framing } = response;
  const isChunked = how.minor === 1 && (framing.kind === "chunked" || framing.kind === "until-close");
  const text =
    `HTTP/1.1 ${response.status} ${response.reason}\r\n` +
    linesToPassOn(response.head, response.options, "via") +
    viaLine(response.head, how.via) +
    framingLines(response, isChunked) +
    (how.isKept ? "\r\n" : "Connection: close\r\n\r\n");
  return { text, isChunked };
}

function framingLines({ framing, head, status }: ProxyResponse, isChunked: boolean): string {
  if (isChunked) return "Transfer-Encoding: chunked\r\n";
  if (framing.kind === "length") return `Content-Length: ${framing.length}\r\n`;
  if (framing.kind !== "none" || status < 200 || status === 204) return "";
  // What `GET` would have had, said in the answer to `HEAD` and in 304.
  const [length] = valuesOf(head, "content-length");
  return length === undefined ? "" : `Content-Length: ${length}\r\n`;
}

function viaLine(head: Head, name: string): string {
  const before = valuesOf(head, "via");
  return `Via: ${before.length === 0 ? "" : `${before.join(", ")}, `}1.1 ${name}\r\n`;
}

/** The head of a request as the site gets it. `Host` is made from what was decided on, whatever the client wrote there. */
export function requestHead(request: ProxyRequest, via: string): string {
  const { method, target, head, options, framing } = request;
  const path = method === "OPTIONS" && target.path === "/" ? "*" : target.path;
  return (
    `${method} ${path} HTTP/1.1\r\nHost: ${hostHeaderOf(target, 80)}\r\n` +
    linesWithoutHost(head, options) +
    viaLine(head, via) +
    (framing.kind === "chunked" ? "Transfer-Encoding: chunked\r\n" : "") +
    (framing.kind === "length" ? `Content-Length: ${framing.length}\r\n` : "") +
    (request.isUpgrade ? "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" : "\r\n")
  );
}

function linesWithoutHost(head: Head, options: readonly string[]): string {
  const named = options.length === 0 ? HOST_AND_VIA : [...options, ...HOST_AND_VIA];
  return linesToPassOn(head, named);
}

const HOST_AND_VIA: readonly string[] = ["host", "via"];
