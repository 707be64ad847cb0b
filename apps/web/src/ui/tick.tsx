import { useId, type JSX } from "react";
import { Checkbox } from "react-aria-components";

/** Something that is on or off, with its words beside the box, and below them a hint that says more. */
export function Tick(props: {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  text: string;
  hint?: string;
  isDisabled?: boolean;
}): JSX.Element {
  const { isOn, onChange, text, hint, isDisabled = false } = props;
  const id = useId();
  const described = hint === undefined ? {} : { "aria-describedby": id };
  const box = (
    <Checkbox {...described} className="tick" isSelected={isOn} onChange={onChange} isDisabled={isDisabled}>
      <span className="tick__box" aria-hidden />
      {text}
    </Checkbox>
  );
  if (hint === undefined) return box;
  return (
    <div>
      {box}
      <p id={id} className="tick__hint">
        {hint}
      </p>
    </div>
  );
}
