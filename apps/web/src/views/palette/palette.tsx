import "./palette.css";
import { useNavigate } from "@tanstack/react-router";
import { useState, type JSX, type KeyboardEvent } from "react";
import { Dialog, Input, Modal, ModalOverlay, SearchField } from "react-aria-components";
import { usePage, useWorkspace } from "../../app/workspace-context.tsx";
import { postText } from "../../client/directory/people.ts";
import { directRoomWith } from "../../client/rooms/make-room.ts";
import { useTexts } from "../../ui/texts.tsx";
import { NewDirectDialog } from "../chat/new-direct-dialog.tsx";
import { NewRoomDialog } from "../chat/new-room-dialog.tsx";
import { usePeople } from "../people/people-field.tsx";

type Step = "palette" | "room" | "direct";

/** Rooms, people and actions by typing a part of their name; opened by Ctrl or ⌘ and K, anywhere. */
export function Palette({ onClose }: { onClose: () => void }): JSX.Element {
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>("palette");
  const open = (roomId: string): void => {
    onClose();
    void navigate({ to: "/chat/$roomId", params: { roomId } });
  };
  switch (step) {
    case "room":
      return <NewRoomDialog onMade={open} onClose={onClose} />;
    case "direct":
      return <NewDirectDialog onMade={open} onClose={onClose} />;
    case "palette":
      return <PaletteWindow onRoom={open} onStep={setStep} onClose={onClose} />;
  }
}

interface Entry {
  readonly id: string;
  readonly text: string;
  readonly detail?: string;
  readonly run: () => void;
}

interface WindowProps {
  readonly onRoom: (roomId: string) => void;
  readonly onStep: (step: Step) => void;
  readonly onClose: () => void;
}

const LIST_ID = "palette-list";

function lineId(place: number): string {
  return `${LIST_ID}-${place}`;
}

/** The box keeps the focus; its arrow keys choose a line, and Enter takes it. */
function PaletteWindow(props: WindowProps): JSX.Element {
  const { t } = useTexts();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const sections = [
    { name: t("palette.rooms"), entries: useRooms(query, props) },
    { name: t("palette.people"), entries: usePeopleEntries(query, props) },
    { name: t("palette.actions"), entries: useActions(query, props) },
  ];
  const all = sections.flatMap(({ entries }) => entries);
  const chosen = Math.min(at, all.length - 1);
  const pressed = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && all.length > 0) {
      const next = (chosen + step + all.length) % all.length;
      setAt(next);
      document.getElementById(lineId(next))?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") all[chosen]?.run();
    else return;
    event.preventDefault();
  };
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable
      onOpenChange={(isOpen) => (isOpen ? undefined : props.onClose())}
    >
      <Modal className="dialog palette">
        <Dialog aria-label={t("palette.open")}>
          <SearchField
            aria-label={t("palette.open")}
            autoFocus
            className="field"
            value={query}
            onChange={(text) => {
              setQuery(text);
              setAt(0);
            }}
          >
            <Input
              placeholder={t("palette.hint")}
              role="combobox"
              aria-expanded={all.length > 0}
              aria-haspopup="menu"
              aria-controls={LIST_ID}
              {...(all.length === 0 ? {} : { "aria-activedescendant": lineId(chosen) })}
              onKeyDown={pressed}
            />
          </SearchField>
          <p className="quiet" role="status">
            {all.length === 0 ? t("palette.nothing") : ""}
          </p>
          <div id={LIST_ID} className="menu palette__list" role="menu" aria-label={t("palette.results")}>
            {sections.map(({ name, entries }) => (
              <Section
                key={name}
                name={name}
                entries={entries}
                first={all.indexOf(entries[0] ?? NONE)}
                chosen={chosen}
              />
            ))}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

const NONE: Entry = { id: "", text: "", run: () => undefined };

function Section(props: {
  name: string;
  entries: readonly Entry[];
  /** The place of its first line among all. */
  first: number;
  chosen: number;
}): JSX.Element | null {
  if (props.entries.length === 0) return null;
  return (
    <div role="group" aria-label={props.name}>
      <p className="palette__section small quiet" aria-hidden>
        {props.name}
      </p>
      {props.entries.map(({ id, text, detail, run }, place) => {
        const isChosen = props.first + place === props.chosen;
        return (
          // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the box keeps the focus; its keys choose
          <div
            key={id}
            id={lineId(props.first + place)}
            role="menuitem"
            className={`menu__item palette__entry${isChosen ? " palette__entry--chosen" : ""}`}
            onMouseDown={(event) => event.preventDefault()}
            onClick={run}
          >
            <span>{text}</span>
            {detail === undefined ? null : <span className="small quiet">{detail}</span>}
          </div>
        );
      })}
    </div>
  );
}

const MOST_ROOMS = 6;

function useRooms(query: string, { onRoom }: WindowProps): readonly Entry[] {
  const { rooms } = useWorkspace();
  const { t } = useTexts();
  return rooms.find(query, MOST_ROOMS).map(({ id, name, label }) => ({
    id,
    text: name,
    ...(label === "unclassified" ? {} : { detail: t(`label.${label}`) }),
    run: () => onRoom(id),
  }));
}

function usePeopleEntries(query: string, { onRoom }: WindowProps): readonly Entry[] {
  const { client, session } = useWorkspace();
  const { locale } = useTexts();
  return usePeople(query.trim())
    .filter(({ userId }) => userId !== session.userId)
    .map((person) => ({
      id: person.userId,
      text: person.name,
      detail: postText(locale, person),
      run: () => void directRoomWith(client, person.userId).then(onRoom),
    }));
}

function useActions(query: string, { onStep, onClose }: WindowProps): readonly Entry[] {
  const { t } = useTexts();
  const { preferences } = usePage();
  const navigate = useNavigate();
  const go = (to: "/chat" | "/chat/announcements" | "/settings"): void => {
    onClose();
    void navigate({ to });
  };
  const theme = (next: "light" | "dark"): void => {
    preferences.change({ theme: next });
    onClose();
  };
  const actions: readonly Entry[] = [
    { id: "new-direct", text: t("rooms.newDirect"), run: () => onStep("direct") },
    { id: "new-room", text: t("rooms.new"), run: () => onStep("room") },
    { id: "go-chat", text: t("place.chat"), run: () => go("/chat") },
    { id: "go-announcements", text: t("announce.title"), run: () => go("/chat/announcements") },
    { id: "go-settings", text: t("place.settings"), run: () => go("/settings") },
    { id: "light", text: `${t("settings.theme")}: ${t("settings.themeLight")}`, run: () => theme("light") },
    { id: "dark", text: `${t("settings.theme")}: ${t("settings.themeDark")}`, run: () => theme("dark") },
  ];
  const wanted = query.trim().toLocaleLowerCase();
  return actions.filter(({ text }) => text.toLocaleLowerCase().includes(wanted));
}
