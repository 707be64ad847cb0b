/** Who is signed in on this device. */
export interface Session {
  readonly userId: string;
  readonly deviceId: string;
  readonly accessToken: string;
  readonly refreshToken?: string;
}

/** Where small things are kept between visits. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  keys(): readonly string[];
}

/** The browser's `localStorage` as a shelf. */
export function localShelf(): Shelf {
  return {
    getItem: (key) => localStorage.getItem(key),
    setItem: (key, value) => localStorage.setItem(key, value),
    removeItem: (key) => localStorage.removeItem(key),
    keys: () => Object.keys(localStorage),
  };
}

const KEY = "causeway.session";

/** Reads a kept session; anything that is not one counts as none. */
export function parseSession(text: string | null): Session | undefined {
  if (text === null) return undefined;
  try {
    const kept: unknown = JSON.parse(text);
    if (typeof kept !== "object" || kept === null) return undefined;
    const { userId, deviceId, accessToken, refreshToken } = kept as Record<string, unknown>;
    if (typeof userId !== "string" || typeof deviceId !== "string" || typeof accessToken !== "string") return undefined;
    return { userId, deviceId, accessToken, ...(typeof refreshToken === "string" ? { refreshToken } : {}) };
  } catch {
    return undefined;
  }
}

/** Keeps the session of this device. */
export class SessionKeeper {
  #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  load(): Session | undefined {
    return parseSession(this.#shelf.getItem(KEY));
  }

  save(session: Session): void {
    this.#shelf.setItem(KEY, JSON.stringify(session));
  }

  forget(): void {
    this.#shelf.removeItem(KEY);
  }
}
