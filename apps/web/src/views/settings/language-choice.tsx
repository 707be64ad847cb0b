import type { JSX } from "react";
import { usePage } from "../../app/workspace-context.tsx";
import { Choice } from "../../ui/choice.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** Each language by its own name. */
const languages = [
  { id: "en", text: "English", lang: "en" },
  { id: "zh-Hant-HK", text: "繁體中文", lang: "zh-Hant-HK" },
  { id: "zh-Hans", text: "简体中文", lang: "zh-Hans" },
] as const;

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
