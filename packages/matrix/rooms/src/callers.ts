import { localpartOf, parseUserId, type UserId } from "@causeway/base";
import { WordIndex } from "@causeway/matrix-push-rules";
import type { Room } from "./room.ts";
import type { RuleBook } from "./rule-book.ts";

/**
 * Whom the text of a message in one room may call: members whose name, whose user name or one of whose words is in it. Made at the
 * first message that can be read, and kept up to date with the members, so that a message costs the same in a room of any size.
 */
export class Callers {
  #room: Room;
  #book: RuleBook;
  #index = new WordIndex<UserId>();
  #special = new Set<UserId>();
  #stale = new Set<string>();

  constructor(room: Room, book: RuleBook) {
    this.#room = room;
    this.#book = book;
    for (const entry of room.entriesAt(Number.MAX_SAFE_INTEGER, "m.room.member"))
      this.#refresh(entry.event.stateKey ?? "");
  }

  /** Takes note that somebody's membership, name or rules are others. */
  stale(user: string): void {
    this.#stale.add(user);
  }

  /** Members whom a text may call; their rules decide. */
  calledBy(text: string): ReadonlySet<UserId> {
    this.#update();
    return this.#index.find(text);
  }

  /** Members whose rules have to see every event. */
  special(): ReadonlySet<UserId> {
    this.#update();
    return this.#special;
  }

  #update(): void {
    if (this.#stale.size === 0) return;
    for (const user of this.#stale) this.#refresh(user);
    this.#stale.clear();
  }

  #refresh(stateKey: string): void {
    const user = parseUserId(stateKey);
    if (user === undefined) return;
    const { membership, displayname: name } = this.#room.entry("m.room.member", user)?.content ?? {};
    if (membership !== "join") {
      this.#index.delete(user);
      this.#special.delete(user);
      return;
    }
    const words = [localpartOf(user), ...this.#book.wordsOf(user)];
    this.#index.set(user, typeof name === "string" ? [...words, name] : words);
    if (this.#book.isSpecial(user)) this.#special.add(user);
    else this.#special.delete(user);
  }
}
