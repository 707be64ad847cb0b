import type { Content } from "./event.ts";
import { isRecord } from "./power-levels.ts";
import type { RoomVersion } from "./room-versions.ts";

const KEPT = new Set([
  "event_id",
  "type",
  "room_id",
  "sender",
  "state_key",
  "content",
  "hashes",
  "signatures",
  "depth",
  "prev_events",
  "auth_events",
  "origin_server_ts",
]);
const KEPT_BEFORE_11 = ["prev_state", "origin", "membership"];

/** Removes from an event everything that its room version does not protect (each room version, "Redactions"). Idempotent. */
export function redact(version: RoomVersion, event: Content): Record<string, unknown> {
  const redacted: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(event)) {
    if (KEPT.has(key) || (!version.senderIsCreator && KEPT_BEFORE_11.includes(key))) redacted[key] = value;
  }
  const { content, type } = event;
  redacted["content"] = isRecord(content) ? redactContent(version, String(type), content) : {};
  return redacted;
}

/** What is left of a content after the redaction of its event. */
export function redactContent(version: RoomVersion, type: string, content: Content): Content {
  if (type === "m.room.create" && version.senderIsCreator) return content;
  const kept: Record<string, unknown> = {};
  for (const key of keptContent(version, type)) if (Object.hasOwn(content, key)) kept[key] = content[key];
  if (type === "m.room.member" && version.senderIsCreator) keepSigned(content, kept);
  return kept;
}

function keepSigned(content: Content, kept: Record<string, unknown>): void {
  const invite = content["third_party_invite"];
  if (isRecord(invite) && Object.hasOwn(invite, "signed")) kept["third_party_invite"] = { signed: invite["signed"] };
}

function keptContent(version: RoomVersion, type: string): readonly string[] {
  switch (type) {
    case "m.room.member":
      return version.keepsJoinAuthorisation ? ["membership", "join_authorised_via_users_server"] : ["membership"];
    case "m.room.create":
      return ["creator"];
    case "m.room.join_rules":
      return version.restrictedJoins ? ["join_rule", "allow"] : ["join_rule"];
    case "m.room.power_levels": {
      const levels = ["ban", "events", "events_default", "kick", "redact", "state_default", "users", "users_default"];
      return version.senderIsCreator ? [...levels, "invite"] : levels;
    }
    case "m.room.aliases":
      return version.aliasEvents ? ["aliases"] : [];
    case "m.room.history_visibility":
      return ["history_visibility"];
    case "m.room.redaction":
      return version.senderIsCreator ? ["redacts"] : [];
    default:
      return [];
  }
}
