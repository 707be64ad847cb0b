import type { MatrixClient } from "matrix-js-sdk";
import { unseal } from "./attachment.ts";
import { shownType, type MediaSource } from "./source.ts";

/** Tells how far a download is: bytes so far, and of how many where that is known. */
export type Progress = (loaded: number, total: number | undefined) => void;

interface Kept {
  readonly url: Promise<string>;
  bytes: number;
}

/** So much stays in memory of what was opened last. */
const MAX_BYTES = 150_000_000;
const MAX_FILES = 300;
/** Nothing larger is opened inside the app. */
const MAX_ONE = 500_000_000;

/** Files of messages: fetched with the session, decrypted, kept for a while as addresses that only this page can read. */
export class Media {
  #client: MatrixClient;
  #kept = new Map<string, Kept>();

  constructor(client: MatrixClient) {
    this.#client = client;
  }

  /** An address of the file for this page. The same file is fetched once. Throws when it cannot be had or is not what was sent. */
  open(source: MediaSource, type: string, progress?: Progress): Promise<string> {
    const name = `${source.url} ${shownType(type)}`;
    const known = this.#kept.get(name);
    if (known !== undefined) {
      this.#kept.delete(name);
      this.#kept.set(name, known);
      return known.url;
    }
    const kept: Kept = {
      bytes: 0,
      url: this.#fetch(source, progress).then((bytes) => {
        kept.bytes = bytes.length;
        this.#trim();
        return URL.createObjectURL(new Blob([bytes], { type: shownType(type) }));
      }),
    };
    this.#kept.set(name, kept);
    kept.url.catch(() => this.#kept.delete(name));
    return kept.url;
  }

  async #fetch(source: MediaSource, progress: Progress | undefined): Promise<Uint8Array<ArrayBuffer>> {
    const address = this.#client.mxcUrlToHttp(source.url, undefined, undefined, undefined, false, true, true);
    if (address === null) throw new Error("not the address of a file");
    const answer = await fetch(address, {
      headers: { authorization: `Bearer ${this.#client.getAccessToken() ?? ""}` },
    });
    if (!answer.ok || answer.body === null) throw new Error(`the server answered ${answer.status}`);
    const length = Number(answer.headers.get("content-length"));
    const bytes = await readAll(answer.body, length > 0 ? length : undefined, progress);
    return source.info === undefined ? bytes : unseal(bytes, source.info);
  }

  #trim(): void {
    let total = 0;
    for (const { bytes } of this.#kept.values()) total += bytes;
    for (const [name, { url, bytes }] of this.#kept) {
      if (total <= MAX_BYTES && this.#kept.size <= MAX_FILES) return;
      this.#kept.delete(name);
      total -= bytes;
      // Whatever still shows it has it decoded; a later look fetches it anew.
      void url.then((address) => setTimeout(() => URL.revokeObjectURL(address), 60_000));
    }
  }

  /** Gives back everything, when the account leaves this device. */
  forget(): void {
    for (const { url } of this.#kept.values())
      void url.then((address) => URL.revokeObjectURL(address)).catch(() => undefined);
    this.#kept.clear();
  }
}

async function readAll(
  body: ReadableStream<Uint8Array>,
  total: number | undefined,
  progress: Progress | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (const reader = body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > MAX_ONE) throw new Error("the file is too large to be opened here");
    progress?.(length, total);
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
