import type { CausewayApi } from "./causeway-api.ts";

/** How often the guard is told again: a ticket is good for longer. */
const AGAIN_MS = 86_400_000;

/** Sends a message to an extension of this browser; undefined where no extension listens to this page. */
type Send = (extension: string, message: object) => Promise<unknown>;

/** Tells the guard of this browser who is signed in, so that it opens what was granted to them. Does nothing in a browser without one. */
export class GuardLink {
  #api: CausewayApi;
  #send: Send | undefined;
  #extension: string | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(api: CausewayApi, send: Send | undefined = senderOf(globalThis)) {
    this.#api = api;
    this.#send = send;
  }

  /** Tells it now, and again from time to time. */
  start(): void {
    if (this.#send === undefined || this.#timer !== undefined) return;
    const tell = (): void => void this.#tell().catch(() => undefined); // without a guard everything else works as it is
    this.#timer = setInterval(tell, AGAIN_MS);
    tell();
  }

  /** This page goes; who is signed in stays. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Nobody is signed in any more. */
  async forget(): Promise<void> {
    this.stop();
    if (this.#extension !== undefined) await this.#send?.(this.#extension, { type: "forget" }).catch(() => undefined);
  }

  async #tell(): Promise<void> {
    const { ticket, extension_id: extension }: Record<string, unknown> = Object(await this.#api.post("/guard/tickets"));
    if (typeof ticket !== "string" || typeof extension !== "string") return;
    this.#extension = extension;
    await this.#send?.(extension, { type: "ticket", ticket });
  }
}

/** The browser's way to an extension that lets this page speak to it. */
export function senderOf(scope: object): Send | undefined {
  const runtime: unknown = Reflect.get(Object(Reflect.get(scope, "chrome")), "runtime");
  const send: unknown = Reflect.get(Object(runtime), "sendMessage");
  if (typeof send !== "function") return undefined;
  return async (extension, message): Promise<unknown> => await Reflect.apply(send, runtime, [extension, message]);
}
