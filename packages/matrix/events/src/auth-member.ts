import { allow, refuse, type Decision } from "@causeway/base";
import type { VerifySignature } from "./crypto.ts";
import type { AuthEvent, StateLookup } from "./event.ts";
import { creatorsOf, PowerLevels } from "./power-levels.ts";
import type { RoomVersion } from "./room-versions.ts";
import { checkInviteSignature, signedInviteOf } from "./third-party.ts";

/** A membership event as the rules see it. */
interface Change {
  readonly version: RoomVersion;
  readonly event: AuthEvent;
  readonly target: string;
  readonly state: StateLookup;
  readonly levels: PowerLevels;
  readonly verify: VerifySignature;
}

/** What the rules of `m.room.member` look at. */
export interface MemberParts {
  readonly state: StateLookup;
  readonly verify: VerifySignature;
}

function membershipOf(change: Change, user: string): string {
  const membership = change.state("m.room.member", user)?.content["membership"];
  return typeof membership === "string" ? membership : "leave";
}

/** The rules of `m.room.member`. */
export function checkMember(version: RoomVersion, event: AuthEvent, parts: MemberParts): Decision {
  if (event.state_key === undefined) return refuse("a membership needs a state key");
  const levels = new PowerLevels(version, parts.state);
  const change: Change = { version, event, target: event.state_key, levels, ...parts };
  switch (event.content["membership"]) {
    case "join":
      return checkJoin(change);
    case "invite":
      return checkInvite(change);
    case "leave":
      return checkLeave(change);
    case "ban":
      return checkBan(change);
    case "knock":
      return version.knocking ? checkKnock(change) : refuse("this room version has no knocking");
    default:
      return refuse("the membership is not known");
  }
}

function checkJoin(change: Change): Decision {
  const { event, target } = change;
  if (isFirstJoin(change)) return allow;
  if (event.sender !== target) return refuse("nobody can join for somebody else");
  const now = membershipOf(change, target);
  if (now === "ban") return refuse("the sender is banned");
  return checkJoinRule(change, now);
}

/** Only the create event came before, and they made it. NOTE The rule looks at the state key alone, not at the sender. */
function isFirstJoin({ version, event, target, state }: Change): boolean {
  const create = state("m.room.create", "");
  if (create?.event_id === undefined || event.prev_events?.length !== 1) return false;
  return event.prev_events[0] === create.event_id && creatorsOf(version, create)[0] === target;
}

function checkJoinRule(change: Change, now: string): Decision {
  const { version } = change;
  const given = change.state("m.room.join_rules", "")?.content["join_rule"];
  const rule = given === undefined ? "invite" : given;
  if (rule === "public") return allow;
  const isInside = now === "join" || now === "invite";
  if (rule === "invite" || (rule === "knock" && version.knocking))
    return isInside ? allow : refuse("the sender is not invited");
  const restricted =
    (rule === "restricted" && version.restrictedJoins) || (rule === "knock_restricted" && version.knockRestrictedJoins);
  if (!restricted) return refuse("the join rule lets nobody in");
  return isInside ? allow : checkVoucher(change);
}

function checkVoucher(change: Change): Decision {
  const voucher = change.event.content["join_authorised_via_users_server"];
  if (typeof voucher !== "string") return refuse("the join needs somebody who may invite");
  if (membershipOf(change, voucher) !== "join") return refuse("who vouches for the join is not in the room");
  return change.levels.of(voucher) >= change.levels.needed("invite")
    ? allow
    : refuse("who vouches for the join may not invite");
}

function checkInvite(change: Change): Decision {
  const { event, target, levels } = change;
  if (event.content["third_party_invite"] !== undefined) return checkThirdParty(change);
  if (membershipOf(change, event.sender) !== "join") return refuse("the sender is not in the room");
  const now = membershipOf(change, target);
  if (now === "join") return refuse("they are in the room already");
  if (now === "ban") return refuse("they are banned");
  return levels.of(event.sender) >= levels.needed("invite")
    ? allow
    : refuse("the sender has not enough power to invite");
}

function checkThirdParty(change: Change): Decision {
  const { event, target, state } = change;
  if (membershipOf(change, target) === "ban") return refuse("they are banned");
  const signed = signedInviteOf(event.content);
  if (signed === undefined) return refuse("the third-party invitation is not signed");
  if (signed.mxid !== target) return refuse("the third-party invitation is for somebody else");
  const invite = state("m.room.third_party_invite", signed.token);
  if (invite === undefined) return refuse("there is no such third-party invitation");
  if (invite.sender !== event.sender) return refuse("the third-party invitation is of another sender");
  return checkInviteSignature(signed, invite, change.verify);
}

function checkLeave(change: Change): Decision {
  const { version, event, target, levels } = change;
  const now = membershipOf(change, target);
  if (event.sender === target) {
    const canLeave = now === "join" || now === "invite" || (now === "knock" && version.knocking);
    return canLeave ? allow : refuse("the sender is not in the room");
  }
  if (membershipOf(change, event.sender) !== "join") return refuse("the sender is not in the room");
  const power = levels.of(event.sender);
  if (now === "ban" && power < levels.needed("ban")) return refuse("the sender has not enough power to end a ban");
  return power >= levels.needed("kick") && levels.of(target) < power
    ? allow
    : refuse("the sender has not enough power to remove them");
}

function checkBan(change: Change): Decision {
  const { event, target, levels } = change;
  if (membershipOf(change, event.sender) !== "join") return refuse("the sender is not in the room");
  const power = levels.of(event.sender);
  return power >= levels.needed("ban") && levels.of(target) < power
    ? allow
    : refuse("the sender has not enough power to ban them");
}

function checkKnock(change: Change): Decision {
  const { version, event, target } = change;
  const rule = change.state("m.room.join_rules", "")?.content["join_rule"];
  const allowed = rule === "knock" || (rule === "knock_restricted" && version.knockRestrictedJoins);
  if (!allowed) return refuse("the room does not take knocks");
  if (event.sender !== target) return refuse("nobody can knock for somebody else");
  const now = membershipOf(change, target);
  return now === "ban" || now === "invite" || now === "join" ? refuse("the sender cannot knock") : allow;
}
