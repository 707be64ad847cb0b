import { DoorOpen, MessageCircle, Settings, ShieldCheck, type LucideIcon } from "lucide-react";
import type { MessageKey } from "../i18n/messages/index.ts";

/** A place on the rail; at most six beside the settings. */
export interface Place {
  readonly path: "/chat" | "/access" | "/admin" | "/settings";
  readonly name: MessageKey;
  readonly icon: LucideIcon;
  /** Only for those with one of these roles. */
  readonly roles?: readonly string[];
}

/** Who asks, decides or reads in the Access place, also without a post; system administrators see the rules and the points there. */
export const accessRoles = ["officer", "security-administrator", "auditor", "dpo"];

/** The places, in the order of the rail. */
export const places: readonly Place[] = [
  { path: "/chat", name: "place.chat", icon: MessageCircle },
  { path: "/access", name: "place.access", icon: DoorOpen, roles: [...accessRoles, "system-administrator"] },
  {
    path: "/admin",
    name: "place.admin",
    icon: ShieldCheck,
    roles: ["system-administrator", "security-administrator"],
  },
  { path: "/settings", name: "place.settings", icon: Settings },
];
