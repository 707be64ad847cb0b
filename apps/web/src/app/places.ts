import { MessageCircle, Settings, type LucideIcon } from "lucide-react";
import type { MessageKey } from "../i18n/messages/index.ts";

/** A place on the rail; at most six beside the settings. */
export interface Place {
  readonly path: "/chat" | "/settings";
  readonly name: MessageKey;
  readonly icon: LucideIcon;
}

/** The places, in the order of the rail. */
export const places: readonly Place[] = [
  { path: "/chat", name: "place.chat", icon: MessageCircle },
  { path: "/settings", name: "place.settings", icon: Settings },
];
