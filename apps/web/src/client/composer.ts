import type { MatrixClient } from "matrix-js-sdk";
import { contentFor } from "./composer-content.ts";
import { parseDraft, type Draft } from "./draft.ts";
import { worryAboutFiles, type FilesWorry } from "./nudge/files.ts";
import { isPlaceForPersonalData } from "./nudge/place.ts";
import { reasonIn, withReason } from "./nudge/reason.ts";
import { worryAbout, type Worry } from "./nudge/worry.ts";
import type { LaterMessage } from "./later/later-message.ts";
import type { LaterModel } from "./later/later.ts";
import type { Outbox } from "./outbox.ts";
import { prepare, type SendWish } from "./media/prepare.ts";
import type { Uploads } from "./media/uploads.ts";
import { POLL, startContent, wordsOf, type PollDraft } from "./polls/poll.ts";
import { partOf, textIn } from "./read-json.ts";
import { noteKey, type Notes } from "./store/notes.ts";
import { relatesTo, type ThreadPlace } from "./threads/thread-of.ts";
import { textOf } from "./timeline/content.ts";
import { mentionsIn, type Mention } from "./timeline/mentions.ts";
import type { TimelineModel } from "./timeline/timeline.ts";
import { Model } from "./view-model.ts";

/** What fits into an event of 64 KB once it is encrypted, with room for what goes with it. */
const MOST_BYTES = 44_000;
const encoder = new TextEncoder();

/** How many bytes a text is too long for one message; 0 when it fits. */
export function bytesTooMany(text: string): number {
  // Nothing that short can be too long, whatever its characters.
  return text.length * 3 <= MOST_BYTES ? 0 : Math.max(0, encoder.encode(text).length - MOST_BYTES);
}

/** What somebody is about to say. */
export interface Composer extends Draft {
  /** Files that were chosen and not yet sent; they live as long as the page. */
  readonly files?: readonly File[];
  /** What holds the message back until somebody has chosen; it lives as long as the page. */
  readonly worry?: Worry;
  /** When what is held back is to be sent; at once without it. */
  readonly at?: number;
}

/** How long the others see that somebody types, without a further key. */
const TYPING_MS = 20_000;
/** So many files go at once. */
const MOST_FILES = 30;
const TYPING_AGAIN_MS = 10_000;
const MOST_MENTIONS = 50;

/** The composer of one room, or of one thread in it. What is typed is kept at once and survives a reload. */
export class ComposerModel extends Model<Composer> {
  readonly roomId: string;
  #client: MatrixClient;
  #notes: Notes;
  #timeline: TimelineModel;
  #outbox: Outbox;
  #uploads: Uploads;
  #later: LaterModel;
  #key: string;
  #typingSince: number | undefined;
  /** Files that are held back, and how they were to be sent. */
  #held: { readonly files: FilesWorry; readonly wish: SendWish } | undefined;

  constructor(options: {
    readonly client: MatrixClient;
    readonly roomId: string;
    readonly notes: Notes;
    readonly timeline: TimelineModel;
    readonly outbox: Outbox;
    readonly uploads: Uploads;
    readonly later: LaterModel;
  }) {
    const key = noteKey("draft", options.roomId, options.timeline.thread);
    super(parseDraft(options.notes.get(key)));
    this.#client = options.client;
    this.roomId = options.roomId;
    this.#uploads = options.uploads;
    this.#later = options.later;
    this.#notes = options.notes;
    this.#timeline = options.timeline;
    this.#outbox = options.outbox;
    this.#key = key;
  }

  write(text: string): void {
    const { worry: _, at: _at, ...now } = this.snapshot();
    this.#keep({ ...now, text });
    this.#tellTyping(text !== "");
  }

  /** Puts somebody's name into the text, to be called when it is sent. */
  mention(text: string, mention: Mention | undefined): void {
    const { mentions = [] } = this.snapshot();
    this.write(text);
    if (mention === undefined || mentions.some((one) => one.text === mention.text)) return;
    this.#keep({ ...this.snapshot(), mentions: [...mentions, mention].slice(-MOST_MENTIONS) });
  }

  answer(id: string): void {
    const { mentions = [] } = this.snapshot();
    this.#keep({ text: this.#ownText(), answers: id, mentions });
  }

  edit(id: string): void {
    const mentions = this.#timeline.mentionsOf(id);
    this.#keep({ text: this.#timeline.textOf(id), edits: id, aside: this.#ownText(), mentions });
  }

