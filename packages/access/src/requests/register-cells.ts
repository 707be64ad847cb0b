import type { RegisterLanguage, RequestView, ServiceRefView } from "@causeway/contract";
import { registerTexts, type RegisterColumn } from "./register-texts.ts";

const MINUTE_MS = 60_000;

/** In which language and time a file is written. */
export interface FileStyle {
  readonly language: RegisterLanguage;
  readonly utcOffsetMinutes: number;
}

/** `2026-11-25 12:30`, in the installation's own time. */
export function localTime(at: number, utcOffsetMinutes: number): string {
  return new Date(at + utcOffsetMinutes * MINUTE_MS).toISOString().slice(0, 16).replace("T", " ");
}

/** What a row of the register says in each column. */
export function cellsOf(row: RequestView, style: FileStyle): Readonly<Record<RegisterColumn, string>> {
  const texts = registerTexts[style.language];
  const time = (at: number | undefined): string => (at === undefined ? "" : localTime(at, style.utcOffsetMinutes));
  const { decision, grant } = row;
  const word = (words: Readonly<Record<string, string>>, key: string | undefined): string =>
    key === undefined ? "" : (words[key] ?? key);
  return {
    asked: time(row.asked_at),
    state: texts.states[row.state],
    person: row.requester.display_name ?? row.requester.user_id,
    post: row.post.code,
    department: row.department,
    what: [...row.services.map((service) => nameIn(service, style.language)), ...row.sites].join(", "),
    need: row.need,
    label: word(texts.labels, row.label),
    level: word(texts.levels, row.level),
    scope: word(texts.scopes, row.scope),
    until: time(row.until),
    outcome: word(texts.outcomes, decision?.outcome),
    decidedBy: decision === undefined ? "" : (decision.by.display_name ?? decision.by.user_id),
    decidedAt: time(decision?.at),
    reason: decision?.reason ?? grant?.ended?.reason ?? "",
    begins: time(grant?.begins),
    ends: time(grant?.ends),
    ended: time(grant?.ended?.at),
    cause: word(texts.causes, grant?.ended?.cause),
    upload: row.upload ? texts.yes : texts.no,
    request: row.request_id,
    grant: grant?.grant_id ?? "",
  };
}

function nameIn(service: ServiceRefView, language: RegisterLanguage): string {
  if (language === "en") return service.name.en;
  return language === "zh-Hant" ? service.name.zhHant : service.name.zhHans;
}
