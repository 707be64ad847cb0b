import { KnownMembership, type MatrixClient } from "matrix-js-sdk";
import { personIn, plainName, type PersonView } from "../people.ts";
import { Model } from "../view-model.ts";
import type { Hit, MessageIndex } from "./message-index.ts";
import { hasWords, snippetOf, type MessageQuery, type Snippet } from "./query.ts";
import { askServer } from "./server-search.ts";

/** A message that was found, as it is shown. */
export interface FoundMessage {
  readonly id: string;
  readonly roomId: string;
  readonly roomName: string;
  readonly sender: PersonView;
  readonly at: number;
  readonly snippet: readonly Snippet[];
  readonly hasFile: boolean;
}

/** What a search has found so far. */
export interface SearchResults {
  readonly query: MessageQuery;
  /** `idle`: nothing is looked for. */
  readonly state: "idle" | "looking" | "done";
  readonly found: readonly FoundMessage[];
  readonly hasMore: boolean;
  /** The server could not be asked: only this device's messages are among them. */
  readonly isPartial: boolean;
}

/** So many are shown at first, and more on request. */
const STEP = 50;

/** One search at a time, over the messages of encrypted rooms on this device and those of the others on the server, in one list. */
export class SearchModel extends Model<SearchResults> {
  #client: MatrixClient;
  #index: Promise<MessageIndex | undefined>;
  #round = 0;
  #local: readonly Hit[] = [];
  #remote: readonly Hit[] = [];
  #next: string | undefined;
  #shown = STEP;

  constructor(client: MatrixClient, index: Promise<MessageIndex | undefined>) {
    super({ query: { text: "" }, state: "idle", found: [], hasMore: false, isPartial: false });
    this.#client = client;
    this.#index = index;
  }

  /** Looks for something else; what was found for the last query goes. */
  async look(query: MessageQuery): Promise<void> {
    this.#round += 1;
    const round = this.#round;
    const isOver = (): boolean => round !== this.#round;
    this.#local = [];
    this.#remote = [];
    this.#next = undefined;
    this.#shown = STEP;
    if (!hasWords(query)) {
      this.set({ query, state: "idle", found: [], hasMore: false, isPartial: false });
      return;
    }
    this.patch({ query, state: "looking", isPartial: false });
    const ofDevice = this.#index.then((index) => index?.search(query, isOver) ?? []);
    const ofServer = this.#ask(query);
    const local = await ofDevice;
    if (isOver()) return;
    this.#local = local;
    this.#publish({ state: "looking" });
    const page = await ofServer;
    if (isOver()) return;
    this.#remote = page?.hits ?? [];
    this.#next = page?.next;
    this.#publish({ state: "done", isPartial: page === undefined });
  }

  /** Shows more of what there is. */
  async more(): Promise<void> {
    const { query, state } = this.snapshot();
    if (state !== "done") return;
    this.#shown += STEP;
    const round = this.#round;
    if (this.#next !== undefined && this.#local.length + this.#remote.length < this.#shown) {
      this.patch({ state: "looking" });
      const page = await this.#ask(query, this.#next);
      if (round !== this.#round) return;
      this.#remote = [...this.#remote, ...(page?.hits ?? [])];
      this.#next = page?.next;
    }
    this.#publish({ state: "done" });
  }

  /** Undefined when the server does not answer. What is looked for in an encrypted room is not told to it. */
  async #ask(query: MessageQuery, from?: string): Promise<Awaited<ReturnType<typeof askServer>> | undefined> {
    const isEncrypted =
      query.roomId !== undefined && this.#client.getRoom(query.roomId)?.hasEncryptionStateEvent() === true;
    if (isEncrypted) return { hits: [], next: undefined };
    return await askServer(this.#client, query, from).catch(() => undefined);
  }

  #publish(change: Partial<SearchResults>): void {
    // What the server has of later than its last answer is complete; older ones of this device wait for its next.
    const reached = this.#next === undefined ? Number.NEGATIVE_INFINITY : (this.#remote.at(-1)?.at ?? 0);
    const all = [...this.#local.filter(({ at }) => at >= reached), ...this.#remote]
      .filter(({ roomId }) => this.#client.getRoom(roomId)?.getMyMembership() === KnownMembership.Join)
      .toSorted((left, right) => right.at - left.at);
    const found = all.slice(0, this.#shown).map((hit) => this.#view(hit));
    this.patch({ ...change, found, hasMore: all.length > found.length || this.#next !== undefined });
  }

  #view(hit: Hit): FoundMessage {
    const room = this.#client.getRoom(hit.roomId);
    const { id, roomId, at, hasFile } = hit;
    return {
      ...{ id, roomId, at, hasFile },
      roomName: plainName(room?.name ?? ""),
      sender: personIn(this.#client, room, hit.sender),
      snippet: snippetOf(hit.text, this.snapshot().query.text),
    };
  }
}