  /** Changes a scheduled message; it stays scheduled as it is until that is saved. */
  editLater({ id, at, content = {} }: LaterMessage): void {
    this.#keep({ text: textOf(content), later: { id, at }, aside: this.#ownText(), mentions: mentionsIn(content) });
  }

  /** What is typed as a new message, also while another one is changed. */
  #ownText(): string {
    const { text, edits, later, aside = "" } = this.snapshot();
    return edits === undefined && later === undefined ? text : aside;
  }

  /** Whether a message is answered or changed. */
  get isLed(): boolean {
    const { answers, edits, later } = this.snapshot();
    return answers !== undefined || edits !== undefined || later !== undefined;
  }

  /** Leaves the answer or the change; what was typed as a new message stays. */
  leave(): void {
    this.#keep({ text: this.#ownText() });
  }

  /** Puts text back into the box, as when a message that did not go is given up. */
  giveBack(text: string): void {
    const now = this.snapshot();
    this.#keep({ ...now, text: now.text === "" ? text : `${now.text}\n${text}` });
  }

  /** Chooses files to be sent; what was chosen before stays. */
  choose(files: readonly File[]): void {
    const { worry: _, ...now } = this.snapshot();
    this.#keep({ ...now, files: [...(now.files ?? []), ...files].slice(0, MOST_FILES) });
  }

  /** Takes one of the chosen files back, or all of them. */
  unchoose(file?: File): void {
    const { files = [], worry: _, ...rest } = this.snapshot();
    const left = file === undefined ? [] : files.filter((one) => one !== file);
    this.#keep(left.length === 0 ? rest : { ...rest, files: left });
  }

  /**
   * Sends the chosen files with what is typed as their caption, unless they are held back as a message would be. Throws when one
   * of them cannot be read.
   */
  async sendFiles(wish: SendWish): Promise<void> {
    const { text, files = [] } = this.snapshot();
    const held = isPlaceForPersonalData(this.#client, this.roomId) ? undefined : await worryAboutFiles(files, text);
    if (held === undefined) return await this.#sendFiles(files, { wish, caption: text });
    this.#held = { files: held, wish };
    this.set({ ...this.snapshot(), worry: held.worry });
  }

  /** Whether the held files can be masked. */
  get canMaskFiles(): boolean {
    return this.#held?.files.masked !== undefined;
  }

  /** Sends the held files with the values hidden. */
  async sendFilesMasked(): Promise<void> {
    const { files, wish } = this.#held ?? {};
    if (files?.masked === undefined || wish === undefined) return;
    await this.#sendFiles(files.masked, { wish, caption: files.maskedCaption });
  }

  /** Sends the held files as they are, with a reason that everybody sees. */
  async sendFilesWithReason(reason: string): Promise<void> {
    const { text, files = [] } = this.snapshot();
    const wish = this.#held?.wish;
    if (wish !== undefined && reason.trim() !== "")
      await this.#sendFiles(files, { wish, caption: text, reason: reason.trim() });
  }

  async #sendFiles(
    files: readonly File[],
    how: { readonly wish: SendWish; readonly caption: string; readonly reason?: string },
  ): Promise<void> {
    const { answers } = this.snapshot();
    const prepared = await Promise.all(files.map((file) => prepare(file, how.wish)));
    this.#held = undefined;
    this.#keep({ text: "" });
    this.#tellTyping(false);
    const thread = this.#thread();
    await this.#uploads.add(this.roomId, prepared, {
      caption: how.caption.trim(),
      answers,
      thread,
      reason: how.reason,
    });
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
      thread: this.#thread(),
    });
  }

  /** Makes a poll here. What holds it back is returned, and then nothing was sent; with a reason nothing does. */
  poll(draft: PollDraft, reason?: string): Worry | undefined {
    const words = wordsOf(draft.question, draft.answers);
    const isFree = reason !== undefined || isPlaceForPersonalData(this.#client, this.roomId);
    const worry = isFree ? undefined : worryAbout(words);
    if (worry !== undefined) return worry;
    const content = startContent(draft, () => this.#client.makeTxnId());
    const place = relatesTo({ thread: this.#thread() });
    this.#outbox.say(this.roomId, { ...content, ...place, ...withReason(reason) }, POLL.start[1]);
    return undefined;
  }

  /** The thread that is written into, and what clients without threads are to see answered. */
  #thread(): ThreadPlace | undefined {
    const { thread: root } = this.#timeline;
    const latest = this.#timeline.newest();
    return root === undefined || latest === undefined ? undefined : { root, latest };
  }

  /**
   * Sends what is typed. It is in the timeline at once; what does not go can be sent again from there. Personal data in a place
   * that is not meant for it holds it back first: see `worry`.
   */
  send(): void {
    this.#sendOrHold({});
  }

  /** Has what is typed sent later; personal data holds it back now, not then. */
  sendLater(at: number): void {
    this.#sendOrHold({ at });
  }

  #sendOrHold(when: { readonly at?: number }): void {
    const worry = this.#worry();
    if (worry === undefined) this.#say(this.snapshot().text, when);
    else this.set({ ...this.snapshot(), worry, ...when });
  }

  /** Sends what was held back with the values hidden. */
  sendMasked(): void {
    const { worry, at } = this.snapshot();
    if (worry?.masked !== undefined) this.#say(worry.masked, { at });
  }

  /** Sends what was held back as it is; the reason goes with it, for everybody who reads the message. */
  sendWithReason(reason: string): void {
    const { worry, text, at } = this.snapshot();
    if (worry !== undefined && reason.trim() !== "") this.#say(text, { reason: reason.trim(), at });
  }

  /** Nothing is sent; what is typed stays. */
  dropWorry(): void {
    const { worry: _, at: _at, ...now } = this.snapshot();
    this.set(now);
  }

  /** Takes away what is typed, to be said elsewhere; an answer or a change ends. */
  take(): string {
    const { text } = this.snapshot();
    this.#keep({ text: "" });
    this.#tellTyping(false);
    return text;
  }

  #say(text: string, how: { readonly reason?: string | undefined; readonly at?: number | undefined }): void {
    const { answers, edits, later, mentions = [] } = this.snapshot();
    const body = text.trim();
    if (body === "" || bytesTooMany(body) > 0) return;
    const answered = answers === undefined ? undefined : this.#timeline.senderOf(answers);
    const about = { answers, edits, answered, mentions, thread: this.#thread() };
    const { reason, at } = how;
    if (later !== undefined) this.#changeLater(later, body, { reason, at: at ?? later.at });
    else if (at !== undefined)
      this.#later.schedule(this.roomId, { content: contentFor(body, { ...about, reason }), at });
    else this.#outbox.say(this.roomId, contentFor(body, { ...about, reason }));
    this.#keep({ text: edits === undefined && later === undefined ? "" : this.#ownText() });
    this.#tellTyping(false);
  }

  #changeLater(
    later: { readonly id: string },
    body: string,
    how: { readonly reason: string | undefined; readonly at: number },
  ): void {
    const before = this.#later.find(later.id)?.content ?? {};
    const relation: unknown = before["m.relates_to"];
    const answers = textIn(partOf(relation, "m.in_reply_to"), "event_id") || undefined;
    const content = contentFor(body, {
      ...{ answers, edits: undefined, thread: undefined, mentions: this.snapshot().mentions ?? [] },
      answered: answers === undefined ? undefined : this.#timeline.senderOf(answers),
      // What it said before may have needed one, and may say it still.
      reason: how.reason ?? reasonIn(before),
    });
    const placed = relation === undefined ? content : { ...content, "m.relates_to": relation };
    this.#later.change({ roomId: this.roomId, id: later.id }, { content: placed, at: how.at });
  }

  #worry(): Worry | undefined {
    if (isPlaceForPersonalData(this.#client, this.roomId)) return undefined;
    const { text, edits, later } = this.snapshot();
    const begun = performance.now();
    const scheduled = later === undefined ? "" : textOf(this.#later.find(later.id)?.content ?? {});
    const worry = worryAbout(text, edits === undefined ? scheduled : this.#timeline.textOf(edits));
    performance.measure("causeway nudge", { start: begun });
    return worry;
  }

  #keep(draft: Composer): void {
    this.set(draft);
    const { files: _, worry: _worry, at: _at, ...kept } = draft;
    const isLed = kept.answers !== undefined || kept.edits !== undefined || kept.later !== undefined;
    if (kept.text === "" && !isLed) this.#notes.remove(this.#key);
    else this.#notes.put(this.#key, kept);
  }

  #tellTyping(isTyping: boolean): void {
    const now = Date.now();
    if (isTyping && this.#typingSince !== undefined && now - this.#typingSince < TYPING_AGAIN_MS) return;
    if (!isTyping && this.#typingSince === undefined) return;
    this.#typingSince = isTyping ? now : undefined;
    this.#client.sendTyping(this.roomId, isTyping, TYPING_MS).catch(() => undefined);
  }
}
