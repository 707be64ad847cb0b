import { z } from "zod";

/** The way of talking between guard and server; another number is another way. */
export const GUARD_PROTOCOL = 1;

/** The guard pings this often: a browser lets an extension sleep after 30 seconds without anything. */
export const GUARD_PING_MS = 20_000;

/** What a guard says first. */
export const guardHello = z.object({
  type: z.literal("hello"),
  protocol: z.literal(GUARD_PROTOCOL),
  /** Who is signed in, as the web client was told by the server. */
  ticket: z.string().max(1024).optional(),
  /** The machine's own token, where management gave it one. */
  machineToken: z.string().max(256).optional(),
  /** The hash of the base that it has. */
  base: z.string().max(64).optional(),
});

/** That a guard has carried out a version. */
export const guardObeys = z.object({
  type: z.literal("obeys"),
  version: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** What the rules that the browser really has do with something that must be blocked. */
  proof: z.object({ target: z.string().min(1).max(253), found: z.enum(["blocked", "allowed"]) }).optional(),
});

/** Keeps both sides awake. */
export const guardPing = z.object({ type: z.literal("ping") });

/** Everything that a guard says. */
export const guardSays = z.discriminatedUnion("type", [guardHello, guardObeys, guardPing]);

/** One of the things that a guard says. */
export type GuardSays = z.output<typeof guardSays>;
/** That a guard has carried out a version. */
export type GuardObeys = z.output<typeof guardObeys>;
/** What a guard says first. */
export type GuardHello = z.output<typeof guardHello>;

/** A policy for one guard. `signed` is a `PolicyView` of packages/policy in canonical JSON, `base` the text that it names by its hash. */
export interface GuardPolicy {
  readonly type: "policy";
  readonly signed: string;
  /** Ed25519, unpadded base64, by key id. */
  readonly signatures: Readonly<Record<string, string>>;
  /** Left out when the guard has it. */
  readonly base?: string;
}

/** Everything that the server says to a guard. */
export type GuardHears =
  | GuardPolicy
  | { readonly type: "pong" }
  /** The ticket or token is worth nothing: the guard forgets it. */
  | { readonly type: "refused"; readonly what: "ticket" | "machineToken" };
