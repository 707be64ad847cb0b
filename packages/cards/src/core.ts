import type { Clock, UserId } from "@causeway/base";
import { Turns, type Database } from "@causeway/platform";
import type { CardRooms } from "./ports.ts";
import { parseLanguage, type Language } from "./texts.ts";

/** What cards are made of. */
export interface CardsOptions {
  readonly db: Database;
  readonly clock: Clock;
  /** The user that the server speaks as. */
  readonly system: UserId;
  readonly rooms: CardRooms;
  /** Whether the account exists and is not deactivated. */
  readonly isActive: (user: UserId) => boolean | Promise<boolean>;
  /** The language of those who have not said theirs. */
  readonly defaultLanguage: Language;
  /** Told of work that failed after its answer was given; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** The account data in which somebody's clients say which language they read: `{"language": "zh-Hant-HK"}`. */
export const LANGUAGE = "org.causeway.language";

/** What every part of this package shares. */
export class CardsCore {
  readonly options: CardsOptions;
  /** What is said to one person is said one after another. */
  readonly turns = new Turns();

  constructor(options: CardsOptions) {
    this.options = options;
  }

  /** The language in which somebody is written to. */
  async languageOf(user: UserId): Promise<Language> {
    const said = await this.options.rooms.userData.get(user, { roomId: "", type: LANGUAGE });
    return parseLanguage(said?.["language"]) ?? this.options.defaultLanguage;
  }
}
