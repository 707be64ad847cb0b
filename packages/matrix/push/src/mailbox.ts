import type { Clock } from "@causeway/base";
import type { News, Outcome } from "./deliver.ts";

/** Times of delivery; the configuration may fill them. */
export interface PushTimes {
  /** How long news waits for more of the same room, and for being read. */
  readonly graceMs: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  /** News that could not be delivered for so long are given up. */
  readonly giveUpAfterMs: number;
}

/** What a mailbox works with. */
export interface MailboxParts {
  readonly clock: Clock;
  readonly times: PushTimes;
  tell(news: News): Promise<Outcome>;
  /** Whether news need not be told: read in the meantime, or a quiet time. */
  isMoot(pos: number, news: News): Promise<boolean>;
  gone(): void;
  failed(error: unknown): void;
  undelivered(error: unknown): void;
}

interface Waiting {
  readonly news: News;
  readonly pos: number;
  readonly since: number;
}

/** The news that wait for one pusher: the newest of each room, told one after another, again and again later while that fails. */
export class Mailbox {
  #parts: MailboxParts;
  #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(parts: MailboxParts) {
    this.#parts = parts;
  }

  /** Takes news; a highlight that waits stays one. */
  put(pos: number, news: News): void {
    const before = this.#waiting.get(news.roomId);
    const highlight = news.highlight || before?.news.highlight === true;
    const since = before?.since ?? this.#parts.clock.now();
    this.#waiting.delete(news.roomId);
    this.#waiting.set(news.roomId, { news: { ...news, highlight }, pos, since });
    if (this.#timer === undefined && this.#telling === undefined) this.#wake(this.#parts.times.graceMs);
  }

  #wake(ms: number): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#telling = this.#tellAll()
        .catch((error: unknown) => this.#parts.failed(error))
        .finally(() => {
          this.#telling = undefined;
          if (this.#timer === undefined && this.#waiting.size > 0) this.#wake(this.#parts.times.graceMs);
        });
    }, ms);
    this.#timer.unref();
  }

  async #tellAll(): Promise<void> {
    for (const [room, waiting] of [...this.#waiting]) {
      if (this.#isClosed) return;
      if (await this.#parts.isMoot(waiting.pos, waiting.news)) {
        this.#forget(room, waiting);
        continue;
      }
      const outcome = await this.#tell(waiting.news);
      if (outcome === "gone") {
        this.#waiting.clear();
        this.#parts.gone();
        return;
      }
      if (outcome !== "done") {
        this.#later(room, waiting, outcome.retryAfterMs);
        return;
      }
      this.#failures = 0;
      this.#forget(room, waiting);
    }
  }

  async #tell(news: News): Promise<Outcome> {
    try {
      return await this.#parts.tell(news);
    } catch (error) {
      this.#parts.undelivered(error);
      return { retryAfterMs: undefined };
    }
  }

  #forget(room: string, told: Waiting): void {
    if (this.#waiting.get(room) === told) this.#waiting.delete(room);
  }

  #later(room: string, waiting: Waiting, retryAfterMs: number | undefined): void {
    const { clock, times } = this.#parts;
    if (clock.now() - waiting.since >= times.giveUpAfterMs) this.#forget(room, waiting);
    const backoff = Math.min(times.maxRetryMs, times.firstRetryMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 20);
    if (this.#waiting.size > 0) this.#wake(Math.min(times.maxRetryMs, Math.max(backoff, retryAfterMs ?? 0)));
  }

  /** Stops; what is being told is told. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#telling;
  }
}
