import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CloudOff, HardDrive } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState, type JSX, type ReactNode } from "react";
import { places } from "../../app/places.ts";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { sayLanguage } from "../../client/settings/said-language.ts";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { AskingDevices } from "../sign-in/asking-devices.tsx";
import { Notices } from "../notify/notices.tsx";
import { DeviceBanner } from "../sign-in/device-banner.tsx";
import { useRoles } from "./use-roles.ts";

const Palette = lazy(async () => ({ default: (await import("../palette/palette.tsx")).Palette }));

/** The frame: the rail of places (a bar at the bottom of a phone), notices, and the place itself. */
export function Shell({ children }: { children: ReactNode }): JSX.Element {
  const { t, locale } = useTexts();
  const workspace = useWorkspace();
  const { rooms, client } = workspace;
  const saidFirst = useRef(true);
  useEffect(() => {
    const isChange = !saidFirst.current;
    saidFirst.current = false;
    // The server writes to people in their language. Offline, the next start says it.
    sayLanguage(client, locale, { isChange }).catch(() => undefined);
  }, [client, locale]);
  const roles = useRoles();
  const queries = useQueryClient();
  // What one account was answered is not shown to the next one on this page.
  useEffect(() => () => queries.clear(), [workspace, queries]);
  const { unread, mentions } = useViewModel(rooms);
  const [isPaletteOpen, setPaletteOpen] = usePaletteKey();
  return (
    <div className="shell">
      <a className="shell__skip" href="#content">
        {t("app.skip")}
      </a>
      <nav className="rail" aria-label={t("app.places")}>
        {places
          .filter((place) => place.roles?.some((role) => roles.includes(role)) ?? true)
          .map(({ path, name, icon: Icon }) => (
            <Link
              key={path}
              to={path}
              className="rail__place"
              activeProps={{ className: "rail__place rail__place--here" }}
            >
              <Icon size={24} aria-hidden />
              <span className="rail__name">{t(name)}</span>
              {path === "/chat" && unread > 0 ? (
                <span className="count rail__count">
                  <span aria-hidden>{mentions > 0 ? `@${mentions}` : unread}</span>
                  <span className="hidden-text">{t("rooms.unreadCount", { count: unread })}</span>
                </span>
              ) : null}
            </Link>
          ))}
      </nav>
      <div className="shell__place">
        <ConnectionNotice />
        <StorageNotice />
        <AskingDevices />
        <DeviceBanner />
        <main id="content" className="shell__content" tabIndex={-1}>
          {children}
        </main>
      </div>
      <Notices />
      {isPaletteOpen ? (
        <Suspense>
          <Palette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}

/** Ctrl or ⌘ and K opens the palette and closes it. The key is listened for here, so that none is lost while the palette loads. */
function usePaletteKey(): [boolean, (isOpen: boolean) => void] {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      setOpen((now) => !now);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
  return [isOpen, setOpen];
}

function ConnectionNotice(): JSX.Element {
  const { t } = useTexts();
  const { connection } = useWorkspace();
  const state = useViewModel(connection);
  return (
    <div role="status">
      {state === "offline" ? (
        <p className="notice">
          <CloudOff size={16} aria-hidden />
          {t("app.offline")}
        </p>
      ) : null}
    </div>
  );
}

/** Says that something is kept only while the page is open. */
function StorageNotice(): JSX.Element {
  const { t } = useTexts();
  const { notes } = useWorkspace();
  const { isFull } = useViewModel(notes);
  return (
    <div role="alert">
      {isFull ? (
        <p className="notice">
          <HardDrive size={16} aria-hidden />
          {t("app.storageFull")}
        </p>
      ) : null}
    </div>
  );
}
