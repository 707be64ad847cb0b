import { lookup as resolve, type LookupAddress } from "node:dns";
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage, type RequestOptions } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress, networksOf, type Networks } from "./networks.ts";

/** What the server's own requests may do. */
export interface OutgoingRules {
  /** Networks beside the public internet that may be reached; only these also without TLS. */
  readonly privateNetworks: readonly string[];
  readonly timeoutMs: number;
  readonly maxReplyBytes: number;
  readonly maxConnections: number;
}

/** What is sent. */
export interface OutgoingRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What came back. Redirects come back as they are: nothing is followed. */
export interface OutgoingReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A request that the rules forbid; it has not been sent. The message names no address. */
export class OutgoingRefused extends Error {
  constructor(why: string) {
    super(why);
    this.name = "OutgoingRefused";
  }
}

/** Sends requests to where the rules allow. */
export interface Outgoing {
  /** Rejects with `OutgoingRefused`, or with what went wrong on the way. */
  send(url: URL, request: OutgoingRequest): Promise<OutgoingReply>;
  /** Closes idle connections. */
  close(): void;
}

/**
 * Requests of the server's own. A name is looked up once, every address that it has is checked, and the connection is made to one of
 * those: a name that answers differently the second time gains nothing.
 */
export function createOutgoing(rules: OutgoingRules): Outgoing {
  const allowed = networksOf(rules.privateNetworks);
  const pool = { keepAlive: true, maxSockets: rules.maxConnections, maxFreeSockets: 8, timeout: rules.timeoutMs };
  const agents = { http: new HttpAgent(pool), https: new HttpsAgent(pool) };
  return {
    send: async (url, request) => {
      const isPlain = url.protocol === "http:";
      if (!isPlain && url.protocol !== "https:") throw new OutgoingRefused("only https addresses are called");
      if (url.username !== "" || url.password !== "") throw new OutgoingRefused("an address may hold no credentials");
      const host = url.hostname.replace(/^\[|\]$/g, "");
      const may = (address: string): boolean => mayReach(address, { allowed, isPlain });
      if (isIP(host) !== 0 && !may(host)) throw new OutgoingRefused("this address may not be called");
      const options: RequestOptions = {
        method: request.method,
        headers: { ...request.headers, "accept-encoding": "identity" },
        lookup: lookupWithin(may),
        agent: isPlain ? agents.http : agents.https,
        signal: signalOf(request.signal, rules.timeoutMs),
      };
      return await exchange({ url, options, body: request.body, maxReplyBytes: rules.maxReplyBytes });
    },
    close: () => {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

function mayReach(address: string, rules: { readonly allowed: Networks; readonly isPlain: boolean }): boolean {
  return rules.allowed.has(address) || (!rules.isPlain && isPublicAddress(address));
}

function signalOf(given: AbortSignal | undefined, timeoutMs: number): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return given === undefined ? timeout : AbortSignal.any([given, timeout]);
}

/** A lookup that fails when one of the name's addresses may not be reached. */
function lookupWithin(may: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const [first] = addresses ?? [];
      if (error !== null) callback(error, "", 0);
      else if (first === undefined || !addresses.every(({ address }) => may(address)))
        callback(new OutgoingRefused("this name has an address that may not be called"), "", 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

async function exchange(call: {
  readonly url: URL;
  readonly options: RequestOptions;
  readonly body: string | Uint8Array | undefined;
  readonly maxReplyBytes: number;
}): Promise<OutgoingReply> {
  const { url, options, body, maxReplyBytes } = call;
  const request = url.protocol === "http:" ? requestHttp(url, options) : requestHttps(url, options);
  const response = await new Promise<IncomingMessage>((done, failed) => {
    request.once("response", done);
    request.on("error", failed);
    request.end(body);
  });
  try {
    return await readReply(response, maxReplyBytes);
  } catch (error) {
    request.destroy();
    throw error;
  }
}

async function readReply(response: IncomingMessage, maxBytes: number): Promise<OutgoingReply> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxBytes) throw new OutgoingRefused("the reply is longer than allowed");
    chunks.push(bytes);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) };
}
