import type { Notifier } from "./notifier.ts";

/** Where the service worker reads the language that it speaks when no page is there; see `sw/sw.ts`. */
const TOLD = "causeway-told";
const LANGUAGE = "/language";

/** Tells the service worker in which language to speak. */
export async function tellWorkerLanguage(locale: string): Promise<void> {
  if (!("caches" in globalThis)) return;
  const cache = await caches.open(TOLD);
  await cache.put(LANGUAGE, new Response(locale));
}

/** Answers the service worker: what to show of a push, and which room was chosen. */
export function answerWorker(
  notifier: Notifier,
  open: (roomId: string, eventId: string | undefined) => void,
): () => void {
  if (!("serviceWorker" in navigator)) return () => undefined;
  const heard = ({ data, ports }: MessageEvent<unknown>): void => {
    const { kind, roomId, eventId }: { kind?: unknown; roomId?: unknown; eventId?: unknown } = Object(data);
    if (typeof roomId !== "string") return;
    const event = typeof eventId === "string" ? eventId : undefined;
    if (kind === "open") open(roomId, event);
    if (kind === "push") ports[0]?.postMessage(notifier.answerPush(roomId, event ?? ""));
  };
  const worker = navigator.serviceWorker;
  worker.addEventListener("message", heard);
  return () => worker.removeEventListener("message", heard);
}
