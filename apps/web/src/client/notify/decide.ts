import type { Said } from "../../i18n/i18n.ts";
import type { Label } from "../rooms/label.ts";

/** How things stand when news comes. */
export interface Standing {
  /** It is one of the person's quiet hours. */
  readonly isQuiet: boolean;
  /** The room is the one that is open. */
  readonly isOpen: boolean;
  /** The page can be seen, though perhaps beside another window. */
  readonly isVisible: boolean;
  /** The page has the keyboard. */
  readonly hasFocus: boolean;
  readonly desktop: boolean;
  readonly sound: boolean;
}

/** Where news is told. */
export interface Places {
  readonly toast: boolean;
  readonly desktop: boolean;
  readonly sound: boolean;
}

/** Tells nobody what they are looking at, nor anything in quiet hours. */
export function placesFor(now: Standing): Places {
  if (now.isQuiet) return { toast: false, desktop: false, sound: false };
  const isHere = now.isVisible && now.hasFocus;
  return {
    toast: now.isVisible && !now.isOpen,
    desktop: now.desktop && !isHere,
    sound: now.sound && !(isHere && now.isOpen),
  };
}

/** What a notification outside of the app may say of a message. */
export interface Sayable {
  readonly label: Label;
  readonly roomName: string;
  readonly isDirect: boolean;
  readonly isExternal: boolean;
  readonly senderName: string;
  readonly isMention: boolean;
  readonly preview: Said;
}

/** The words of a notification: outside of the app anybody may read them. Of a labelled room they say its label and nothing else. */
export function wordsFor(news: Sayable, showWords: boolean): { readonly title: Said; readonly body: Said } {
  const { label, roomName: room, senderName: name } = news;
  if (label !== "unclassified")
    return { title: { key: "app.name" }, body: { key: "notify.labelled", values: { label } } };
  const title: Said = { key: news.isExternal ? "notify.external" : "notify.room", values: { room } };
  if (showWords) return { title, body: news.preview };
  if (news.isMention) return { title, body: { key: "notify.mentionBy", values: { name } } };
  return { title, body: news.isDirect ? { key: "notify.message" } : { key: "notify.messageBy", values: { name } } };
}
