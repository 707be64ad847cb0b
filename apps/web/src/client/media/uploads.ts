import { ClientEvent, KnownMembership, type MatrixClient } from "matrix-js-sdk";
import { HTTPError } from "matrix-js-sdk/lib/http-api/errors.js";
import { isLiveSync } from "../matrix/live-sync.ts";
import type { Outbox } from "../outbox.ts";
import { Model } from "../view-model.ts";
import type { ThreadPlace } from "../threads/thread-of.ts";
import { seal } from "./attachment.ts";
import type { Prepared } from "./prepare.ts";
import { uploadContent, type Placed } from "./upload-content.ts";
import type { KeptUpload, UploadShelf } from "./upload-shelf.ts";

/** Why a file cannot be sent. */
export type UploadFault = "tooLarge" | "refused" | "noRoom";

/** A file on its way, as its room or its thread shows it. */
export interface Upload {
  readonly id: string;
  readonly roomId: string;
  /** The root of the thread that it goes into. */
  readonly thread?: string;
  readonly name: string;
  readonly bytes: number;
  readonly sent: number;
  readonly state: "waiting" | "sending" | "failed";
  readonly fault?: UploadFault;
  /** The device has no space to keep it: it is lost when the page is closed. */
  readonly isLoose?: boolean;
}

interface Task {
  readonly kept: KeptUpload;
  readonly stop: AbortController;
}

/**
 * The queue of files. They go one after the other, encrypted where the room is, and become messages when they are on the server.
 * What waits is kept on the device; without a connection it goes on with the next sync.
 */
export class Uploads extends Model<readonly Upload[]> {
  #client: MatrixClient;
  #outbox: Outbox;
  #shelf: Promise<UploadShelf>;
  #keeps: (roomId: string) => boolean;
  #tasks = new Map<string, Task>();
  #isRunning = false;
  #limit: Promise<number> | undefined;

  constructor(
    client: MatrixClient,
    parts: {
      readonly outbox: Outbox;
      readonly shelf: Promise<UploadShelf>;
      /** Whether anything of a room may lie on this device. */
      readonly keeps: (roomId: string) => boolean;
    },
  ) {
    super([]);
    this.#client = client;
    this.#outbox = parts.outbox;
    this.#shelf = parts.shelf;
    this.#keeps = parts.keeps;
    client.on(ClientEvent.Sync, (state, _before, data) => {
      if (isLiveSync(state, data)) void this.#run();
    });
    void this.#takeUp();
  }

