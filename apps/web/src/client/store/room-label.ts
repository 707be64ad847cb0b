import type { IJoinedRoom } from "matrix-js-sdk/lib/sync-accumulator.js";
import { LABEL_EVENT, parseLabel, type Label } from "../rooms/label.ts";

/** The label that a room's kept state gives it. */
export function labelIn(room: IJoinedRoom | undefined): Label {
  const state = room?.["org.matrix.msc4222.state_after"] ?? room?.state;
  return parseLabel(
    state?.events.findLast(({ type, state_key: key }) => type === LABEL_EVENT && key === "")?.content["label"],
  );
}

/** Whether the server shows no more of a room than that it is there. */
export function isGated(room: IJoinedRoom | undefined): boolean {
  return Object(room)["org.causeway.gated"] === true;
}
