import { canonicalJson } from "@causeway/base";
import { factsSpecOf, type FactKind } from "@causeway/contract";
import { blindOf, isBlind, newSalt, type Blinded } from "./blind.ts";

/** The largest entry of the log in bytes: the format takes 65,535. */
const MAX_LEAF_BYTES = 16_384;
/** So much of a value is kept beside the log: a record must never be what stops a change. */
const MAX_VALUE = 16_384;
const MAX_LIST = 64;

/** What may stand in the log as it is. Nothing with an `@` in it can: that is a person, here or elsewhere. */
const ID = /^[A-Za-z0-9!$][A-Za-z0-9!$_.:~/+=-]{0,254}$/;
const CODE = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}$/;
const DIGEST = /^[A-Za-z0-9+/=_-]{16,128}$/;

/** An entry as the log has it, and what is kept beside the log. */
export interface Leaf {
  readonly id: string;
  /** Canonical JSON. */
  readonly text: string;
  readonly act: string;
  readonly at: number;
  /** What it is about, when that may be said. */
  readonly thing: string | undefined;
  readonly blinded: readonly Blinded[];
}

/** A fact that its act does not have, or of the wrong kind: a fault of the program that records. */
export class AuditEntryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "AuditEntryError";
  }
}

/** An entry of whatever act. */
export interface AnyEntry {
  readonly act: string;
  readonly by: string;
  readonly on: string;
  readonly at: number;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** Writes an entry as the log has it. @throws AuditEntryError */
export function leafOf(entry: AnyEntry, id: string): Leaf {
  const blinded: Blinded[] = [];
  const blind = (field: string, kind: Blinded["kind"], value: string): string => {
    // Lone surrogates have no UTF-8, and databases hold no NUL.
    const kept = value.slice(0, MAX_VALUE).toWellFormed().replaceAll("\0", "\u{FFFD}");
    const salt = newSalt();
    blinded.push({ field, kind, salt, value: kept });
    return blindOf(salt, kept);
  };
  const by = entry.by.startsWith("@") ? blind("by", "user", entry.by) : actor(entry.by);
  const on = onOf(entry.on, blind);
  const facts = factsOf(entry, blind);
  const text = canonicalJson({ act: entry.act, at: entry.at, by, facts, id, on, v: 1 });
  if (Buffer.byteLength(text) > MAX_LEAF_BYTES) throw new AuditEntryError(`${entry.act}: the entry is too large`);
  return { id, text, act: entry.act, at: entry.at, thing: isBlind(on) ? undefined : on, blinded };
}

type Blind = (field: string, kind: Blinded["kind"], value: string) => string;

function actor(by: string): string {
  if (by === "operator" || by === "system" || (by.startsWith("pt_") && ID.test(by))) return by;
  throw new AuditEntryError("an entry is by a person, an operator, the system or a point");
}

/** A person, an address and everything else that is no id is hidden: what is no id may be a name. */
function onOf(on: string, blind: Blind): string {
  if (on.startsWith("@")) return blind("on", "user", on);
  return ID.test(on) && !on.startsWith("addr:") && !isBlind(on) ? on : blind("on", "text", on);
}

function factsOf(entry: AnyEntry, blind: Blind): Readonly<Record<string, unknown>> {
  const spec = factsSpecOf(entry.act);
  if (spec === undefined) throw new AuditEntryError(`there is no act ${entry.act}`);
  const given = entry.facts ?? {};
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(spec, name));
  if (unknown !== undefined) throw new AuditEntryError(`${entry.act} has no fact ${unknown}`);
  const facts: Record<string, unknown> = {};
  for (const [name, marked] of Object.entries(spec)) {
    const value = given[name];
    if (value === undefined) {
      if (!marked.endsWith("?")) throw new AuditEntryError(`${entry.act} lacks ${name}`);
      continue;
    }
    facts[name] = read({ kind: kindOf(marked), value, of: `${entry.act}: ${name}` }, (kind, text) =>
      blind(name, kind, text),
    );
  }
  return facts;
}

function kindOf(marked: string): FactKind {
  return marked.replace("?", "") as FactKind; // its type is that pattern
}

interface Fact {
  readonly kind: FactKind;
  readonly value: unknown;
  readonly of: string;
}

function read(fact: Fact, blind: (kind: Blinded["kind"], text: string) => string): unknown {
  const { kind, value, of } = fact;
  const wrong = (): never => {
    throw new AuditEntryError(`${of} is no ${kind}`);
  };
  switch (kind) {
    case "code":
      return isText(value, CODE) ? value : wrong();
    case "id":
      return isText(value, ID) && !isBlind(value) ? value : wrong();
    case "digest":
      return isText(value, DIGEST) ? value : wrong();
    case "codes":
    case "ids":
      return isList(value, kind === "codes" ? CODE : ID) ? value : wrong();
    case "count":
    case "instant":
      return typeof value === "number" && Number.isSafeInteger(value) ? value : wrong();
    case "flag":
      return typeof value === "boolean" ? value : wrong();
    case "user":
      return typeof value === "string" && value.startsWith("@") ? blind("user", value) : wrong();
    case "text":
      return typeof value === "string" ? blind("text", value) : wrong();
  }
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}

function isList(value: unknown, pattern: RegExp): boolean {
  return Array.isArray(value) && value.length <= MAX_LIST && value.every((one) => isText(one, pattern));
}
