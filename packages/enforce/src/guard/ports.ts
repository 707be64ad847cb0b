import type { UserId } from "@causeway/base";
import type { MachineSeen, PolicyDocument } from "@causeway/policy";

/** The policy as it is published here. */
export interface PublishedPolicy {
  current(): PolicyDocument;
  onPublished(listener: (published: { readonly document: PolicyDocument }) => void): () => void;
}

/** The keys that policies are signed with. */
export interface PolicySigner {
  sign(text: string): Readonly<Record<string, string>>;
  keys(): readonly { readonly id: string; readonly public_key: string }[];
}

/** Who and what a guard belongs to. */
export interface GuardSubjects {
  /** Whether a session is still there, and its account may act. */
  isSignedIn(user: UserId, session: string): Promise<boolean>;
  machineOfAddress(address: string): MachineSeen;
  /** Undefined when the token is worth nothing. */
  machineOfToken(token: string): MachineSeen | undefined;
}

/** Told of what guards obey: how many are connected, and how fast a version was carried out. */
export interface GuardListener {
  /** A guard obeys a version, so long after it was sent to it. */
  obeyed(version: number, afterMs: number): void;
  failed(error: unknown): void;
}
