import { locales, type Locale } from "../../i18n/catalogue.ts";
import { noteKey, type Notes } from "../store/notes.ts";

/** Title and body, as typed. */
export interface DraftText {
  readonly title: string;
  readonly body: string;
}

/** An announcement that is being written; kept on the device until it is sent. */
export interface Draft {
  /** One text for all, or one in each language. */
  readonly isInLanguages: boolean;
  readonly one: DraftText;
  readonly each: Readonly<Record<Locale, DraftText>>;
  readonly everybody: boolean;
  readonly departments: readonly string[];
  readonly divisions: readonly string[];
  /** A day (`2026-11-23`); empty when there is none. */
  readonly due: string;
  /** Sent with it, so that a second try sends nothing twice. */
  readonly txn: string;
}

const BLANK: DraftText = { title: "", body: "" };

/** The longest that the server takes. */
export const MOST = { title: 200, body: 2000 };

/** A draft in which nothing was typed. */
export function newDraft(txn: string): Draft {
  return {
    ...{ isInLanguages: false, one: BLANK, each: { en: BLANK, "zh-Hant-HK": BLANK, "zh-Hans": BLANK } },
    ...{ everybody: false, departments: [], divisions: [], due: "", txn },
  };
}

/** What of a draft is still missing, or wrong; undefined when it can be sent. */
export type DraftFault = "title" | "body" | "audience" | "due";

/** What keeps a draft from being sent at a time. */
export function faultOf(draft: Draft, now: number): DraftFault | undefined {
  const texts = draft.isInLanguages ? locales.map((language) => draft.each[language]) : [draft.one];
  if (!texts.some(({ title }) => title.trim() !== "")) return "title";
  if (!texts.some(({ body }) => body.trim() !== "")) return "body";
  if (!draft.everybody && draft.departments.length === 0) return "audience";
  const due = dueOf(draft);
  return draft.due !== "" && (due === undefined || due <= now) ? "due" : undefined;
}

/** The end of the last day, by this device's calendar; undefined without one. */
export function dueOf(draft: Draft): number | undefined {
  const at = draft.due === "" ? Number.NaN : new Date(`${draft.due}T23:59:00`).getTime();
  return Number.isNaN(at) ? undefined : at;
}

/** A draft as the server takes it. */
export function wishOf(draft: Draft): Readonly<Record<string, unknown>> {
  const due = dueOf(draft);
  const isOne = draft.departments.length === 1;
  return {
    ...{ title: textOf(draft, "title"), body: textOf(draft, "body") },
    audience: draft.everybody
      ? { everybody: true }
      : {
          departments: [...draft.departments],
          ...(isOne && draft.divisions.length > 0 ? { divisions: [...draft.divisions] } : {}),
        },
    ...(due === undefined ? {} : { due }),
    txn_id: draft.txn,
  };
}

function textOf(draft: Draft, part: keyof DraftText): string | Record<string, string> {
  if (!draft.isInLanguages) return draft.one[part].trim();
  const given = locales.map((language) => [language, draft.each[language][part].trim()] as const);
  return Object.fromEntries(given.filter(([, text]) => text !== ""));
}

const KEY = noteKey("draft", "announcement");

/** The draft that was kept; a new one when there is none. */
export function keptDraft(notes: Pick<Notes, "get">, txn: string): Draft {
  return readDraft(notes.get(KEY), newDraft(txn));
}

/** Keeps a draft, or forgets it. */
export function keepDraft(notes: Pick<Notes, "put" | "remove">, draft: Draft | undefined): void {
  if (draft === undefined) notes.remove(KEY);
  else notes.put(KEY, draft);
}

function readDraft(kept: unknown, fresh: Draft): Draft {
  if (typeof kept !== "object" || kept === null) return fresh;
  const given: Readonly<Record<string, unknown>> = { ...kept };
  const text = (value: unknown, otherwise = ""): string => (typeof value === "string" ? value : otherwise);
  const list = (value: unknown): readonly string[] =>
    Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  const pair = (value: unknown): DraftText => ({ title: text(Object(value).title), body: text(Object(value).body) });
  const each = Object(given["each"]);
  return {
    isInLanguages: given["isInLanguages"] === true,
    one: pair(given["one"]),
    each: { en: pair(each.en), "zh-Hant-HK": pair(each["zh-Hant-HK"]), "zh-Hans": pair(each["zh-Hans"]) },
    everybody: given["everybody"] === true,
    ...{ departments: list(given["departments"]), divisions: list(given["divisions"]), due: text(given["due"]) },
    txn: text(given["txn"], fresh.txn) || fresh.txn,
  };
}
