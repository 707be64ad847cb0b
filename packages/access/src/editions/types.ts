import { parseUnitId, type Instant, type UnitId, type UserId } from "@causeway/base";

/** What there are editions of. */
export type EditionKind = "catalogue" | "policy";

/** Whose edition: the centre's (the DPO), or that of a department for its own machines. */
export type Publisher = "centre" | UnitId;

/** Reads a publisher as the tables have it. */
export function parsePublisher(text: string): Publisher | undefined {
  return text === "centre" ? "centre" : parseUnitId(text);
}

/** A published version, without what it says. */
export interface EditionFacts {
  readonly publisher: Publisher;
  readonly version: number;
  /** From when on. */
  readonly effective: Instant;
  readonly published: Instant;
  /** Undefined: the product came with it. */
  readonly by: UserId | undefined;
  readonly note: string;
  /** Taken back before it came into effect. */
  readonly withdrawn: Instant | undefined;
}

/** What the next version will say. */
export interface Draft<Content> {
  readonly revision: number;
  readonly edited: Instant;
  readonly by: string;
  readonly content: Content;
}

/** Something wrong with what an edition says, and where. */
export interface EditionFault {
  /** The id of the service or rule. */
  readonly at: string;
  readonly fault: string;
}

/** The version in effect: the last one whose time has come. Times never fall from one version to the next. */
export function inEffect(editions: readonly EditionFacts[], now: Instant): EditionFacts | undefined {
  return editions.findLast((one) => one.withdrawn === undefined && one.effective <= now);
}
