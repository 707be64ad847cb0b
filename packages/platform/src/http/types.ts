import type { Decision, DeviceId, Instant, Result, UserId } from "@causeway/base";
import type { Access, Action, Endpoint, Hold, InputOf } from "@causeway/contract";
import type { Readable } from "node:stream";

/** Who calls, as `Authenticate` found out. */
export interface Caller {
  readonly user: UserId;
  readonly device: DeviceId;
  /** Opaque; tells one session of a device from the next one of the same name. */
  readonly session: string;
  /** Whether the device is managed by the government; everything else is personal. */
  readonly managed: boolean;
  /** Whether an administrator holds the account. */
  readonly held?: Hold | undefined;
}

/** Port: finds the caller of an access token. `M_UNKNOWN_TOKEN` (with `soft_logout`) when there is none. */
export type Authenticate = (token: string) => Promise<Result<Caller>> | Result<Caller>;

/** Port: the rule of an action, applied to a caller; `on` is the path parameter that the endpoint names. */
export type Authorise = (caller: Caller, action: Action, on: string | undefined) => Promise<Decision> | Decision;

/** What every handler is given beside its parsed input. */
export interface RequestContext {
  readonly now: Instant;
  /** The client's address, behind trusted proxies too. */
  readonly ip: string;
  readonly userAgent: string;
  readonly requestId: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /** The body as it arrives, for `bodyKind: "stream"`. */
  readonly stream: Readable;
  /** For open endpoints that treat a signed-in caller differently: `M_MISSING_TOKEN` when no token was sent. */
  identify(): Promise<Result<Caller>>;
}

/** A request to an endpoint, validated. `caller` is there when the endpoint is not open. */
export type Request<E extends Endpoint> = InputOf<E> &
  RequestContext & { readonly caller: E["access"] extends { readonly action: Action } ? Caller : undefined };

/** An answer that is not plain JSON with status 200. */
export class HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | Readable | undefined;
  constructor(reply: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array | Readable;
  }) {
    this.status = reply.status ?? 200;
    this.headers = reply.headers ?? {};
    this.body = reply.body;
  }
}

/** JSON text that was made before, sent as it is. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a handler answers: a refusal, an object to be written as JSON, JSON text, or a whole reply. */
export type Answer = Result<Readonly<object> | JsonText | HttpReply>;

/** A handler of one endpoint. It throws only for surprises (they become `M_UNKNOWN`). */
export type Handler<E extends Endpoint> = (request: Request<E>) => Promise<Answer> | Answer;

/** An endpoint with its handler, ready for the server. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly handler: (request: Request<Endpoint>) => Promise<Answer> | Answer;
}

/** Joins an endpoint and its handler; the types of what arrives follow from the endpoint. */
export function serve<E extends Endpoint<never, never, never, Access> | Endpoint>(
  declared: E,
  handler: Handler<E & Endpoint>,
): Route {
  return { endpoint: declared as Endpoint, handler: handler as Route["handler"] }; // the server validates by this very endpoint first
}
