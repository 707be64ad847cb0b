/**
 * What a fact of an entry can be. `code`, `id`, `count`, `instant`, `flag` and `digest` stand in the log as they are, so they never
 * say who somebody is. Of `user` (a user id) and `text` (a name, an address, a reason) the log holds a salted hash only.
 */
export interface FactKinds {
  /** A word of a list that the writer has: `refused`, `whatsapp`, `v12`. */
  readonly code: string;
  readonly codes: readonly string[];
  /** An opaque id: `gr_…`, `po_…`, `!room:server`. */
  readonly id: string;
  readonly ids: readonly string[];
  readonly count: number;
  readonly instant: number;
  readonly flag: boolean;
  /** The hash of a thing that is kept elsewhere, in hexadecimal or base64. Never that of something that can be guessed. */
  readonly digest: string;
  readonly user: string;
  readonly text: string;
}

/** One of them. */
export type FactKind = keyof FactKinds;

/** What an act says beside who, on what and when: its facts by name; `?` marks those that may be missing. */
export type FactsSpec = Readonly<Record<string, FactKind | `${FactKind}?`>>;

/** Acts by their codes, each with the facts that it has. */
export type Acts = Readonly<Record<string, FactsSpec>>;

type Names<Spec extends FactsSpec, Wanted> = {
  [Name in keyof Spec]: Spec[Name] extends Wanted ? Name : never;
}[keyof Spec];
type KindOf<Marked> = Marked extends `${infer Kind extends FactKind}?`
  ? Kind
  : Marked extends FactKind
    ? Marked
    : never;

/** The facts of an act, as whoever records it gives them. */
export type FactsOf<Spec extends FactsSpec> = {
  readonly [Name in Names<Spec, FactKind>]: FactKinds[KindOf<Spec[Name]>];
} & {
  readonly [Name in Names<Spec, `${FactKind}?`>]?: FactKinds[KindOf<Spec[Name]>] | undefined;
};
