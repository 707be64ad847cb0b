import { useState, type JSX } from "react";
import { Button, type ButtonLook } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";

/** One way to answer. */
export interface WrittenChoice {
  readonly id: string;
  readonly text: string;
  readonly look: ButtonLook;
  /** It cannot be chosen without words. */
  readonly needsWords: boolean;
  readonly run: (words: string) => void;
}

/** Words, and what is done with them: a few buttons under one box. */
export function Written(props: {
  title: string;
  label: string;
  hint?: string;
  isBusy: boolean;
  choices: readonly WrittenChoice[];
}): JSX.Element {
  const [words, setWords] = useState("");
  const given = words.trim();
  return (
    <section className="access__written" aria-label={props.title}>
      <h2 className="access__heading">{props.title}</h2>
      <Field
        label={props.label}
        {...(props.hint === undefined ? {} : { hint: props.hint })}
        value={words}
        onChange={setWords}
        lines={2}
      />
      <div className="access__actions">
        {props.choices.map(({ id, text, look, needsWords, run }) => (
          <Button
            key={id}
            look={look}
            isBusy={props.isBusy}
            isDisabled={needsWords && given === ""}
            onPress={() => run(given)}
          >
            {text}
          </Button>
        ))}
      </div>
    </section>
  );
}
