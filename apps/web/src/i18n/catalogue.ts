/** The languages of the interface: English, Chinese as written in Hong Kong, and Chinese as written on the mainland. */
export const locales = ["en", "zh-Hant-HK", "zh-Hans"] as const;

/** One of the three languages. */
export type Locale = (typeof locales)[number];

/** Messages in ICU syntax, each in all three languages, side by side so that none is forgotten. */
export type Catalogue = Readonly<Record<string, Readonly<Record<Locale, string>>>>;
