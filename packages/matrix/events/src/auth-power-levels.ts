import { allow, refuse, type Decision } from "@causeway/base";
import type { AuthEvent, Content, StateLookup } from "./event.ts";
import { isUserId } from "./id-text.ts";
import { creatorsOf, isRecord, levelOf, recordIn } from "./power-levels.ts";
import type { RoomVersion } from "./room-versions.ts";

const NAMED = ["users_default", "events_default", "state_default", "ban", "redact", "kick", "invite"] as const;

/** The rules of `m.room.power_levels`: nobody gives, takes or changes a level above their own. */
export function checkPowerLevels(
  version: RoomVersion,
  event: AuthEvent,
  sender: { readonly state: StateLookup; readonly power: number },
): Decision {
  const form = checkForm(version, event.content);
  if (!form.allowed) return form;
  if (version.createEventIsRoom) {
    const users = recordIn(event.content, "users");
    const creators = creatorsOf(version, sender.state("m.room.create", ""));
    if (creators.some((creator) => Object.hasOwn(users, creator))) return refuse("creators have no level");
  }
  const before = sender.state("m.room.power_levels", "")?.content;
  if (before === undefined) return allow;
  const change: LevelChange = { version, before, after: event.content, power: sender.power };
  for (const name of NAMED) {
    if (!mayChange(change, before[name], event.content[name])) return refuse(`the sender may not change \`${name}\``);
  }
  for (const name of version.protectsNotifications ? ["events", "notifications"] : ["events"]) {
    if (!mayChangeAll(change, name)) return refuse(`the sender may not change \`${name}\` so`);
  }
  return checkUsers(change, event.sender);
}

interface LevelChange {
  readonly version: RoomVersion;
  readonly before: Content;
  readonly after: Content;
  readonly power: number;
}

function mayChange(change: LevelChange, before: unknown, after: unknown): boolean {
  const was = levelOf(change.version, before);
  const is = levelOf(change.version, after);
  if (was === is) return true;
  return (was ?? Number.NEGATIVE_INFINITY) <= change.power && (is ?? Number.NEGATIVE_INFINITY) <= change.power;
}

function mayChangeAll(change: LevelChange, name: string): boolean {
  const before = recordIn(change.before, name);
  const after = recordIn(change.after, name);
  return keysOf(before, after).every((key) => mayChange(change, before[key], after[key]));
}

function keysOf(before: object, after: object): readonly string[] {
  return [...Object.keys(before), ...Object.keys(after).filter((key) => !Object.hasOwn(before, key))];
}

function checkUsers(change: LevelChange, sender: string): Decision {
  const before = recordIn(change.before, "users");
  const after = recordIn(change.after, "users");
  for (const user of keysOf(before, after)) {
    const was = levelOf(change.version, before[user]);
    const is = levelOf(change.version, after[user]);
    if (was === is) continue;
    if (was !== undefined && user !== sender && was >= change.power)
      return refuse("the sender may not change somebody of the same or more power");
    if (is !== undefined && is > change.power) return refuse("the sender may not give more power than their own");
  }
  return allow;
}

function checkForm(version: RoomVersion, content: Content): Decision {
  if (version.integerLevels) {
    for (const name of NAMED) {
      if (content[name] !== undefined && levelOf(version, content[name]) === undefined)
        return refuse(`\`${name}\` is not an integer`);
    }
    for (const name of ["events", "notifications"]) {
      if (!areLevels(version, content[name])) return refuse(`\`${name}\` is not an object of integers`);
    }
  }
  if (!areLevels(version, content["users"])) return refuse("`users` is not an object of integers");
  return Object.keys(recordIn(content, "users")).every(isUserId)
    ? allow
    : refuse("`users` has a key that is no user id");
}

function areLevels(version: RoomVersion, value: unknown): boolean {
  if (value === undefined) return true;
  return isRecord(value) && Object.values(value).every((level) => levelOf(version, level) !== undefined);
}
