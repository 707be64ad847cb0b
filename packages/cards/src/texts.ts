/** The languages of the interface. */
export const languages = ["en", "zh-Hant-HK", "zh-Hans"] as const;

/** One of them. */
export type Language = (typeof languages)[number];

/** A text in each language. */
export type Texts = Readonly<Record<Language, string>>;

/** A text that is the same for all, such as what somebody wrote, or one in each language. */
export type CardText = string | Texts;

/** Reads a language, or answers undefined. */
export function parseLanguage(given: unknown): Language | undefined {
  return languages.find((known) => known === given);
}

/** A text as somebody reads it. */
export function inLanguage(text: CardText, language: Language): string {
  return typeof text === "string" ? text : text[language];
}

/** Makes a text in each language. */
export function texts(make: (language: Language) => string): Texts {
  return { en: make("en"), "zh-Hant-HK": make("zh-Hant-HK"), "zh-Hans": make("zh-Hans") };
}

/** Characters that hide, or turn the text around them: bidirectional controls, zero-width ones, other controls but line ends. */
const TRICKS = /[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/gu;

/** What somebody wrote, on one line, without tricks, no longer than `most` characters. */
export function oneLine(text: string, most: number): string {
  return cut(
    text
      .replaceAll(/[\s\u2028\u2029]+/gu, " ")
      .replaceAll(TRICKS, "")
      .trim(),
    most,
  );
}

/** What somebody wrote, with its line ends, without tricks, no longer than `most` characters. */
export function manyLines(text: string, most: number): string {
  const lines = text
    .replaceAll(/\r\n?|\u2028|\u2029/gu, "\n")
    .replaceAll("\t", " ")
    .replaceAll(TRICKS, "");
  return cut(lines.replaceAll(/\n{3,}/g, "\n\n").trim(), most);
}

function cut(text: string, most: number): string {
  const characters = [...text.toWellFormed()];
  return characters.length <= most ? characters.join("") : `${characters.slice(0, most - 1).join("")}…`;
}
