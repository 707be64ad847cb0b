import { xchacha20poly1305 } from "@noble/ciphers/chacha";
import { managedNonce } from "@noble/ciphers/webcrypto";
import { decodeBase64, encodeBase64 } from "../base64.ts";
import type { Shelf } from "../session/session.ts";

/** What became of something that is kept: its value, or none when it was taken away. */
export interface JournalEntry {
  readonly key: string;
  /** Counts changes; the entry with the greatest is how things are. */
  readonly turn: number;
  readonly value?: unknown;
}

const PREFIX = "causeway.journal ";
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Changes that have not reached the encrypted database yet. Each is encrypted and written before `write` returns, which the
 * browser's own cryptography and database cannot do: a page may be gone before they answer.
 */
export class Journal {
  #shelf: Shelf;
  #key: Uint8Array;

  constructor(shelf: Shelf, key: Uint8Array) {
    this.#shelf = shelf;
    this.#key = key;
  }

  /** Everything that is written down, by its name. What another key wrote is of an account that has left, and is deleted. */
  read(): ReadonlyMap<string, JournalEntry> {
    const found = new Map<string, JournalEntry>();
    for (const name of this.#names()) {
      const entry = this.#open(this.#shelf.getItem(name) ?? "");
      if (entry === undefined) this.#shelf.removeItem(name);
      else found.set(name, entry);
    }
    return found;
  }

  /** Writes a change down; gives its name, or undefined when there is no space for it. */
  write(entry: JournalEntry): string | undefined {
    const name = PREFIX + crypto.randomUUID();
    const sealed = managedNonce(xchacha20poly1305)(this.#key).encrypt(encoder.encode(JSON.stringify(entry)));
    try {
      this.#shelf.setItem(name, encodeBase64(sealed));
      return name;
    } catch {
      return undefined;
    }
  }

  /** Strikes a change out, when it is in the database or a later one is. */
  strike(name: string): void {
    this.#shelf.removeItem(name);
  }

  /** Deletes everything, when the account leaves this device. */
  clear(): void {
    for (const name of this.#names()) this.#shelf.removeItem(name);
  }

  #names(): readonly string[] {
    return this.#shelf.keys().filter((name) => name.startsWith(PREFIX));
  }

  #open(text: string): JournalEntry | undefined {
    const sealed = decodeBase64(text);
    if (sealed === undefined) return undefined;
    try {
      const bytes = managedNonce(xchacha20poly1305)(this.#key).decrypt(sealed);
      const { key, turn, value } = Object(JSON.parse(decoder.decode(bytes)));
      return typeof key === "string" && typeof turn === "number" ? { key, turn, value } : undefined;
    } catch {
      return undefined;
    }
  }
}
