import type { JSX } from "react";

/** One of several, in the browser's own list: it works with every keyboard and screen reader, and on phones. */
export function Select<T extends string>(props: {
  label: string;
  value: T;
  options: readonly { readonly id: T; readonly text: string }[];
  onChange: (next: T) => void;
}): JSX.Element {
  return (
    <label className="select">
      <span>{props.label}</span>
      <select
        value={props.value}
        onChange={(event) => {
          const option = props.options.find(({ id }) => id === event.target.value);
          if (option !== undefined) props.onChange(option.id);
        }}
      >
        {props.options.map(({ id, text }) => (
          <option key={id} value={id}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
