import { hasMarkup } from "./sniff.ts";

// Everything below space but tab, line feed, form feed, carriage return; and DEL.
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0b\x0e-\x1f\x7f]/;
/** Markup may lie across two chunks; so much of the last one is looked at again. */
const OVERLAP = 32;

/** Follows a file as it arrives and tells whether all of it is UTF-8 text without control characters and without markup. */
export class TextProbe {
  #decoder = new TextDecoder("utf-8", { fatal: true });
  #tail = "";
  #plain = true;

  /** The next bytes. Costs nothing once the file turned out to be something else. */
  add(chunk: Uint8Array): void {
    if (this.#plain) this.#check(() => this.#decoder.decode(chunk, { stream: true }));
  }

  /** Whether the whole file was plain text. */
  finish(): boolean {
    if (this.#plain) this.#check(() => this.#decoder.decode());
    return this.#plain;
  }

  #check(decode: () => string): void {
    try {
      const text = this.#tail + decode();
      this.#plain = !CONTROL.test(text) && !hasMarkup(text);
      this.#tail = text.slice(-OVERLAP);
    } catch {
      this.#plain = false; // not UTF-8
    }
  }
}
