import { IntlMessageFormat } from "intl-messageformat";
import { locales, type Locale } from "./catalogue.ts";
import type { MessageKey } from "./messages/index.ts";

/** A language's messages as the build made them: plain ones as text, the others parsed. */
export type Compiled = Readonly<
  Record<string, string | Exclude<ConstructorParameters<typeof IntlMessageFormat>[0], string>>
>;

/** What a message's names stand for. */
export type Values = Readonly<Record<string, string | number>>;

/** A message to be shown, without its language. View models hold these, so that a change of language changes what is on the screen. */
export interface Said {
  readonly key: MessageKey;
  readonly values?: Values;
}

const loaders: Readonly<Record<Locale, () => Promise<{ readonly catalogue: Compiled }>>> = {
  en: () => import("virtual:catalogue/en"),
  "zh-Hant-HK": () => import("virtual:catalogue/zh-Hant-HK"),
  "zh-Hans": () => import("virtual:catalogue/zh-Hans"),
};

/** The texts of one language. */
export class Texts {
  readonly locale: Locale;
  #compiled: Compiled;
  #formats = new Map<string, IntlMessageFormat>();

  constructor(locale: Locale, compiled: Compiled) {
    this.locale = locale;
    this.#compiled = compiled;
  }

  /** The message in this language. */
  t = (key: MessageKey, values?: Values): string => {
    const compiled = this.#compiled[key];
    if (typeof compiled === "string") return compiled;
    if (compiled === undefined) return key;
    let format = this.#formats.get(key);
    if (format === undefined) {
      format = new IntlMessageFormat(compiled, this.locale);
      this.#formats.set(key, format);
    }
    return String(format.format(values));
  };

  /** The same for a message that a view model made. */
  say = (said: Said): string => this.t(said.key, said.values);
}

/** Loads a language. */
export async function loadTexts(locale: Locale): Promise<Texts> {
  const { catalogue } = await loaders[locale]();
  return new Texts(locale, catalogue);
}

/** The language that suits somebody who prefers these, the most wanted first. */
export function suitableLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const lower = tag.toLowerCase();
    if (lower.startsWith("en")) return "en";
    if (/^zh-(hant|hk|mo|tw)\b/.test(lower)) return "zh-Hant-HK";
    if (lower.startsWith("yue")) return "zh-Hant-HK";
    if (lower.startsWith("zh")) return "zh-Hans";
  }
  return "en";
}

/** A stored or written language, when it is one of the three. */
export function parseLocale(text: string | null | undefined): Locale | undefined {
  return locales.find((locale) => locale === text);
}
