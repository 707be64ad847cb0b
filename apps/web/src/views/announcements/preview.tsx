import type { JSX } from "react";
import type { Draft, DraftText } from "../../client/announcements/draft.ts";
import { locales, type Locale } from "../../i18n/catalogue.ts";
import { languageNames } from "../settings/language-choice.tsx";

/** An announcement as its readers will see it, in each language that was written. */
export function Preview({ draft }: { draft: Draft }): JSX.Element {
  if (!draft.isInLanguages) return <Shown text={draft.one} />;
  const written = locales.filter((language) => {
    const { title, body } = draft.each[language];
    return title.trim() !== "" || body.trim() !== "";
  });
  return (
    <>
      {written.map((language) => (
        <div key={language} lang={language}>
          <p className="small quiet">{languageNames[language]}</p>
          <Shown text={wholeOf(draft, language)} />
        </div>
      ))}
    </>
  );
}

/** What is left out is read in another language, as the server does it. */
function wholeOf(draft: Draft, language: Locale): DraftText {
  const order = language === "en" ? locales : [language, "zh-Hant-HK" as const, "zh-Hans" as const, "en" as const];
  const part = (name: keyof DraftText): string =>
    [language, ...order].map((one) => draft.each[one][name].trim()).find((text) => text !== "") ?? "";
  return { title: part("title"), body: part("body") };
}

function Shown({ text }: { text: DraftText }): JSX.Element {
  return (
    <section className="announcements__preview" aria-label={text.title.trim()}>
      <p className="announcements__title" dir="auto">
        {text.title.trim()}
      </p>
      <p className="announcements__body" dir="auto">
        {text.body.trim()}
      </p>
    </section>
  );
}
