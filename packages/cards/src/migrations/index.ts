import type { MigrationSet } from "@causeway/platform";
import { cards0001 } from "./0001-cards.ts";

/** The tables of cards; appended, never edited. */
export const cardsMigrations: MigrationSet = { of: "cards", list: [cards0001] };
