import { openShelf, type SecretShelf } from "../store/secret-shelf.ts";
import type { ThreadPlace } from "../threads/thread-of.ts";
import type { Prepared, Thumbnail } from "./prepare.ts";

/** A file that waits to be sent, as it lies on the device. */
export interface KeptUpload {
  readonly id: string;
  readonly roomId: string;
  readonly file: Prepared;
  readonly caption: string;
  readonly answers?: string;
  readonly thread?: ThreadPlace;
  /** Why personal data goes where it is not meant to be. */
  readonly reason?: string;
}

const INDEX = "index";

/** Files that wait to be sent, wrapped like every secret of the device, so that neither a reload nor a dead battery loses them. */
export class UploadShelf {
  #shelf: SecretShelf;
  #ids: readonly string[];

  private constructor(shelf: SecretShelf, ids: readonly string[]) {
    this.#shelf = shelf;
    this.#ids = ids;
  }

  /** Opens the shelf of a device. */
  static async open(device: string): Promise<UploadShelf> {
    const shelf = await openShelf(`${device}-uploads`);
    const ids = readJson(await shelf.get(INDEX));
    return new UploadShelf(shelf, Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : []);
  }

  /** Everything that waits, in its order. What cannot be read any more is left out. */
  async all(): Promise<readonly KeptUpload[]> {
    const found: KeptUpload[] = [];
    for (const id of this.#ids) {
      const upload = await this.#read(id);
      if (upload !== undefined) found.push(upload);
    }
    return found;
  }

  /** Keeps a file until it is removed. Throws when the device has no space. */
  async put(upload: KeptUpload): Promise<void> {
    const { bytes, thumbnail, ...about } = upload.file;
    const small = thumbnail === undefined ? undefined : { width: thumbnail.width, height: thumbnail.height };
    await this.#shelf.put(`${upload.id} bytes`, bytes);
    if (thumbnail !== undefined) await this.#shelf.put(`${upload.id} thumbnail`, thumbnail.bytes);
    await this.#shelf.put(upload.id, writeJson({ ...upload, file: about, small }));
    await this.#keep([...this.#ids, upload.id]);
  }

  /** Forgets a file. */
  async remove(id: string): Promise<void> {
    await this.#keep(this.#ids.filter((known) => known !== id));
    for (const name of [id, `${id} bytes`, `${id} thumbnail`]) await this.#shelf.remove(name);
  }

  /** Deletes everything, when the account leaves this device. */
  destroy(): Promise<void> {
    return this.#shelf.destroy();
  }

  async #keep(ids: readonly string[]): Promise<void> {
    this.#ids = ids;
    await this.#shelf.put(INDEX, writeJson(ids));
  }

  async #read(id: string): Promise<KeptUpload | undefined> {
    const about = Object(readJson(await this.#shelf.get(id)));
    const bytes = await this.#shelf.get(`${id} bytes`);
    if (bytes === undefined || typeof about.roomId !== "string") return undefined;
    const small = await this.#shelf.get(`${id} thumbnail`);
    const thumbnail: Thumbnail | undefined = small === undefined ? undefined : { ...about.small, bytes: small };
    const file: Prepared = { ...about.file, bytes, ...(thumbnail === undefined ? {} : { thumbnail }) };
    const { roomId, answers, thread, reason } = about;
    return { id, roomId, caption: String(about.caption ?? ""), answers, thread, reason, file };
  }
}

function writeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}

function readJson(bytes: Uint8Array | undefined): unknown {
  return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
}
