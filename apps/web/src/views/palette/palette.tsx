import "./palette.css";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState, type JSX, type ReactNode } from "react";
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
} from "react-aria-components";
import { usePage, useWorkspace } from "../../app/workspace-context.tsx";
import { postText } from "../../client/directory/people.ts";
import { directRoomWith } from "../../client/rooms/make-room.ts";
import { useTexts } from "../../ui/texts.tsx";
import { NewDirectDialog } from "../chat/new-direct-dialog.tsx";
import { NewRoomDialog } from "../chat/new-room-dialog.tsx";
import { usePeople } from "../people/people-field.tsx";

type Step = "closed" | "palette" | "room" | "direct";

/** Ctrl or ⌘ and K, anywhere: rooms, people and actions by typing a part of their name. */
export function Palette(): JSX.Element | null {
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>("closed");
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setStep((now) => (now === "palette" ? "closed" : "palette"));
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
  const close = (): void => setStep("closed");
  const open = (roomId: string): void => {
    close();
    void navigate({ to: "/chat/$roomId", params: { roomId } });
  };
  switch (step) {
    case "closed":
      return null;
    case "room":
      return <NewRoomDialog onMade={open} onClose={close} />;
    case "direct":
      return <NewDirectDialog onMade={open} onClose={close} />;
    case "palette":
      return <PaletteWindow onRoom={open} onStep={setStep} onClose={close} />;
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

function PaletteWindow(props: WindowProps): JSX.Element {
  const { t } = useTexts();
  const [query, setQuery] = useState("");
  const rooms = useRooms(query, props);
  const people = usePeopleEntries(query, props);
  const actions = useActions(query, props);
  const all = [...rooms, ...people, ...actions];
  return (
    <ModalOverlay
      className="overlay"
      isOpen
      isDismissable
      onOpenChange={(isOpen) => (isOpen ? undefined : props.onClose())}
    >
      <Modal className="dialog palette">
        <Dialog aria-label={t("palette.open")}>
          <Autocomplete inputValue={query} onInputChange={setQuery}>
            <SearchField aria-label={t("palette.open")} autoFocus className="field">
              <Input placeholder={t("palette.hint")} />
            </SearchField>
            <Menu
              className="menu palette__list"
              aria-label={t("palette.results")}
              renderEmptyState={() => <p className="quiet">{t("palette.nothing")}</p>}
              onAction={(id) => all.find((entry) => entry.id === id)?.run()}
            >
              {sectionOf(t("palette.rooms"), rooms)}
              {sectionOf(t("palette.people"), people)}
              {sectionOf(t("palette.actions"), actions)}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function sectionOf(name: string, entries: readonly Entry[]): ReactNode {
  if (entries.length === 0) return null;
  return (
    <MenuSection id={name}>
      <Header className="palette__section small quiet">{name}</Header>
      {entries.map(({ id, text, detail }) => (
        <MenuItem key={id} id={id} textValue={text} className="menu__item palette__entry">
          <span>{text}</span>
          {detail === undefined ? null : <span className="small quiet">{detail}</span>}
        </MenuItem>
      ))}
    </MenuSection>
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
  const go = (to: "/chat" | "/settings"): void => {
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
    { id: "go-settings", text: t("place.settings"), run: () => go("/settings") },
    { id: "light", text: `${t("settings.theme")}: ${t("settings.themeLight")}`, run: () => theme("light") },
    { id: "dark", text: `${t("settings.theme")}: ${t("settings.themeDark")}`, run: () => theme("dark") },
  ];
  const wanted = query.trim().toLocaleLowerCase();
  return actions.filter(({ text }) => text.toLocaleLowerCase().includes(wanted));
}
