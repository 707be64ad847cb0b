/** What stands outside of the app about a room. */
export interface DesktopNotice {
  readonly roomId: string;
  readonly eventId: string | undefined;
  readonly title: string;
  readonly body: string;
  readonly lang: string;
}

/** Whether the browser lets the app speak outside of its page; `unsupported`: it cannot. */
export type DesktopPermission = NotificationPermission | "unsupported";

/** The notifications of all rooms whose words nobody could say, in one. */
const GENERIC_TAG = "causeway";

/** What is read in a burst is taken away together. */
const GATHER_MS = 50;

/** The tag of a room's notification: the next one takes its place. */
export function tagOf(roomId: string): string {
  return `room:${roomId}`;
}

/** Notifications of the system, shown by the service worker's registration, which also works on phones. */
export class Desktop {
  /** The tags of what is about to be taken away. */
  #going = new Set<string>();
  #taking: Promise<void> | undefined;

  permission(): DesktopPermission {
    return "Notification" in globalThis && "serviceWorker" in navigator ? Notification.permission : "unsupported";
  }

  /** Asks the person; only ever because they pressed something. */
  async ask(): Promise<DesktopPermission> {
    return this.permission() === "default" ? await Notification.requestPermission() : this.permission();
  }

  async show({ roomId, eventId, title, body, lang }: DesktopNotice): Promise<void> {
    // What is new was not read.
    this.#going.delete(tagOf(roomId));
    if (this.permission() !== "granted") return;
    const worker = await navigator.serviceWorker.getRegistration();
    await worker?.showNotification(title, {
      tag: tagOf(roomId),
      body,
      lang,
      silent: true, // the app has a sound of its own, when it is wanted
      icon: "/icon-192.png",
      badge: "/icon-192.png",
      data: { roomId, eventId },
    });
  }

  /** Takes away what stands of a room. A start reads many rooms at once: the browser, which answers slowly, is asked once. */
  close(roomId: string): Promise<void> {
    this.#going.add(tagOf(roomId));
    this.#taking ??= this.#takeAway();
    return this.#taking;
  }

  async #takeAway(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    const going = this.#going;
    this.#going = new Set();
    this.#taking = undefined;
    await this.#closeThose((tag) => going.has(tag));
  }

  /** Takes away everything. */
  async closeAll(): Promise<void> {
    await this.#closeThose(() => true);
  }

  /** Takes away what was shown while no page was there: now one is. */
  async closeGeneric(): Promise<void> {
    await this.#closeThose((tag) => tag === GENERIC_TAG);
  }

  async #closeThose(isMeant: (tag: string) => boolean): Promise<void> {
    if (this.permission() !== "granted") return;
    const worker = await navigator.serviceWorker.getRegistration();
    for (const one of (await worker?.getNotifications()) ?? []) if (isMeant(one.tag)) one.close();
  }
}
