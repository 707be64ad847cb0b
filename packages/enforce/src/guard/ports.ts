import type { UserId } from "@causeway/base";
import type { GuardObeys } from "@causeway/contract";
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

/** What a guard told of a version. */
export interface Obedience {
  readonly version: number;
  /** How long after it was sent. */
  readonly afterMs: number;
  readonly proof: GuardObeys["proof"];
  /** Whether now every guard that is connected obeys it. */
  readonly isLast: boolean;
}

/** Told of what guards obey. */
export interface GuardListener {
  obeyed(obedience: Obedience): void;
  failed(error: unknown): void;
}
