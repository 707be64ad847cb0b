import { allow, refuse, type Decision } from "@causeway/base";
import { checkMember } from "./auth-member.ts";
import { checkPowerLevels } from "./auth-power-levels.ts";
import type { VerifySignature } from "./crypto.ts";
import type { AuthEvent, StateLookup } from "./event.ts";
import { isUserId, serverOf } from "./id-text.ts";
import { PowerLevels } from "./power-levels.ts";
import type { RoomVersion } from "./room-versions.ts";
import { roomVersion } from "./room-versions.ts";

/** Whether an event may follow a state, which is asked for piece by piece. */
export type CheckAuth = (version: RoomVersion, event: AuthEvent, state: StateLookup) => Decision;

/**
 * The authorisation rules (each room version, "Authorization rules"), with what they need for the signatures inside
 * third-party invitations. Not in here: which events are named as `auth_events` (`checkAuthEvents`), and the signatures on the
 * event itself, those of who vouches for a join included (`checkEvent`).
 */
export function authRules(verify: VerifySignature): CheckAuth {
  return (version, event, state) => {
    if (event.type === "m.room.create") return checkCreate(version, event);
    const create = state("m.room.create", "");
    if (create === undefined) return refuse("the room has no create event");
    if (create.content["m.federate"] === false && serverOf(create.sender) !== serverOf(event.sender)) {
      return refuse("the room is not open to other servers");
    }
    if (version.aliasEvents && event.type === "m.room.aliases") {
      return event.state_key === serverOf(event.sender)
        ? allow
        : refuse("aliases may be set only for one's own server");
    }
    if (event.type === "m.room.member") return checkMember(version, event, { state, verify });
    if (state("m.room.member", event.sender)?.content["membership"] !== "join")
      return refuse("the sender is not in the room");
    return checkSending(version, event, state);
  };
}

/** The authorisation rules where no signature can be checked: third-party invitations are refused. */
export const checkAuth: CheckAuth = authRules(() => false);

function checkSending(version: RoomVersion, event: AuthEvent, state: StateLookup): Decision {
  const levels = new PowerLevels(version, state);
  const power = levels.of(event.sender);
  if (event.type === "m.room.third_party_invite") {
    return power >= levels.needed("invite") ? allow : refuse("the sender has not enough power to invite");
  }
  if (power < levels.toSend(event.type, event.state_key !== undefined))
    return refuse(`the sender has not enough power to send ${event.type}`);
  if (event.state_key?.startsWith("@") === true && event.state_key !== event.sender)
    return refuse("this state belongs to another user");
  if (event.type === "m.room.power_levels") return checkPowerLevels(version, event, { state, power });
  if (version.redactionRule && event.type === "m.room.redaction")
    return checkRedaction(event, { power, needed: levels.needed("redact") });
  return allow;
}

function checkRedaction(event: AuthEvent, levels: { readonly power: number; readonly needed: number }): Decision {
  if (levels.power >= levels.needed) return allow;
  const server = serverOf(event.redacts ?? "");
  return server !== "" && event.event_id !== undefined && server === serverOf(event.event_id)
    ? allow
    : refuse("the sender has not enough power to redact");
}

function checkCreate(version: RoomVersion, event: AuthEvent): Decision {
  if ((event.prev_events ?? []).length > 0) return refuse("a create event has nothing before it");
  if (event.state_key !== "") return refuse("a create event has an empty state key");
  if (version.createEventIsRoom) {
    if (event.room_id !== undefined) return refuse("a create event of this version has no room id");
  } else if (serverOf(event.room_id ?? "") !== serverOf(event.sender)) {
    return refuse("the room id is not of the creator's server");
  }
  const { room_version: claimed = "1" } = event.content;
  if (typeof claimed !== "string" || roomVersion(claimed) === undefined) return refuse("the room version is not known");
  if (!version.senderIsCreator && event.content["creator"] === undefined)
    return refuse("the create event names no creator");
  return checkAdditionalCreators(version, event);
}

function checkAdditionalCreators(version: RoomVersion, event: AuthEvent): Decision {
  const additional = event.content["additional_creators"];
  if (!version.createEventIsRoom || additional === undefined) return allow;
  const good = Array.isArray(additional) && additional.every((user) => typeof user === "string" && isUserId(user));
  return good ? allow : refuse("`additional_creators` is not a list of user ids");
}
