import "./people.css";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useRef, type JSX, type KeyboardEvent } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { postText, searchPeople, type DirectoryPerson } from "../../client/directory/people.ts";
import { Field } from "../../ui/field.tsx";
import { Avatar } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** What follows the last separator is being typed. */
const LAST = /[^,;，、；]*$/;

/** A box for people: usernames, and while one types those of the directory to choose from, with post and department. */
export function PeopleField(props: {
  label: string;
  hint?: string;
  value: string;
  onChange: (next: string) => void;
  /** One is wanted: chosen is chosen. */
  onChosen?: (person: DirectoryPerson) => void;
  autoFocus?: boolean;
  isRequired?: boolean;
}): JSX.Element {
  const { value, onChange, onChosen } = props;
  const area = useRef<HTMLDivElement>(null);
  const typed = useDeferredValue(LAST.exec(value)?.[0].trim() ?? "");
  const found = usePeople(typed);
  const choose = (person: DirectoryPerson): void => {
    const name = person.userId.slice(1, person.userId.indexOf(":"));
    if (onChosen === undefined) onChange(`${value.replace(LAST, "").trimEnd()} ${name}, `.trimStart());
    else onChosen(person);
    area.current?.querySelector("input")?.focus();
  };
  return (
    <div ref={area} className="people-field" onKeyDown={(event) => moveFocus(event, area.current)}>
      <Field
        label={props.label}
        {...(props.hint === undefined ? {} : { hint: props.hint })}
        value={value}
        onChange={onChange}
        isIdentifier
        spellCheck="false"
        autoComplete="off"
        {...(props.autoFocus === true ? { autoFocus: true } : {})}
        {...(props.isRequired === true ? { isRequired: true } : {})}
      />
      <Found people={found} onChoose={choose} />
    </div>
  );
}

/** People of the directory as one types; none for nothing typed, and none when the directory does not answer. */
export function usePeople(typed: string): readonly DirectoryPerson[] {
  const { api } = useWorkspace();
  const { data = [] } = useQuery({
    queryKey: ["people", typed],
    queryFn: () => searchPeople(api, typed),
    enabled: typed !== "",
    retry: false,
    placeholderData: (before) => (typed === "" ? [] : before),
  });
  return typed === "" ? [] : data;
}

function Found(props: {
  people: readonly DirectoryPerson[];
  onChoose: (person: DirectoryPerson) => void;
}): JSX.Element {
  const { t, locale } = useTexts();
  return (
    <>
      <p className="hidden-text" role="status">
        {props.people.length === 0 ? "" : t("people.found", { count: props.people.length })}
      </p>
      {props.people.length === 0 ? null : (
        <ul className="people-field__found" aria-label={t("people.list")}>
          {props.people.map((person) => (
            <li key={person.userId}>
              <button type="button" className="people-field__person" onClick={() => props.onChoose(person)}>
                <Avatar name={person.name} look="small" />
                <span className="people-field__words">
                  <span>{person.name}</span>
                  <span className="small quiet">{postText(locale, person) || person.userId}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Down from the box into the list, and up again. */
function moveFocus(event: KeyboardEvent, area: HTMLElement | null): void {
  if (event.nativeEvent.isComposing || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const stops = [...(area?.querySelectorAll<HTMLElement>("input, .people-field__person") ?? [])];
  const here = stops.findIndex((stop) => stop === document.activeElement);
  const next = stops[event.key === "ArrowDown" ? here + 1 : here - 1];
  if (here < 0 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
