import "./announcements.css";
import { Link } from "@tanstack/react-router";
import { Megaphone } from "lucide-react";
import type { JSX } from "react";
import { useTexts } from "../../ui/texts.tsx";
import { useAnnouncements } from "./use-announcements.ts";

/** The way to announcements, above the rooms, with how many are still to be noted. */
export function AnnouncementsLink(): JSX.Element {
  const { t } = useTexts();
  const { data } = useAnnouncements("to-me");
  const unnoted = data?.pages[0]?.unnoted ?? 0;
  return (
    <Link
      to="/chat/announcements"
      className="announcements-link"
      activeProps={{ className: "announcements-link announcements-link--here" }}
    >
      <Megaphone size={20} aria-hidden />
      <span>{t("announce.title")}</span>
      {unnoted === 0 ? null : (
        <span className="count announcements-link__count">
          <span aria-hidden>{unnoted}</span>
          <span className="hidden-text">{t("announce.toNote", { count: unnoted })}</span>
        </span>
      )}
    </Link>
  );
}
