import { ClientEvent, RoomStateEvent, type MatrixClient } from "matrix-js-sdk";
import { Method } from "matrix-js-sdk/lib/http-api/method.js";
import { isLiveSync } from "./matrix/live-sync.ts";
import { LABEL_EVENT, labelOf } from "./rooms/label.ts";
import type { Notes } from "./store/notes.ts";

/** What the server said this device is; kept, so that a start without a network knows it. */
const CLASS = "about device-class";

/**
 * Keeps notes as the device may: on a managed one all of them, on a personal one nothing of RESTRICTED and CONFIDENTIAL rooms. A
 * device counts as personal until the server has said otherwise. `look` is for when the rooms are known; `ask` asks the server; the next sync asks again when it could not
 * be reached; `told` hears which it is, whenever it is looked at. A page that goes hands over what it has, and asks before it loses anything.
 */
export function keepNotes(
  client: MatrixClient,
  notes: Notes,
  told: (isManaged: boolean) => void,
): { readonly look: () => void; readonly ask: () => Promise<void>; readonly stop: () => void } {
  const tell = (): void => told(notes.get(CLASS) === "managed");
  tell();
  const look = (): void => {
    tell();
    notes.keepOnly((roomId) => {
      if (notes.get(CLASS) === "managed") return true;
      const room = client.getRoom(roomId);
      return room === null || labelOf(room) === "unclassified";
    });
  };
  client.on(RoomStateEvent.Events, (event) => {
    if (event.getType() === LABEL_EVENT) look();
  });
  let isKnown = false;
  const ask = async (): Promise<void> => {
    const said: unknown = await client.http.authedRequest(Method.Get, "/account/whoami");
    isKnown = true;
    const found = Object(said)["org.causeway.device_class"] === "managed" ? "managed" : "personal";
    if (found === notes.get(CLASS)) return;
    notes.put(CLASS, found);
    look();
  };
  client.on(ClientEvent.Sync, (state, _before, data) => {
    if (isLiveSync(state, data) && !isKnown) ask().catch(() => undefined);
  });
  const hidden = (): void => {
    if (document.visibilityState === "hidden") void notes.flush();
  };
  const leaving = (event: BeforeUnloadEvent): void => {
    if (notes.snapshot().hasLoose) event.preventDefault();
  };
  document.addEventListener("visibilitychange", hidden);
  globalThis.addEventListener("beforeunload", leaving);
  return {
    look,
    ask,
    stop: () => {
      document.removeEventListener("visibilitychange", hidden);
      globalThis.removeEventListener("beforeunload", leaving);
    },
  };
}
