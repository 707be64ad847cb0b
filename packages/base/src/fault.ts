/** Something that a check of kept data found to be wrong: what, and where, by ids. Never content. */
export interface Fault {
  /** In kebab-case, as docs/runbooks/check.md lists them. */
  readonly kind: string;
  readonly at: Readonly<Record<string, string | number>>;
}

/** A fault. */
export function fault(kind: string, at: Fault["at"]): Fault {
  return { kind, at };
}
