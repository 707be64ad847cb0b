import { MsgType, RelationType, type MatrixClient } from "matrix-js-sdk";
import type { Outbox } from "./outbox.ts";
import { prepare, type SendWish } from "./media/prepare.ts";
import type { Uploads } from "./media/uploads.ts";
import type { Shelf } from "./session/session.ts";
import type { TimelineModel } from "./timeline/timeline.ts";
import { Model } from "./view-model.ts";

/** What somebody is about to say. */
export interface Composer {
  readonly text: string;
  /** The message that is answered. */
  readonly answers?: string;
  /** The own message that is changed. */
  readonly edits?: string;
  /** What was typed before the change began; it comes back afterwards. */
  readonly aside?: string;
  /** Files that were chosen and not yet sent; they live as long as the page. */
  readonly files?: readonly File[];
}

const NOTHING: Composer = { text: "" };
/** How long the others see that somebody types, without a further key. */
const TYPING_MS = 20_000;
/** So many files go at once. */
const MOST_FILES = 30;
const TYPING_AGAIN_MS = 10_000;

/** The composer of one room. What is typed is kept at once and survives a reload. */
export class ComposerModel extends Model<Composer> {
  readonly roomId: string;
  #client: MatrixClient;
  #shelf: Shelf;
  #timeline: TimelineModel;
  #outbox: Outbox;
  #uploads: Uploads;
  #key: string;
  #typingSince: number | undefined;

  constructor(options: {
    readonly client: MatrixClient;
    readonly roomId: string;
    readonly shelf: Shelf;
    readonly timeline: TimelineModel;
    readonly outbox: Outbox;
    readonly uploads: Uploads;
  }) {
    const key = `${draftsOf(options.client.getSafeUserId())}${options.roomId}`;
    super(parseDraft(options.shelf.getItem(key)));
    this.#client = options.client;
    this.roomId = options.roomId;
    this.#uploads = options.uploads;
    this.#shelf = options.shelf;
    this.#timeline = options.timeline;
    this.#outbox = options.outbox;
    this.#key = key;
  }

  write(text: string): void {
    this.#keep({ ...this.snapshot(), text });
    this.#tellTyping(text !== "");
  }

  answer(id: string): void {
    const { text, edits, aside = "" } = this.snapshot();
    this.#keep({ text: edits === undefined ? text : aside, answers: id });
  }

  edit(id: string): void {
    const { text, edits, aside = "" } = this.snapshot();
    this.#keep({ text: this.#timeline.textOf(id), edits: id, aside: edits === undefined ? text : aside });
  }

  /** Leaves the answer or the change; what was typed as a new message stays. */
  leave(): void {
    const { text, edits, aside = "" } = this.snapshot();
    this.#keep({ text: edits === undefined ? text : aside });
  }

  /** Puts text back into the box, as when a message that did not go is given up. */
  giveBack(text: string): void {
    const now = this.snapshot();
    this.#keep({ ...now, text: now.text === "" ? text : `${now.text}\n${text}` });
  }

  /** Chooses files to be sent; what was chosen before stays. */
  choose(files: readonly File[]): void {
    const now = this.snapshot();
    this.#keep({ ...now, files: [...(now.files ?? []), ...files].slice(0, MOST_FILES) });
  }

  /** Takes one of the chosen files back, or all of them. */
  unchoose(file?: File): void {
    const { files = [], ...rest } = this.snapshot();
    const left = file === undefined ? [] : files.filter((one) => one !== file);
    this.#keep(left.length === 0 ? rest : { ...rest, files: left });
  }

  /** Sends the chosen files with what is typed as their caption. Throws when one of them cannot be read. */
  async sendFiles(wish: SendWish): Promise<void> {
    const { text, answers, files = [] } = this.snapshot();
    const prepared = await Promise.all(files.map((file) => prepare(file, wish)));
    this.#keep({ text: "" });
    this.#tellTyping(false);
    await this.#uploads.add(this.roomId, prepared, { caption: text.trim(), answers });
  }

  /** Sends a recording. */
  async sendVoice(recording: Blob, duration: number): Promise<void> {
    const { answers, ...rest } = this.snapshot();
    const type = recording.type.split(";", 1)[0] ?? "audio/webm";
    const name = `voice.${type === "audio/mp4" ? "m4a" : "webm"}`;
    const bytes = new Uint8Array(await recording.arrayBuffer());
    this.#keep(rest);
    await this.#uploads.add(this.roomId, [{ kind: "audio", name, type, bytes, duration, isVoice: true }], {
      caption: "",
      answers,
    });
  }

  /** Sends what is typed. It is in the timeline at once; what does not go can be sent again from there. */
  send(): void {
    const { text, answers, edits, aside = "" } = this.snapshot();
    const body = text.trim();
    if (body === "") return;
    this.#keep({ text: edits === undefined ? "" : aside });
    this.#tellTyping(false);
    this.#outbox.say(this.roomId, contentFor(body, { answers, edits }));
  }

  #keep(draft: Composer): void {
    this.set(draft);
    try {
      if (draft.text === "" && draft.answers === undefined && draft.edits === undefined)
        this.#shelf.removeItem(this.#key);
      else this.#shelf.setItem(this.#key, JSON.stringify({ ...draft, files: undefined }));
    } catch {
      // The device has no space left: the draft lives as long as the page.
    }
  }

  #tellTyping(isTyping: boolean): void {
    const now = Date.now();
    if (isTyping && this.#typingSince !== undefined && now - this.#typingSince < TYPING_AGAIN_MS) return;
    if (!isTyping && this.#typingSince === undefined) return;
    this.#typingSince = isTyping ? now : undefined;
    this.#client.sendTyping(this.roomId, isTyping, TYPING_MS).catch(() => undefined);
  }
}

function draftsOf(userId: string): string {
  return `causeway.draft ${userId} `;
}

/** Deletes every draft of an account, when it leaves this device. */
export function forgetDrafts(shelf: Shelf, userId: string): void {
  for (const key of shelf.keys()) if (key.startsWith(draftsOf(userId))) shelf.removeItem(key);
}

function contentFor(
  body: string,
  about: { readonly answers: string | undefined; readonly edits: string | undefined },
): Readonly<Record<string, unknown>> {
  const plain = { msgtype: MsgType.Text, body };
  if (about.edits !== undefined) {
    return {
      ...plain,
      body: `* ${body}`,
      "m.new_content": plain,
      "m.relates_to": { rel_type: RelationType.Replace, event_id: about.edits },
    };
  }
  if (about.answers !== undefined) {
    return { ...plain, "m.relates_to": { "m.in_reply_to": { event_id: about.answers } } };
  }
  return plain;
}

function parseDraft(text: string | null): Composer {
  if (text === null) return NOTHING;
  try {
    const kept: unknown = JSON.parse(text);
    const { text: written, answers, edits, aside } = Object(kept);
    if (typeof written !== "string") return NOTHING;
    return {
      text: written,
      ...(typeof answers === "string" ? { answers } : {}),
      ...(typeof edits === "string" ? { edits } : {}),
      ...(typeof aside === "string" ? { aside } : {}),
    };
  } catch {
    return NOTHING;
  }
}
