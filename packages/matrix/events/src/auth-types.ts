import type { AuthEvent } from "./event.ts";
import type { RoomVersion } from "./room-versions.ts";

/** Which pieces of state authorise an event (server-server API, "Auth events selection"). */
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
  const { membership, third_party_invite: thirdParty, join_authorised_via_users_server: voucher } = event.content;
  if (event.state_key !== event.sender) types.push(["m.room.member", event.state_key ?? ""]);
  if (membership === "join" || membership === "invite" || (membership === "knock" && version.knocking))
    types.push(["m.room.join_rules", ""]);
  const token = signedToken(thirdParty);
  if (membership === "invite" && token !== undefined) types.push(["m.room.third_party_invite", token]);
  const vouched = membership === "join" && version.restrictedJoins && typeof voucher === "string";
  if (vouched && voucher !== event.sender && voucher !== event.state_key) types.push(["m.room.member", voucher]);
}

/** The token of a third-party invitation. */
export function signedToken(thirdParty: unknown): string | undefined {
  if (typeof thirdParty !== "object" || thirdParty === null) return undefined;
  const signed: unknown = Reflect.get(thirdParty, "signed");
  const token: unknown = typeof signed === "object" && signed !== null ? Reflect.get(signed, "token") : undefined;
  return typeof token === "string" ? token : undefined;
}
