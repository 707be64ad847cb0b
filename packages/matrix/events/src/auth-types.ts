import type { AuthEvent } from "./event.ts";
import type { RoomVersion } from "./room-versions.ts";
import { signedInviteOf } from "./third-party.ts";

/** Which pieces of state authorise an event (server-server API, "Auth events selection"); none is named twice. */
export function authTypesFor(
  version: RoomVersion,
  event: AuthEvent,
): readonly (readonly [type: string, stateKey: string])[] {
  if (event.type === "m.room.create") return [];
  const types: (readonly [string, string])[] = [
    ["m.room.power_levels", ""],
    ["m.room.member", event.sender],
  ];
  if (!version.createEventIsRoom) types.push(["m.room.create", ""]);
  if (event.type === "m.room.member" && event.state_key !== undefined) addForMember(version, event, types);
  return types;
}

function addForMember(version: RoomVersion, event: AuthEvent, types: (readonly [string, string])[]): void {
  const { membership, join_authorised_via_users_server: voucher } = event.content;
  if (event.state_key !== event.sender) types.push(["m.room.member", event.state_key ?? ""]);
  if (membership === "join" || membership === "invite" || (membership === "knock" && version.knocking))
    types.push(["m.room.join_rules", ""]);
  const signed = membership === "invite" ? signedInviteOf(event.content) : undefined;
  if (signed !== undefined) types.push(["m.room.third_party_invite", signed.token]);
  const vouched = membership === "join" && version.restrictedJoins && typeof voucher === "string";
  if (vouched && voucher !== event.sender && voucher !== event.state_key) types.push(["m.room.member", voucher]);
}
