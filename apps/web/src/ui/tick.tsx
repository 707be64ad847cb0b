import type { JSX } from "react";
import { Checkbox } from "react-aria-components";

/** Something that is on or off, with its words beside the box. */
export function Tick(props: {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  text: string;
  isDisabled?: boolean;
}): JSX.Element {
  const { isOn, onChange, text, isDisabled = false } = props;
  return (
    <Checkbox className="tick" isSelected={isOn} onChange={onChange} isDisabled={isDisabled}>
      <span className="tick__box" aria-hidden />
      {text}
    </Checkbox>
  );
}
