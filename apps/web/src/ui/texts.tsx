import { createContext, useContext, type JSX, type ReactNode } from "react";
import { I18nProvider } from "react-aria-components";
import type { Texts } from "../i18n/i18n.ts";

const TextsContext = createContext<Texts | undefined>(undefined);

/** Gives the language to everything inside. */
export function TextsProvider({ texts, children }: { texts: Texts; children: ReactNode }): JSX.Element {
  return (
    <TextsContext value={texts}>
      <I18nProvider locale={texts.locale === "en" ? "en-GB" : texts.locale}>{children}</I18nProvider>
    </TextsContext>
  );
}

/** The texts of the language that is shown: `const { t } = useTexts()`. */
export function useTexts(): Texts {
  const texts = useContext(TextsContext);
  if (texts === undefined) throw new Error("there is no language here");
  return texts;
}
