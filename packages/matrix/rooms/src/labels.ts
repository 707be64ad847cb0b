import { failure, type Err, type Failure } from "@causeway/base";
import { PowerLevels, roomVersion } from "@causeway/matrix-events";
import { lookupIn } from "./compose.ts";
import type { Draft } from "./draft.ts";
import type { Room } from "./room.ts";

/** The state event that says how a room's content is classified. */
export const LABEL = "org.causeway.label";

/** The labels that a room can have, from the lowest to the highest. SECRET and TOP SECRET are never held here. */
export const LABELS = ["unclassified", "RESTRICTED", "CONFIDENTIAL"] as const;
/** One of `LABELS`. */
export type RoomLabel = (typeof LABELS)[number];

/** The label of a content; what cannot be read is unclassified, because nothing that cannot be read is accepted. */
export function labelIn(content: Readonly<Record<string, unknown>> | undefined): RoomLabel {
  return LABELS.find((label) => label === content?.["label"]) ?? "unclassified";
}

/** The label of a room, ahead of the disk by what is being committed. */
export function labelOf(room: Room): RoomLabel {
  return labelIn(room.entry(LABEL, "")?.content);
}

/** Whether a label asks for encryption, and is kept from personal devices. */
export function isRestricted(label: RoomLabel): boolean {
  return label !== "unclassified";
}

/** What a room of a label may hold beside encrypted events: nothing that people write. */
const OPEN_TYPES = new Set([
  "m.room.encrypted",
  "m.room.redaction",
  "m.reaction",
  "m.call.invite",
  "m.call.candidates",
  "m.call.answer",
  "m.call.hangup",
  "org.causeway.ack",
]);
/** The power that lowering a label needs, beside a reason. */
const LOWERING_POWER = 100;

/**
 * Why a room with these new events would break the rules of labels: an unknown label, one that asks for encryption in a room without,
 * a lower one without the power or a reason, words that are not encrypted, history for everybody. `room` has the events already.
 */
export function labelFault(check: {
  readonly room: Room;
  readonly before: RoomLabel;
  readonly drafts: readonly Draft[];
}): Err<Failure> | undefined {
  const { room, before, drafts } = check;
  for (const draft of drafts) {
    const fault = draft.type === LABEL ? faultOfLabel(check, draft) : faultOfRedaction(before, draft);
    if (fault !== undefined) return fault;
  }
  const label = labelOf(room);
  if (!isRestricted(label)) return undefined;
  const open = drafts.find((draft) => draft.stateKey === undefined && !OPEN_TYPES.has(draft.type));
  if (open !== undefined) return failure("LABEL_NEEDS_ENCRYPTION", `A ${label} room takes encrypted messages only.`);
  return drafts.some((draft) => draft.stateKey !== undefined) ? faultOfRoom(room, label) : undefined;
}

function faultOfLabel(
  check: { readonly room: Room; readonly before: RoomLabel },
  draft: Draft,
): Err<Failure> | undefined {
  const { label, reason } = draft.content;
  if (draft.stateKey !== "") return failure("LABEL_NOT_ACCEPTED", "A label is state with an empty key.");
  const wanted = LABELS.find((one) => one === label);
  if (wanted === undefined) {
    const isSecret = typeof label === "string" && /^\s*(top[\s_-]*)?secret\s*$/i.test(label);
    return failure(
      "LABEL_NOT_ACCEPTED",
      isSecret
        ? "SECRET and TOP SECRET are never held in this system."
        : `The labels are ${LABELS.join(", ")}; this is none of them.`,
    );
  }
  if (LABELS.indexOf(wanted) >= LABELS.indexOf(check.before)) return undefined;
  if (typeof reason !== "string" || reason.trim() === "")
    return failure("LABEL_LOWERED", "A lower label needs a `reason`.");
  return powerOf(check.room, draft) >= LOWERING_POWER ? undefined : failure("LABEL_LOWERED");
}

function powerOf(room: Room, draft: Draft): number {
  const version = roomVersion(room.version);
  return version === undefined ? 0 : new PowerLevels(version, lookupIn(room)).of(draft.sender);
}

/** A redaction would take the content away, and the label with it. */
function faultOfRedaction(before: RoomLabel, draft: Draft): Err<Failure> | undefined {
  const target = draft.redacts;
  if (target?.stateKey === undefined) return undefined;
  if (target.type === LABEL) return failure("LABEL_LOWERED", "A label is changed, not removed.");
  return target.type === "m.room.encryption" && isRestricted(before)
    ? failure("LABEL_NEEDS_ENCRYPTION", "This room stays encrypted.")
    : undefined;
}

/** What a labelled room has to be. */
function faultOfRoom(room: Room, label: RoomLabel): Err<Failure> | undefined {
  if (typeof room.entry("m.room.encryption", "")?.content["algorithm"] !== "string")
    return failure("LABEL_NEEDS_ENCRYPTION", `A ${label} room is encrypted: switch encryption on first.`);
  if (room.entry("m.room.history_visibility", "")?.content["history_visibility"] === "world_readable")
    return failure("LABEL_NOT_ACCEPTED", `The history of a ${label} room cannot be open to everybody.`);
  if (room.entry("m.room.join_rules", "")?.content["join_rule"] === "public")
    return failure("LABEL_NOT_ACCEPTED", `Not everybody can join a ${label} room.`);
  return undefined;
}
