import { numberIn, textIn } from "../read-json.ts";

/** The server refused, in its words. */
export class DelayRefused extends Error {
  readonly status: number;
  readonly words: string;
  readonly retryAfterMs: number | undefined;
  /** How far ahead it would take something. */
  readonly mostMs: number | undefined;

  constructor(status: number, answer: unknown) {
    super(`refused with ${status}`);
    this.status = status;
    this.words = textIn(answer, "error") || textIn(answer, "errcode");
    this.retryAfterMs = numberIn(answer, "retry_after_ms");
    this.mostMs = numberIn(answer, "org.matrix.msc4140.max_delay");
  }
}

const BASE = "/_matrix/client/unstable/org.matrix.msc4140";
/** A clock that is out by less is right enough: the server's is told in whole seconds. */
const NEAR_MS = 5000;

/** The server's events that are sent later (MSC4140), and its clock: a device's own may be wrong. */
export class DelayedApi {
  #fetch: (input: string, init?: RequestInit) => Promise<Response>;
  #server: string;
  #aheadMs = 0;

  constructor(server: string, ask: (input: string, init?: RequestInit) => Promise<Response>) {
    this.#server = server;
    this.#fetch = ask;
  }

  /** The time, as the server has it. */
  now(): number {
    return Date.now() + this.#aheadMs;
  }

  async list(): Promise<unknown> {
    return await this.#ask("GET", "/delayed_events");
  }

  /** Has an event sent later; once for a transaction. Gives the server's name for it. */
  async schedule(event: {
    readonly roomId: string;
    readonly type: string;
    readonly content: object;
    readonly txnId: string;
    readonly delayMs: number;
  }): Promise<string> {
    const [room, type, txn] = [event.roomId, event.type, event.txnId].map(encodeURIComponent);
    const { delayMs: delay_ms, content } = event;
    const answer = await this.#ask("PUT", `/rooms/${room}/delayed_event/${type}/${txn}`, { delay_ms, content });
    return textIn(answer, "delay_id");
  }

  async act(delayId: string, action: "send" | "cancel"): Promise<void> {
    await this.#ask("POST", `/delayed_events/${encodeURIComponent(delayId)}/${action}`, {});
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const response = await this.#fetch(`${this.#server}${BASE}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    this.#readClock(response.headers.get("date"));
    const answer: unknown = await response.json().catch(() => ({}));
    if (!response.ok) throw new DelayRefused(response.status, answer);
    return answer;
  }

  #readClock(date: string | null): void {
    const told = Date.parse(date ?? "");
    if (Number.isNaN(told)) return;
    const ahead = told + 500 - Date.now();
    this.#aheadMs = Math.abs(ahead) < NEAR_MS ? 0 : ahead;
  }
}
