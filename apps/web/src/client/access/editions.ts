import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";
import type { CausewayApi } from "../causeway-api.ts";
import type { OwnStanding } from "../directory/roles.ts";
import { listIn, numberIn, textIn } from "../read-json.ts";

/** What there are versions of. */
export type EditionKind = "catalogue" | "policies";

/** Whose versions of what: a department's by its code, or the centre's (empty). */
export interface Shelf {
  readonly kind: EditionKind;
  readonly department: string;
}

/** A published version, without what it says. */
export interface EditionRow {
  readonly version: number;
  readonly effective: number;
  readonly published: number;
  /** Empty: the product came with it. */
  readonly by: string;
  readonly note: string;
  readonly isWithdrawn: boolean;
}

/** The versions, newest first, and the one in force. */
export interface EditionList {
  readonly editions: readonly EditionRow[];
  readonly current: number;
}

/** What differs between two versions, by the ids of services or rules. */
export interface Differences {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly {
    readonly id: string;
    readonly parts: readonly string[];
    readonly hostsAdded: readonly string[];
    readonly hostsRemoved: readonly string[];
  }[];
}

/** Something wrong with a draft, and where. */
export interface EditionFault {
  readonly at: string;
  readonly fault: string;
}

const EVERYWHERE = ["dpo", "security-administrator", "auditor"];
const CENTRE: Readonly<Record<EditionKind, readonly string[]>> = {
  catalogue: ["dpo"],
  policies: ["dpo", "security-administrator"],
};

/** Whose drafts somebody may write; the server decides it again. Empty: the centre's. */
export function writableShelves(kind: EditionKind, { roles, duties }: OwnStanding): readonly string[] {
  const own = duties
    .filter(({ role, department }) => (role === "head" || role === "ditso") && department !== "")
    .map(({ department }) => department);
  const centre = CENTRE[kind].some((role) => roles.includes(role)) ? [""] : [];
  return [...centre, ...new Set(own)];
}

/** Whose versions somebody may read: the centre's and their departments', or everybody's. */
export function readableShelves(standing: OwnStanding, all: readonly string[]): readonly string[] {
  if (standing.roles.some((role) => EVERYWHERE.includes(role))) return ["", ...all];
  const own = new Set([...standing.departments, ...standing.duties.map(({ department }) => department)]);
  return ["", ...all.filter((code) => own.has(code))];
}

function of({ department }: Shelf): Record<string, string> {
  return department === "" ? {} : { department };
}

/** The published versions, newest first. */
export async function editionsOf(api: CausewayApi, shelf: Shelf): Promise<EditionList> {
  const answer = await api.get(`/${shelf.kind}/editions`, of(shelf));
  const editions = listIn(answer, "editions").map((one) => ({
    version: numberIn(one, "version") ?? 0,
    effective: numberIn(one, "effective") ?? 0,
    published: numberIn(one, "published") ?? 0,
    by: textIn(one, "published_by"),
    note: textIn(one, "note"),
    isWithdrawn: numberIn(one, "withdrawn") !== undefined,
  }));
  return { editions, current: numberIn(answer, "current") ?? 0 };
}

/** What differs between two versions, or between one and the draft. */
export async function differencesOf(
  api: CausewayApi,
  shelf: Shelf,
  between: { readonly from: number | "shipped"; readonly to: number | "draft" },
): Promise<Differences> {
  const query = { ...of(shelf), from: String(between.from), to: String(between.to) };
  const answer = await api.get(`/${shelf.kind}/differences`, query);
  return {
    added: textsIn(answer, "added"),
    removed: textsIn(answer, "removed"),
    changed: listIn(answer, "changed").map((one) => ({
      id: textIn(one, "id"),
      parts: textsIn(one, "parts"),
      hostsAdded: textsIn(one, "hostsAdded"),
      hostsRemoved: textsIn(one, "hostsRemoved"),
    })),
  };
}

function textsIn(value: unknown, field: string): readonly string[] {
  return listIn(value, field).filter((one) => typeof one === "string");
}

/** What the next version will say, and the revision of that; 0 while nobody has begun one. */
export interface Draft<Content> {
  readonly revision: number;
  readonly content: Content;
  readonly edited?: number;
  readonly by: string;
}

/** The draft; while there is none, what is in force. */
export async function draftOf<Content>(
  api: CausewayApi,
  shelf: Shelf,
  parse: (answer: unknown) => Content,
): Promise<Draft<Content>> {
  const answer = await api.get(`/${shelf.kind}/draft`, of(shelf));
  const edited = numberIn(answer, "edited");
  return {
    revision: numberIn(answer, "revision") ?? 0,
    content: parse(answer),
    by: textIn(answer, "edited_by"),
    ...(edited === undefined ? {} : { edited }),
  };
}

/** Replaces the draft that was read as a revision. */
export async function putDraft(
  api: CausewayApi,
  shelf: Shelf,
  draft: { readonly content: object; readonly revision: number },
): Promise<void> {
  await api.put(`/${shelf.kind}/draft`, { ...draft.content, revision: draft.revision }, of(shelf));
}

/** Drops the draft. */
export async function dropDraft(api: CausewayApi, shelf: Shelf): Promise<void> {
  await api.delete(`/${shelf.kind}/draft`, of(shelf));
}

/** Publishes the draft that was read, at once or from a time on. */
export async function publishDraft(
  api: CausewayApi,
  shelf: Shelf,
  wish: { readonly revision: number; readonly note: string; readonly effective?: number },
): Promise<void> {
  await api.post(`/${shelf.kind}/publish`, wish, of(shelf));
}

/** Takes back a version that is not in force yet. */
export async function withdrawEdition(api: CausewayApi, shelf: Shelf, version: number): Promise<void> {
  await api.post(`/${shelf.kind}/editions/${version}/withdraw`, {}, of(shelf));
}

/** What is wrong with a draft that was refused. */
export function editionFaults(error: unknown): readonly EditionFault[] {
  if (!(error instanceof MatrixError)) return [];
  return listIn(error.data, "faults").map((one) => ({ at: textIn(one, "at"), fault: textIn(one, "fault") }));
}

/** Why a draft or version does not go, as a word of the server's: `draft-changed`, `pending`. */
export const editionConflicts = ["draft-changed", "pending", "in-effect", "withdrawn"] as const;

/** Which of `editionConflicts` a refusal is. */
export function editionConflict(error: unknown): (typeof editionConflicts)[number] | undefined {
  if (!(error instanceof MatrixError) || error.errcode !== "EDITION_CONFLICT") return undefined;
  return editionConflicts.find((reason) => reason === textIn(error.data, "reason"));
}
