import { blindOf } from "./blind.ts";
import { hashOfBase64, base64OfHash, type Hash } from "./merkle/hash.ts";
import { rootOfPruned } from "./merkle/tree.ts";
import { parseCheckpoint, type Checkpoint } from "./note/checkpoint.ts";
import type { Verifier } from "./note/keys.ts";
import { openNote, type Signed } from "./note/note.ts";

/** The first member of every proof file: what it is. */
export const PROOF_FORMAT = "causeway-audit-proof/1";

/** A value behind a salted hash. */
export interface Disclosed {
  readonly kind: string;
  /** In base64url. */
  readonly salt: string;
  readonly value: string;
}

/** An entry in a proof. */
export interface ProvedEntry {
  readonly index: number;
  /** The entry as the log has it. */
  readonly entry: string;
  readonly disclosed: Readonly<Record<string, Disclosed>>;
}

/** Every entry about some things, with what shows that they are in the log. */
export interface Proof {
  /** The things that it is about. */
  readonly on: readonly string[];
  /** The log's public key as the maker of the file has it. Whoever checks the file takes the key from somewhere else. */
  readonly key: string;
  readonly checkpoint: string;
  readonly entries: readonly ProvedEntry[];
  /** The hashes of what is between the entries, from left to right. */
  readonly hashes: readonly Hash[];
}

/** Writes a proof file. */
export function writeProof(proof: Proof): string {
  const { on, key, checkpoint, entries, hashes } = proof;
  const lines = entries.map(({ index, entry, disclosed }) => ({
    index,
    entry,
    ...(Object.keys(disclosed).length === 0 ? {} : { disclosed }),
  }));
  const file = { format: PROOF_FORMAT, on, key, checkpoint, entries: lines, hashes: hashes.map(base64OfHash) };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/** The most bytes of a proof file that are read. */
export const MAX_PROOF_BYTES = 16_777_216;

/** Reads a proof file, or returns undefined. */
export function readProof(text: string): Proof | undefined {
  if (text.length > MAX_PROOF_BYTES) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { format, on, key, checkpoint, entries, hashes } = membersOf(parsed);
  if (format !== PROOF_FORMAT || typeof key !== "string" || typeof checkpoint !== "string") return undefined;
  const things = listOf(on, (one) => (typeof one === "string" ? one : undefined));
  const proved = listOf(entries, entryOf);
  const known = listOf(hashes, (one) => (typeof one === "string" ? hashOfBase64(one) : undefined));
  if (things === undefined || proved === undefined || known === undefined) return undefined;
  return { on: things, key, checkpoint, entries: proved, hashes: known };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function listOf<T>(value: unknown, read: (one: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.map(read);
  const whole = found.filter((one) => one !== undefined);
  return whole.length === found.length ? whole : undefined;
}

function entryOf(value: unknown): ProvedEntry | undefined {
  const { index, entry, disclosed = {} } = membersOf(value);
  if (typeof index !== "number" || typeof entry !== "string") return undefined;
  const values = Object.entries(membersOf(disclosed)).map(([field, one]) => [field, disclosedOf(one)] as const);
  const whole: [string, Disclosed][] = [];
  for (const [field, one] of values) {
    if (one === undefined) return undefined;
    whole.push([field, one]);
  }
  return { index, entry, disclosed: Object.fromEntries(whole) };
}

function disclosedOf(value: unknown): Disclosed | undefined {
  const { kind, salt, value: text } = membersOf(value);
  if (typeof kind !== "string" || typeof salt !== "string" || typeof text !== "string") return undefined;
  return { kind, salt, value: text };
}

/** An entry that is proved, read. */
export interface ProvedAct {
  readonly index: number;
  readonly act: string;
  readonly at: number;
  readonly by: string;
  readonly on: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly disclosed: Readonly<Record<string, Disclosed>>;
}

/** What a proof file that is right shows. */
export interface Proved {
  readonly checkpoint: Checkpoint;
  /** Whose signatures on the checkpoint were checked: the log's, and known witnesses'. */
  readonly signed: readonly Signed[];
  readonly acts: readonly ProvedAct[];
}

/** Checks a proof with the log's public keys and those of witnesses; what is wrong with it as a word when it is. */
export function checkProof(proof: Proof, keys: readonly Verifier[]): Proved | { readonly fault: string } {
  const opened = openNote(proof.checkpoint, keys);
  if (typeof opened === "string") return { fault: `checkpoint-${opened}` };
  if (!opened.signed.some(({ by }) => by.kind === "note")) return { fault: "checkpoint-unsigned" };
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint === undefined || !opened.signed.some(({ by }) => by.name === checkpoint.origin))
    return { fault: "checkpoint-malformed" };
  const entries = new Map(proof.entries.map(({ index, entry }) => [index, entry]));
  if (entries.size !== proof.entries.length || entries.size === 0) return { fault: "entries" };
  if (rootOfPruned(entries, proof.hashes, checkpoint.size) !== checkpoint.root) return { fault: "root" };
  const acts: ProvedAct[] = [];
  for (const one of proof.entries) {
    const act = actOf(one);
    if (act === undefined) return { fault: "entry-malformed" };
    if (!proof.on.includes(act.on)) return { fault: "entry-of-another-thing" };
    for (const [field, { salt, value }] of Object.entries(one.disclosed))
      if (blindIn(act, field) !== blindOf(Buffer.from(salt, "base64url"), value)) return { fault: "disclosed-value" };
    acts.push(act);
  }
  return { checkpoint, signed: opened.signed, acts };
}

/** Reads an entry as the log has it. */
export function actOf({ index, entry, disclosed }: ProvedEntry): ProvedAct | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(entry);
  } catch {
    return undefined;
  }
  const { act, at, by, on, facts } = membersOf(parsed);
  if (typeof act !== "string" || typeof at !== "number" || typeof by !== "string" || typeof on !== "string")
    return undefined;
  return { index, act, at, by, on, facts: membersOf(facts), disclosed };
}

/** The salted hash at a place of an entry. */
function blindIn(act: Pick<ProvedAct, "by" | "on" | "facts">, field: string): unknown {
  if (field === "by") return act.by;
  return field === "on" ? act.on : act.facts[field];
}
