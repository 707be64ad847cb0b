import type { Instant } from "@causeway/base";
import { pointKinds, type PointKind } from "@causeway/contract";
import { hash, randomBytes } from "node:crypto";
import type { SelfTest } from "./source.ts";

/** An enforcement point. */
export interface Point {
  readonly id: string;
  readonly kind: PointKind;
  readonly name: string;
  /** Undefined: it is in the server's own process. */
  readonly tokenHash: string | undefined;
  readonly publicKey: string | undefined;
  readonly created: Instant;
  readonly ended: Instant | undefined;
}

/** What a point has told of itself last. */
export interface Standing {
  /** The version that it obeys; 0: it has not said so yet. */
  readonly version: number;
  readonly obeyedSince: Instant;
  /** When it was heard of. */
  readonly heard: Instant;
  /** A code; empty: nothing is wrong. */
  readonly fault: string;
  readonly tests: readonly SelfTest[];
  /** The number of its last report: one that is sent again is not counted again. */
  readonly serial: number;
}

/** What is said of a point that has told nothing yet. */
export function newStanding(heard: Instant): Standing {
  return { version: 0, obeyedSince: heard, heard, fault: "", tests: [], serial: 0 };
}

/** Reads a kind; what is no longer one is `other`. */
export function parsePointKind(text: string): PointKind {
  return pointKinds.find((kind) => kind === text) ?? "other";
}

/** A new id of a point. */
export function newPointId(): string {
  return `pt_${randomBytes(12).toString("base64url")}`;
}

/** A new token of a point, which is shown once. */
export function newPointToken(): string {
  return `cwe_${randomBytes(32).toString("base64url")}`;
}

/** Letters and digits that are not taken for each other. */
const CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const CODE_LENGTH = 20;

/** A new code to enrol with: `ABCDE-FGHJK-MNPQR-STUVW`, 99 bits. */
export function newCode(): string {
  const letters: string[] = [];
  while (letters.length < CODE_LENGTH) {
    for (const byte of randomBytes(CODE_LENGTH)) {
      // Bytes beyond the last whole round of the alphabet would make its first letters likelier.
      const letter = byte < 248 ? CODE_ALPHABET[byte % CODE_ALPHABET.length] : undefined;
      if (letter !== undefined && letters.length < CODE_LENGTH) letters.push(letter);
    }
  }
  return (letters.join("").match(/.{5}/g) ?? []).join("-");
}

/** What is kept of a code or a token. Both are random and long: no salt, no slow hash. */
export function hashOfSecret(secret: string): string {
  return hash("sha256", secret, "base64url");
}
