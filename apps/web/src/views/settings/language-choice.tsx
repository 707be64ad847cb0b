import type { JSX } from "react";
import { usePage } from "../../app/workspace-context.tsx";
import { locales } from "../../i18n/catalogue.ts";
import { Choice } from "../../ui/choice.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** Each language by its own name. */
export const languageNames = { en: "English", "zh-Hant-HK": "繁體中文", "zh-Hans": "简体中文" } as const;

const languages = locales.map((id) => ({ id, text: languageNames[id], lang: id }));

/** Changes the language at once. */
export function LanguageChoice(): JSX.Element {
  const { preferences } = usePage();
  const { t } = useTexts();
  const { locale } = useViewModel(preferences);
  return (
    <Choice
      label={t("settings.language")}
      value={locale}
      options={languages}
      onChange={(next) => preferences.change({ locale: next })}
    />
  );
}
