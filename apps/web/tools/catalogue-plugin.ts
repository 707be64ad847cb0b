import { parse, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";
import type { Plugin } from "vite";
import type { Catalogue, Locale } from "../src/i18n/catalogue.ts";
import { locales } from "../src/i18n/catalogue.ts";
import { messages } from "../src/i18n/messages/index.ts";

const PREFIX = "virtual:catalogue/";

/** What is wrong with the messages, in words; empty when nothing is. */
export function faultsOf(all: Catalogue): readonly string[] {
  return Object.entries(all).flatMap(([key, texts]) => {
    const wanted = [...argumentsOf(texts.en)].toSorted().join(", ");
    return locales.flatMap((locale) => {
      const text: unknown = texts[locale];
      if (typeof text !== "string" || text.trim() === "") return [`${key} has no text in ${locale}`];
      try {
        const found = [...argumentsOf(text)].toSorted().join(", ");
        return found === wanted ? [] : [`${key} in ${locale} uses {${found}}, in English {${wanted}}`];
      } catch (error) {
        return [`${key} in ${locale} cannot be read: ${error instanceof Error ? error.message : String(error)}`];
      }
    });
  });
}

/** The names that a message wants values for. */
export function argumentsOf(text: string): ReadonlySet<string> {
  return new Set(parse(text, { ignoreTag: true }).flatMap(namesIn));
}

function namesIn(element: MessageFormatElement): readonly string[] {
  switch (element.type) {
    case TYPE.literal:
    case TYPE.pound:
      return [];
    case TYPE.plural:
    case TYPE.select:
      return [element.value, ...Object.values(element.options).flatMap(({ value }) => value.flatMap(namesIn))];
    case TYPE.tag:
      return element.children.flatMap(namesIn);
    default:
      return [element.value];
  }
}

/** The module of one language: every message parsed, so that the browser carries no parser. */
export function compiledCatalogue(all: Catalogue, locale: Locale): string {
  const compiled = Object.entries(all).map(([key, texts]) => {
    const elements = parse(texts[locale], { ignoreTag: true, captureLocation: false });
    const [only] = elements;
    const isPlain = elements.length === 1 && only?.type === TYPE.literal;
    return [key, isPlain ? only.value : elements];
  });
  return `export const catalogue = JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(compiled)))});`;
}

/** Serves `virtual:catalogue/<locale>`; the build fails when a message is missing in one language or reads differently there. */
export function catalogues(): Plugin {
  return {
    name: "causeway-catalogues",
    buildStart() {
      const faults = faultsOf(messages);
      if (faults.length > 0) this.error(`the catalogues are not complete:\n${faults.join("\n")}`);
    },
    resolveId: { filter: { id: /^virtual:catalogue\// }, handler: (id) => `\0${id}` },
    load: {
      filter: { id: /^\0virtual:catalogue\// },
      handler: (id) => {
        const locale = locales.find((known) => id === `\0${PREFIX}${known}`);
        return locale === undefined ? undefined : compiledCatalogue(messages, locale);
      },
    },
  };
}
