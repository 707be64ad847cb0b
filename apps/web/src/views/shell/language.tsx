import { useEffect, useState, type JSX, type ReactNode } from "react";
import { usePage } from "../../app/workspace-context.tsx";
import { loadTexts, type Texts } from "../../i18n/i18n.ts";
import { TextsProvider } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** Keeps the language, theme, size and density of the page as the preferences say. */
export function Language({ first, children }: { first: Texts; children: ReactNode }): JSX.Element {
  const { preferences } = usePage();
  const { locale, theme, textSize, density } = useViewModel(preferences);
  const [texts, setTexts] = useState(first);
  useEffect(() => {
    let isWanted = true;
    const load = async (): Promise<void> => {
      const next = await loadTexts(locale);
      if (isWanted) setTexts(next);
    };
    if (texts.locale !== locale) void load();
    return () => {
      isWanted = false;
    };
  }, [locale, texts]);
  useEffect(() => {
    const page = document.documentElement;
    page.lang = texts.locale;
    page.dataset["theme"] = theme;
    page.dataset["textSize"] = textSize;
    page.dataset["density"] = density;
  }, [texts, theme, textSize, density]);
  return <TextsProvider texts={texts}>{children}</TextsProvider>;
}
