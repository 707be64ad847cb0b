import type { Instant } from "@causeway/base";
import type { CompiledPolicy, MachineSeen, PolicyDocument, Verdict } from "@causeway/policy";

/** Told of a newer policy after `current` gives it, with the one before. Must not throw. */
export type PolicyListener = (policy: CompiledPolicy, before: CompiledPolicy | undefined) => void;

/** What an enforcement point obeys: the policy of this server's own process, or of one far away. */
export interface PolicySource {
  /** The policy to obey now; undefined until there has ever been one. It stays when contact is lost. */
  current(): CompiledPolicy | undefined;
  /** The document that `current` was made from. Rows that did not change from one version to the next are the same objects. */
  document(): PolicyDocument | undefined;
  /** The time to decide by: the point's own clock, but never earlier than a time that it has already known, so that what has ended stays ended. */
  now(): Instant;
  /** Tells of each newer policy; the function it answers ends that. */
  subscribe(listener: PolicyListener): () => void;
  /** How fresh the policy is. */
  standing(): PolicyStanding;
  /** Counts an answer: by service, department and machine class, and by grant. Never who asked, never where from. */
  count(machine: MachineSeen, verdict: Verdict): void;
  /** Tells the registry what the point does: sent with the next contact. Neither waits nor throws. */
  report(report: PointReport): void;
  /** Sends what is still to be told, and ends. */
  close(): Promise<void>;
}

/** A source whose document is needed as well. */
export type DocumentSource = PolicySource;

/** How fresh a point's policy is. */
export interface PolicyStanding {
  /** 0: there has never been one. */
  readonly version: number;
  readonly issued: Instant | undefined;
  /** When the registry was last heard; undefined: never by this process. */
  readonly heard: Instant | undefined;
  /** Past its expiry: the point goes on with it, and says so. */
  readonly isStale: boolean;
  /** What is wrong now: `clock-went-back`, `signature`, `older`, `unreachable`, `token-refused`, `other-installation`. */
  readonly fault: string | undefined;
}

/** What a point tells of itself; what is left out stays as it was. */
export interface PointReport {
  /** The version that it obeys, and since when by its clock. */
  readonly obeys?: { readonly version: number; readonly since: Instant };
  /** What it tried by itself, as a machine behind it would. */
  readonly tests?: readonly SelfTest[];
  /** What keeps it from enforcing, as a code (`engine-down`); an empty text takes that back. */
  readonly fault?: string;
}

/** Something that a point tried: "tried web.whatsapp.com: blocked". */
export interface SelfTest {
  readonly at: Instant;
  /** The host or program that was tried. */
  readonly target: string;
  readonly expected: "blocked" | "allowed";
  readonly found: "blocked" | "allowed" | "no-answer";
  readonly ms?: number;
}