  /** Sends files to a room; the caption and the answer go with the first. */
  async add(
    roomId: string,
    files: readonly Prepared[],
    about: {
      readonly caption: string;
      readonly answers?: string | undefined;
      readonly thread?: ThreadPlace | undefined;
      readonly reason?: string | undefined;
    },
  ): Promise<void> {
    for (const [index, file] of files.entries()) {
      const isFirst = index === 0;
      const kept: KeptUpload = {
        id: this.#client.makeTxnId(),
        roomId,
        file,
        caption: isFirst ? about.caption : "",
        ...(about.reason === undefined ? {} : { reason: about.reason }),
        ...(isFirst && about.answers !== undefined ? { answers: about.answers } : {}),
        ...(about.thread === undefined ? {} : { thread: about.thread }),
      };
      this.#show(kept);
      // A device without space sends what it is given as long as the page lives, and says so. So does one that may keep nothing.
      if (!this.#keeps(roomId)) this.#change(kept.id, { isLoose: true });
      else await (await this.#shelf).put(kept).catch(() => this.#change(kept.id, { isLoose: true }));
    }
    void this.#run();
  }

  /** Stops a file and forgets it. */
  async cancel(id: string): Promise<void> {
    this.#tasks.get(id)?.stop.abort();
    await this.#forgetOne(id);
  }

  /** Tries a file again that did not go. */
  retry(id: string): void {
    this.#change(id, { state: "waiting", sent: 0 });
    void this.#run();
  }

  /** Stops everything and deletes what is kept, when the account leaves this device. */
  async forget(): Promise<void> {
    for (const { stop } of this.#tasks.values()) stop.abort();
    this.#tasks.clear();
    this.set([]);
    await (await this.#shelf).destroy();
  }

  async #takeUp(): Promise<void> {
    for (const kept of await (await this.#shelf).all()) this.#show(kept);
  }

  #show(kept: KeptUpload): void {
    const { id, roomId, file, thread } = kept;
    if (this.#tasks.has(id)) return;
    this.#tasks.set(id, { kept, stop: new AbortController() });
    const { name, bytes } = file;
    const place = thread === undefined ? { roomId } : { roomId, thread: thread.root };
    this.set([...this.snapshot(), { id, ...place, name, bytes: bytes.length, sent: 0, state: "waiting" }]);
  }

  #change(id: string, change: Partial<Upload>): void {
    this.set(this.snapshot().map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  async #forgetOne(id: string): Promise<void> {
    this.#tasks.delete(id);
    this.set(this.snapshot().filter((one) => one.id !== id));
    await (await this.#shelf).remove(id).catch(() => undefined);
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (;;) {
        const next = this.snapshot().find(({ state }) => state === "waiting");
        const task = next === undefined ? undefined : this.#tasks.get(next.id);
        if (next === undefined || task === undefined || !(await this.#sendOne(task))) return;
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** Sends one file; false when the server cannot be reached, or has not told of the room yet, and the queue waits. */
  async #sendOne(task: Task): Promise<boolean> {
    const { id, roomId, file } = task.kept;
    if (this.#client.getRoom(roomId) === null) return false;
    const fault = await this.#faultOf(task.kept);
    if (fault !== undefined) {
      this.#change(id, { state: "failed", fault });
      return true;
    }
    this.#change(id, { state: "sending", sent: 0 });
    try {
      const main = await this.#place(task, file.bytes, (sent) => this.#change(id, { sent }));
      const thumbnail = file.thumbnail === undefined ? undefined : await this.#place(task, file.thumbnail.bytes);
      if (task.stop.signal.aborted) return true;
      this.#outbox.say(roomId, uploadContent(task.kept, { main, thumbnail }));
      await this.#forgetOne(id);
      return true;
    } catch (error) {
      if (task.stop.signal.aborted) return true;
      const refused = refusalOf(error);
      this.#change(id, refused === undefined ? { state: "waiting", sent: 0 } : { state: "failed", fault: refused });
      return refused !== undefined;
    }
  }

  async #faultOf({ roomId, file }: KeptUpload): Promise<UploadFault | undefined> {
    if (this.#client.getRoom(roomId)?.getMyMembership() !== KnownMembership.Join) return "noRoom";
    this.#limit ??= this.#client
      .getMediaConfig(true)
      .then((config) => config["m.upload.size"] ?? Number.POSITIVE_INFINITY);
    const limit = await this.#limit.catch(() => {
      this.#limit = undefined;
      return Number.POSITIVE_INFINITY;
    });
    return file.bytes.length > limit ? "tooLarge" : undefined;
  }

  async #place(task: Task, bytes: Uint8Array<ArrayBuffer>, progress?: (sent: number) => void): Promise<Placed> {
    const isEncrypted = this.#client.getRoom(task.kept.roomId)?.hasEncryptionStateEvent() === true;
    const sealed = isEncrypted ? seal(bytes) : undefined;
    const type = isEncrypted ? "application/octet-stream" : task.kept.file.type;
    const { content_uri: url } = await this.#client.uploadContent(new Blob([sealed?.bytes ?? bytes], { type }), {
      type,
      abortController: task.stop,
      ...(progress === undefined ? {} : { progressHandler: ({ loaded }: { loaded: number }) => progress(loaded) }),
    });
    return sealed === undefined ? { url } : { file: { ...sealed.file, url } };
  }
}

/** Whether the server said no, and to what; undefined when it did not say anything and it is worth trying again. */
function refusalOf(error: unknown): UploadFault | undefined {
  if (!(error instanceof HTTPError)) return undefined;
  const status = error.httpStatus ?? 0;
  if (status === 413) return "tooLarge";
  return status === 0 || status === 429 || status >= 500 ? undefined : "refused";
}
