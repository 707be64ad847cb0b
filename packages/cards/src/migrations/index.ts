import type { MigrationSet } from "@causeway/platform";
import { cards0001 } from "./0001-cards.ts";
import { announcements0002 } from "./0002-announcements.ts";
import { custody0003 } from "./0003-custody.ts";

/** The tables of cards; appended, never edited. */
export const cardsMigrations: MigrationSet = { of: "cards", list: [cards0001, announcements0002, custody0003] };
