import type { Room } from "matrix-js-sdk";

/** How sensitive a room is (state `org.causeway.label`). */
export type Label = "unclassified" | "RESTRICTED" | "CONFIDENTIAL";

/** The labels that a room can be given, from the least to the most sensitive. */
export const labels: readonly Label[] = ["unclassified", "RESTRICTED", "CONFIDENTIAL"];

/** The type of the state event that holds a room's label. */
export const LABEL_EVENT = "org.causeway.label";

/** The label of a room; one that is not known counts as none. */
export function labelOf(room: Room): Label {
  const event = room.currentState.getStateEvents(LABEL_EVENT, "");
  return parseLabel(event?.getContent()["label"]);
}

/** Reads a label as it stands in an event. */
export function parseLabel(value: unknown): Label {
  return labels.find((label) => label === value) ?? "unclassified";
}
