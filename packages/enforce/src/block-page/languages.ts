/** The languages of the block page, as `<html lang>` and `?lang=` name them. */
export const languages = ["en", "zh-Hant", "zh-Hans"] as const;

/** One of `languages`. */
export type Language = (typeof languages)[number];

/** The member of `Texts` for a language. */
export const memberOf: Readonly<Record<Language, "en" | "zhHant" | "zhHans">> = {
  en: "en",
  "zh-Hant": "zhHant",
  "zh-Hans": "zhHans",
};

/** The language of a page: the one that was asked for, else the first that the browser names and that there is. */
export function languageOf(asked: string | undefined, acceptLanguage: string | undefined): Language {
  const chosen = asked === undefined ? undefined : languageOfTag(asked);
  if (chosen !== undefined) return chosen;
  const wishes = (acceptLanguage ?? "").slice(0, 1000).split(",").map(readWish);
  const best = wishes.filter(({ weight }) => weight > 0).toSorted((left, right) => right.weight - left.weight);
  for (const { tag } of best) {
    const known = languageOfTag(tag);
    if (known !== undefined) return known;
  }
  return "en";
}

function readWish(part: string): { readonly tag: string; readonly weight: number } {
  const [tag = "", ...parameters] = part.trim().split(";");
  const weight = parameters
    .map((one) => /^\s*q=([01](?:\.[0-9]{0,3})?)\s*$/.exec(one)?.[1])
    .find((one) => one !== undefined);
  return { tag: tag.trim(), weight: weight === undefined ? 1 : Number(weight) };
}

function languageOfTag(tag: string): Language | undefined {
  const parts = tag.toLowerCase().split(/[-_]/);
  if (parts[0] === "en") return "en";
  if (parts[0] === "yue") return "zh-Hant";
  if (parts[0] !== "zh") return undefined;
  if (parts.includes("hant")) return "zh-Hant";
  if (parts.includes("hans")) return "zh-Hans";
  return parts.some((part) => part === "hk" || part === "tw" || part === "mo") ? "zh-Hant" : "zh-Hans";
}
