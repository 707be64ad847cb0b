import type { ErrorCode } from "@causeway/base";
import type { z } from "zod";
import type { Action } from "./action.ts";

/** Who may call an endpoint. Leaving it out does not compile (STYLE.md rule 6). */
export type Access =
  /** A signed-in account whose posts and roles allow the action; `on` names the path parameter that it acts on. */
  | { readonly action: Action; readonly on?: string }
  /** Anybody, signed in or not; `why` says why that is safe. */
  | { readonly open: string };

/** Which budget a call is counted against. The numbers are configuration (`rateLimits`). */
export type RateClass = "login" | "register" | "write" | "send" | "read" | "sync" | "media" | "none";

/** How the request's body arrives: parsed JSON (the default when `body` is given), the raw stream, or text as it is. */
export type BodyKind = "json" | "stream" | "text";

/** The HTTP methods that are used. */
export type Method = "GET" | "PUT" | "POST" | "DELETE";

/** An endpoint as a value: validation, documentation and the access matrix are read from it. Path parameters are `:name`. */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Auth extends Access = Access,
> {
  readonly method: Method;
  /** One path, or several that mean the same (`v1` and `v3`). */
  readonly path: string | readonly string[];
  readonly access: Auth;
  /** One sentence for the documentation. */
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** `json` unless said otherwise; `stream` and `text` skip JSON parsing. */
  readonly bodyKind?: BodyKind;
  /** Set when clients send no body, or send rubbish as one, where JSON is expected: an empty body then counts as `{}`. */
  readonly bodyOptional?: boolean;
  /** Set on a `GET` that is also asked with `HEAD`: load balancers, downloaders. Not where a call changes something. */
  readonly head?: true;
  readonly output?: z.ZodType;
  readonly errors: readonly ErrorCode[];
  readonly rate: RateClass;
  /** The largest body in bytes where it differs from the configured one; the name of a limit in the configuration wins. */
  readonly maxBodyBytes?: number;
}

/** What a handler is given, by endpoint. */
export interface InputOf<E extends Endpoint> {
  readonly params: E extends Endpoint<infer P, z.ZodType, z.ZodType> ? z.output<P> : never;
  readonly query: E extends Endpoint<z.ZodType, infer Q, z.ZodType> ? z.output<Q> : never;
  readonly body: E extends Endpoint<z.ZodType, z.ZodType, infer B> ? z.output<B> : never;
}

/** Declares an endpoint; only there to infer its types. */
export function endpoint<
  const Auth extends Access,
  Params extends z.ZodType = z.ZodUnknown,
  Query extends z.ZodType = z.ZodUnknown,
  Body extends z.ZodType = z.ZodUnknown,
>(declared: Endpoint<Params, Query, Body, Auth>): Endpoint<Params, Query, Body, Auth> {
  return declared;
}
