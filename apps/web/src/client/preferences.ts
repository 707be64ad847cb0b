import { parseLocale, suitableLocale } from "../i18n/i18n.ts";
import type { Locale } from "../i18n/catalogue.ts";
import type { Shelf } from "./session/session.ts";
import { Model } from "./view-model.ts";

/** How somebody wants the interface on this device. */
export interface Preferences {
  readonly locale: Locale;
  readonly theme: "system" | "light" | "dark";
  readonly textSize: "small" | "normal" | "large";
  readonly density: "comfortable" | "compact";
  /** A sound for what is new. */
  readonly sound: boolean;
  /** Notifications outside of the page. */
  readonly desktop: boolean;
  /** Whether those say the words of messages. */
  readonly showWords: boolean;
}

const KEY = "causeway.preferences";

function oneOf<T extends string>(all: readonly T[], given: unknown, otherwise: T): T {
  return all.find((known) => known === given) ?? otherwise;
}

function parsePreferences(text: string | null, languages: readonly string[]): Preferences {
  let kept: unknown;
  try {
    kept = JSON.parse(text ?? "{}");
  } catch {
    kept = {};
  }
  const { locale, theme, textSize, density, sound, desktop, showWords } = Object(kept);
  return {
    locale: parseLocale(locale) ?? suitableLocale(languages),
    theme: oneOf(["system", "light", "dark"], theme, "system"),
    textSize: oneOf(["small", "normal", "large"], textSize, "normal"),
    density: oneOf(["comfortable", "compact"], density, "comfortable"),
    sound: sound === true,
    desktop: desktop === true,
    showWords: showWords === true,
  };
}

/** The preferences of this device, kept between visits. */
export class PreferencesModel extends Model<Preferences> {
  #shelf: Shelf;

  constructor(shelf: Shelf, languages: readonly string[]) {
    super(parsePreferences(shelf.getItem(KEY), languages));
    this.#shelf = shelf;
  }

  change(change: Partial<Preferences>): void {
    this.patch(change);
    this.#shelf.setItem(KEY, JSON.stringify(this.snapshot()));
  }
}
