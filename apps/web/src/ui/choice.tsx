import type { JSX, ReactNode } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";

/** One of several, all of them visible. */
export function Choice<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { readonly id: T; readonly text: ReactNode; readonly lang?: string }[];
  onChange: (next: T) => void;
}): JSX.Element {
  const chosen = (id: string): void => {
    const option = options.find((known) => known.id === id);
    if (option !== undefined) onChange(option.id);
  };
  return (
    <RadioGroup className="choice" value={value} onChange={chosen} orientation="horizontal">
      <Label className="choice__label">{label}</Label>
      <div className="choice__options">
        {options.map(({ id, text, lang }) => (
          <Radio key={id} value={id} className="choice__option">
            <span {...(lang === undefined ? {} : { lang })}>{text}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
