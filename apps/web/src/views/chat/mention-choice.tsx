import { fold } from "@causeway/base";
import { Megaphone } from "lucide-react";
import { useDeferredValue, useState, type JSX, type KeyboardEvent, type RefObject } from "react";
import type { ComposerModel } from "../../client/composer.ts";
import { postText, type DirectoryPerson } from "../../client/directory/people.ts";
import type { RoomFacts } from "../../client/rooms/room.ts";
import { Avatar, ExternalMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { usePeople } from "../people/people-field.tsx";

/** What stands before the caret when somebody is being called. */
const CALL = /(?:^|[\s(（「])@([^\s@]{0,40})$/u;
const MOST = 8;

/** Somebody, a post or everybody, to be called. */
interface Choice {
  readonly id: string;
  /** What stands in the text. */
  readonly text: string;
  /** Undefined: the whole room. */
  readonly userId?: string;
  readonly name: string;
  readonly detail: string;
  readonly isExternal: boolean;
}

/** Choosing whom to call while one types after an `@`. */
export interface MentionChoice {
  readonly list: JSX.Element | null;
  /** For the text box: the list that it opens, and the line that is chosen. */
  readonly attributes: {
    readonly "aria-autocomplete": "list";
    readonly "aria-controls"?: string;
    readonly "aria-activedescendant"?: string;
  };
  /** The caret moved, or the text changed. */
  look(box: HTMLTextAreaElement): void;
  /** Whether the key was for the list. */
  keyDown(event: KeyboardEvent<HTMLTextAreaElement>): boolean;
}

const LIST_ID = "mention-choice";

/** Offers the room's members, the holders of posts, and the room itself. Enter or Tab takes the chosen line, Escape closes the list. */
export function useMentionChoice(
  facts: RoomFacts,
  composer: ComposerModel,
  box: RefObject<HTMLTextAreaElement | null>,
): MentionChoice {
  const { t } = useTexts();
  const [typed, setTyped] = useState<string>();
  const [at, setAt] = useState(0);
  const choices = useChoices(facts, typed);
  const isOpen = typed !== undefined && choices.length > 0;
  const chosen = choices[Math.min(at, choices.length - 1)];
  const take = (choice: Choice): void => {
    const { current } = box;
    if (current === null) return;
    const before = current.value.slice(0, current.selectionStart).replace(/@[^\s@]*$/u, "");
    const after = current.value.slice(current.selectionStart);
    const mention = choice.userId === undefined ? undefined : { text: choice.text, userId: choice.userId };
    composer.mention(`${before}${choice.text} ${after.trimStart()}`, mention);
    setTyped(undefined);
    const caret = before.length + choice.text.length + 1;
    requestAnimationFrame(() => {
      current.focus();
      current.setSelectionRange(caret, caret);
    });
  };
  return {
    attributes: {
      "aria-autocomplete": "list",
      ...(isOpen ? { "aria-controls": LIST_ID, "aria-activedescendant": `${LIST_ID}-${chosen?.id ?? ""}` } : {}),
    },
    list: isOpen ? (
      <ul id={LIST_ID} className="mention-choice" role="listbox" aria-label={t("mention.list")}>
        {choices.map((choice) => (
          <Line key={choice.id} choice={choice} isChosen={choice === chosen} onTake={() => take(choice)} />
        ))}
      </ul>
    ) : null,
    look: (area) => {
      const match =
        area.selectionStart === area.selectionEnd ? CALL.exec(area.value.slice(0, area.selectionStart)) : null;
      const next = match?.[1];
      if (next === typed) return;
      setTyped(next);
      setAt(0);
    },
    keyDown: (event) => {
      if (!isOpen || chosen === undefined || event.nativeEvent.isComposing || event.keyCode === 229) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step !== undefined) setAt((at + step + choices.length) % choices.length);
      else if (event.key === "Escape") setTyped(undefined);
      else if ((event.key === "Enter" && !event.shiftKey) || event.key === "Tab") take(chosen);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}

function Line(props: { choice: Choice; isChosen: boolean; onTake: () => void }): JSX.Element {
  const { choice, isChosen } = props;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the text box keeps the focus; its keys choose
    <li
      id={`${LIST_ID}-${choice.id}`}
      role="option"
      aria-selected={isChosen}
      className="mention-choice__line"
      // The text box keeps the focus.
      onMouseDown={(event) => event.preventDefault()}
      onClick={props.onTake}
    >
      {choice.userId === undefined ? (
        <Megaphone size={20} aria-hidden />
      ) : (
        <Avatar name={choice.name} look="small" isExternal={choice.isExternal} />
      )}
      <span className="mention-choice__words">
        <bdi>{choice.name}</bdi>
        {choice.isExternal ? <ExternalMark /> : null}
        <span className="small quiet">{choice.detail}</span>
      </span>
    </li>
  );
}

function useChoices(facts: RoomFacts, typed: string | undefined): readonly Choice[] {
  const { t, locale } = useTexts();
  const asked = useDeferredValue(typed ?? "");
  const found = usePeople(asked);
  if (typed === undefined) return [];
  const wanted = fold(typed);
  const posts = new Map(found.map((person) => [person.userId, person]));
  const members = facts.members
    .filter(
      ({ userId, name, isInvited }) =>
        !isInvited && (fold(name).includes(wanted) || fold(userId).includes(`@${wanted}`)),
    )
    .map(({ userId, name, isExternal }): Choice => {
      const known = posts.get(userId);
      const detail = known === undefined ? userId : postText(locale, known) || userId;
      return { id: userId, text: `@${name}`, userId, name, detail, isExternal };
    });
  const isIn = new Set(facts.members.map(({ userId }) => userId));
  const all: readonly Choice[] = [
    ...members,
    ...found.filter(({ userId }) => isIn.has(userId)).flatMap((person) => postsOf(person, wanted)),
    ...(facts.mayCallRoom && "room".startsWith(wanted)
      ? [{ id: "room", text: "@room", name: "@room", detail: t("mention.room"), isExternal: false }]
      : []),
  ];
  return all.slice(0, MOST);
}

/** A post is called by its code; whoever holds it now is told. */
function postsOf(person: DirectoryPerson, wanted: string): readonly Choice[] {
  return person.posts
    .filter(({ code }) => fold(code).includes(wanted))
    .map(({ code }) => ({
      ...{ id: `${person.userId} ${code}`, text: `@${code}`, userId: person.userId, name: code },
      ...{ detail: person.name, isExternal: false },
    }));
}
