import { X } from "lucide-react";
import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { MAX_KEYWORD, MAX_KEYWORDS, parseKeyword } from "../../client/notify/levels.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** The words that call somebody as their name does. */
export function Keywords({ words }: { words: readonly string[] }): JSX.Element {
  const { t } = useTexts();
  const { settings } = useWorkspace().notify;
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string>();
  const keep = (edit: (now: readonly string[]) => readonly string[]): void =>
    void settings.change((before) => ({ ...before, keywords: edit(before.keywords) }));
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const word = parseKeyword(text);
    const isFull = words.length >= MAX_KEYWORDS;
    if (word === undefined || isFull) {
      setFault(
        isFull ? t("notify.manyKeywords", { most: MAX_KEYWORDS }) : t("notify.badKeyword", { most: MAX_KEYWORD }),
      );
      return;
    }
    setText("");
    setFault(undefined);
    keep((now) => (now.includes(word) ? now : [...now, word]));
  };
  return (
    <div className="notify__part">
      <h4 id="notify-keywords">{t("notify.keywords")}</h4>
      <p className="small quiet">{t("notify.keywordsWhy")}</p>
      {words.length === 0 ? null : (
        <ul className="notify__words" aria-labelledby="notify-keywords">
          {words.map((word) => (
            <li key={word} className="notify__word">
              <bdi>{word}</bdi>
              <IconButton
                icon={X}
                label={t("notify.removeKeyword", { word })}
                onPress={() => keep((now) => now.filter((one) => one !== word))}
              />
            </li>
          ))}
        </ul>
      )}
      <form className="notify__row" onSubmit={add}>
        <Field label={t("notify.keyword")} value={text} onChange={setText} fault={fault} />
        <Button type="submit">{t("notify.addKeyword")}</Button>
      </form>
    </div>
  );
}
