import { listIn, numberIn, partOf, textIn } from "../read-json.ts";
import { noteKey, roomOfNote, type Note } from "../store/notes.ts";

/** Why a message is not sent at its time. */
export type LaterFault =
  /** Its time passed before it could be scheduled. */
  | { readonly kind: "past" }
  /** The server said no, in its words; and until when it would take something. */
  | { readonly kind: "refused"; readonly words: string; readonly latest?: number }
  /** One is no longer in the room. */
  | { readonly kind: "left" }
  /** It was to be changed, and what it was before had been sent by then. */
  | { readonly kind: "already" }
  /** The server could not be reached; it is as it was. */
  | { readonly kind: "unreachable" };

/** A message that is to be sent later. */
export interface LaterMessage {
  /** The transaction under which it was scheduled here; the server's name for what another device scheduled. */
  readonly id: string;
  readonly roomId: string;
  readonly at: number;
  /** Undefined when this device cannot read it. */
  readonly content?: Readonly<Record<string, unknown>> | undefined;
  /** `queued`: the server does not have it yet. `sent` and `cancelled` are shown until somebody has seen it. */
  readonly state: "queued" | "scheduled" | "failed" | "sent" | "cancelled";
  /** What the server calls it. */
  readonly delayId?: string | undefined;
  /** What the server is to give up before this one is scheduled. */
  readonly replaces?: string | undefined;
  readonly fault?: LaterFault | undefined;
}

/** The kind of note that is such a message. */
export const LATER = "later";

/** Where a message is kept. */
export function laterKey({ roomId, id }: Pick<LaterMessage, "roomId" | "id">): string {
  return noteKey(LATER, roomId, id);
}

/** Reads a message as it was kept; what is none is left out. */
export function parseLater({ key, value }: Note): readonly LaterMessage[] {
  const roomId = roomOfNote(key);
  const id = key.split(" ")[2] ?? "";
  const at = numberIn(value, "at");
  const state = (["queued", "scheduled", "failed"] as const).find((known) => known === textIn(value, "state"));
  if (roomId === undefined || id === "" || at === undefined || state === undefined) return [];
  const content = partOf(value, "content");
  const fault = parseFault(partOf(value, "fault"));
  return [
    {
      ...{ id, roomId, at, state },
      ...(typeof content === "object" && content !== null ? { content: { ...content } } : {}),
      ...(textIn(value, "delayId") === "" ? {} : { delayId: textIn(value, "delayId") }),
      ...(textIn(value, "replaces") === "" ? {} : { replaces: textIn(value, "replaces") }),
      ...(fault === undefined ? {} : { fault }),
    },
  ];
}

function parseFault(value: unknown): LaterFault | undefined {
  const kind = (["past", "left", "already", "unreachable"] as const).find((known) => known === textIn(value, "kind"));
  if (kind !== undefined) return { kind };
  if (textIn(value, "kind") !== "refused") return undefined;
  const latest = numberIn(value, "latest");
  return { kind: "refused", words: textIn(value, "words"), ...(latest === undefined ? {} : { latest }) };
}

/** An event that the server keeps, or kept, to be sent later. */
export interface Delayed {
  readonly delayId: string;
  readonly roomId: string;
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** One whose waiting is over. */
export interface DelayedEnd extends Delayed {
  readonly outcome: "sent" | "failed" | "cancelled";
  readonly words: string;
}

/** What the server keeps for somebody: messages only, no other client's state events. */
export interface DelayedList {
  readonly waiting: readonly Delayed[];
  readonly over: readonly DelayedEnd[];
}

/** Reads the server's list (MSC4140); what is not a message of it is left out. */
export function readDelayed(answer: unknown): DelayedList {
  return {
    waiting: listIn(answer, "scheduled").flatMap(readOne),
    over: listIn(answer, "finalised").flatMap((end) => {
      const isError = textIn(end, "reason") === "error";
      const outcome = textIn(end, "outcome") === "send" ? "sent" : isError ? "failed" : "cancelled";
      const words = textIn(partOf(end, "error"), "error");
      return readOne(partOf(end, "delayed_event")).map((one) => ({ ...one, outcome, words }) as const);
    }),
  };
}

function readOne(value: unknown): readonly Delayed[] {
  const [delayId, roomId, type] = [textIn(value, "delay_id"), textIn(value, "room_id"), textIn(value, "type")];
  const since = numberIn(value, "scheduled_at");
  const delay = numberIn(value, "delay_ms");
  const content = partOf(value, "content");
  const isMessage = type === "m.room.message" || type === "m.room.encrypted";
  if (!isMessage || partOf(value, "state_key") !== undefined || delayId === "" || !roomId.startsWith("!")) return [];
  if (since === undefined || delay === undefined || typeof content !== "object" || content === null) return [];
  return [{ delayId, roomId, type, content: { ...content }, at: since + delay }];
}

/** What is known after the server has told what it keeps. */
export function merged(
  known: readonly LaterMessage[],
  list: DelayedList,
  /** Ends that somebody has seen here, and events that are sent to be forgotten. */
  seen: ReadonlySet<string>,
): readonly LaterMessage[] {
  const waiting = new Map(list.waiting.map((one) => [one.delayId, one]));
  const over = new Map(list.over.map((one) => [one.delayId, one]));
  const kept = known.flatMap((message): readonly LaterMessage[] => {
    const { delayId } = message;
    if (message.state !== "scheduled" || delayId === undefined) return [message];
    const still = waiting.get(delayId);
    if (still !== undefined) {
      const isSame = still.at === message.at && message.fault?.kind !== "unreachable";
      const fault = message.fault?.kind === "unreachable" ? undefined : message.fault;
      return [isSame ? message : { ...message, at: still.at, fault }];
    }
    const end = over.get(delayId);
    if (end?.outcome === "sent") return [{ ...message, state: "sent", fault: undefined }];
    if (end?.outcome === "failed") return [{ ...message, state: "failed", fault: refusedWith(end) }];
    return []; // another device gave it up or changed it
  });
  const told = new Set(kept.flatMap(({ delayId, replaces }) => [delayId, replaces]));
  const others = list.waiting
    .filter(({ delayId }) => !told.has(delayId))
    .map(({ delayId, roomId, at }): LaterMessage => ({ id: delayId, delayId, roomId, at, state: "scheduled" }));
  const failed = list.over
    .filter(({ delayId, outcome }) => outcome === "failed" && !told.has(delayId) && !seen.has(delayId))
    .map((end): LaterMessage => {
      const { delayId, roomId, at } = end;
      return { id: delayId, delayId, roomId, at, state: "failed", fault: refusedWith(end) };
    });
  return [...kept, ...others, ...failed];
}

function refusedWith({ words }: DelayedEnd): LaterFault {
  return { kind: "refused", words };
}
