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

/** The tag of a room's notification: the next one takes its place. */
export function tagOf(roomId: string): string {
  return `room:${roomId}`;
}

/** Notifications of the system, shown by the service worker's registration, which also works on phones. */
export class Desktop {
  permission(): DesktopPermission {
    return "Notification" in globalThis && "serviceWorker" in navigator ? Notification.permission : "unsupported";
  }

  /** Asks the person; only ever because they pressed something. */
  async ask(): Promise<DesktopPermission> {
    return this.permission() === "default" ? await Notification.requestPermission() : this.permission();
  }

  async show({ roomId, eventId, title, body, lang }: DesktopNotice): Promise<void> {
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

  /** Takes away what stands of one room, or everything. */
  async close(roomId?: string): Promise<void> {
    if (this.permission() !== "granted") return;
    const worker = await navigator.serviceWorker.getRegistration();
    const shown = (await worker?.getNotifications(roomId === undefined ? {} : { tag: tagOf(roomId) })) ?? [];
    for (const one of shown) one.close();
  }

  /** Takes away what was shown while no page was there: now one is. */
  async closeGeneric(): Promise<void> {
    if (this.permission() !== "granted") return;
    const worker = await navigator.serviceWorker.getRegistration();
    for (const one of (await worker?.getNotifications({ tag: GENERIC_TAG })) ?? []) one.close();
  }
}
