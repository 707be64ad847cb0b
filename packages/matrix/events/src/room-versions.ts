/** What a room version decides (Matrix specification, "Room versions"). One row of data for each; the code asks for features, never for numbers. */
export interface RoomVersion {
  readonly id: string;
  /** How event ids come about. */
  readonly eventIds: "chosen-by-server" | "base64" | "url-safe-base64";
  readonly stateResolution: "1" | "2" | "2.1";
  /** `m.room.aliases` has rules of its own. */
  readonly aliasEvents: boolean;
  /** Redactions are checked by the authorisation rules. */
  readonly redactionRule: boolean;
  /** `notifications` levels are protected like `events`. */
  readonly protectsNotifications: boolean;
  readonly knocking: boolean;
  readonly restrictedJoins: boolean;
  readonly knockRestrictedJoins: boolean;
  /** Redaction keeps `join_authorised_via_users_server`. */
  readonly keepsJoinAuthorisation: boolean;
  /** Power levels may be fractions, which count without what follows the point. */
  readonly fractionLevels: boolean;
  /** Power levels must be integers, not text, and each member of `m.room.power_levels` is checked for it. */
  readonly integerLevels: boolean;
  /** A key counts for events only while it is valid (version 5, "Signing key validity period"). */
  readonly keysExpire: boolean;
  /** Events that have no canonical JSON are refused (version 6, "Canonical JSON"). */
  readonly strictJson: boolean;
  /** The creator is the sender of the create event; redaction and `redacts` follow version 11. */
  readonly senderIsCreator: boolean;
  /** The room's id is the hash of its create event, and creators stand above all power levels. */
  readonly createEventIsRoom: boolean;
}

const v1: RoomVersion = {
  id: "1",
  eventIds: "chosen-by-server",
  stateResolution: "1",
  aliasEvents: true,
  redactionRule: true,
  protectsNotifications: false,
  knocking: false,
  restrictedJoins: false,
  knockRestrictedJoins: false,
  keepsJoinAuthorisation: false,
  fractionLevels: true,
  integerLevels: false,
  keysExpire: false,
  strictJson: false,
  senderIsCreator: false,
  createEventIsRoom: false,
};
const v2: RoomVersion = { ...v1, id: "2", stateResolution: "2" };
const v3: RoomVersion = { ...v2, id: "3", eventIds: "base64", redactionRule: false };
const v4: RoomVersion = { ...v3, id: "4", eventIds: "url-safe-base64" };
const v5: RoomVersion = { ...v4, id: "5", keysExpire: true };
const v6: RoomVersion = {
  ...v5,
  id: "6",
  aliasEvents: false,
  protectsNotifications: true,
  fractionLevels: false,
  strictJson: true,
};
const v7: RoomVersion = { ...v6, id: "7", knocking: true };
const v8: RoomVersion = { ...v7, id: "8", restrictedJoins: true };
const v9: RoomVersion = { ...v8, id: "9", keepsJoinAuthorisation: true };
const v10: RoomVersion = { ...v9, id: "10", knockRestrictedJoins: true, integerLevels: true };
const v11: RoomVersion = { ...v10, id: "11", senderIsCreator: true };
const v12: RoomVersion = { ...v11, id: "12", stateResolution: "2.1", createEventIsRoom: true };

const VERSIONS: ReadonlyMap<string, RoomVersion> = new Map(
  [v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12].map((version) => [version.id, version]),
);

/** The room version of a name, or undefined. */
export function roomVersion(id: string): RoomVersion | undefined {
  return VERSIONS.get(id);
}

/** All versions that are known, oldest first. */
export const roomVersions: readonly RoomVersion[] = [...VERSIONS.values()];
