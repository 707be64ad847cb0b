import type { JSX, ReactNode } from "react";

/** Something that is so or not. */
export function Check(props: { isOn: boolean; onChange: (isOn: boolean) => void; children: ReactNode }): JSX.Element {
  return (
    <label className="check">
      <input type="checkbox" checked={props.isOn} onChange={(event) => props.onChange(event.target.checked)} />
      <span>{props.children}</span>
    </label>
  );
}
