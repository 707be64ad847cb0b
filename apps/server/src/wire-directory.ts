import type { RecordAudit } from "@causeway/audit";
import { decide, mayGrantRole, mayTakeRole } from "@causeway/access";
import type { Accounts } from "@causeway/accounts";
import {
  createDirectory,
  defaultDirectoryLimits,
  type Directory,
  type DirectoryListener,
  type RightsEnding,
} from "@causeway/directory";
import type { AllRooms, DirectoryNames } from "@causeway/matrix-rooms";
import type { Clock, UserId } from "@causeway/base";
import type { Config, Database } from "@causeway/platform";

/** What the directory is joined with. */
export interface DirectoryParts {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly accounts: Accounts;
  /** Called when there are rooms. */
  readonly rooms: () => AllRooms;
  readonly listener: DirectoryListener;
  /** What ends with posts. */
  readonly ending: RightsEnding;
  readonly audit: RecordAudit;
  readonly failed: (error: unknown) => void;
}

/** How often other processes' changes and the time are looked at. */
const TICK_MS = 1000;

/** Builds the directory: accounts end with people, rooms follow posts, and access says who may do what. */
export function wireDirectory(parts: DirectoryParts): Directory {
  const { accounts, rooms, config } = parts;
  return createDirectory({
    db: parts.db,
    clock: parts.clock,
    limits: {
      ...defaultDirectoryLimits,
      maxImportRows: config.maxImportRows,
      maxImportBytes: config.maxImportBytes,
      maxAbsentShare: config.maxAbsentShare,
      maxDelegationDays: config.maxDelegationDays,
      utcOffsetMinutes: config.utcOffsetMinutes,
    },
    accounts: {
      userOf: (name) => accounts.userOf(name),
      standingOf: (user) => accounts.standingOf(user),
      standingsOf: (users) => accounts.standingsOf(users),
      collectNew: (tx, user) => accounts.collectNewAccount(tx, user),
      prepareEnd: (user) => accounts.prepareDeactivation(user),
    },
    rules: { decide, mayGrantRole, mayTakeRole },
    rooms: {
      mayInvite: (user, room) => rooms().handover.mayInvite(user, room),
      isIn: (user, room) => rooms().handover.isIn(user, room),
      bringIn: (room, user, how) => rooms().handover.bringIn(room, user, how),
      letGo: (room, user) => rooms().handover.letGo(room, user),
    },
    tellRooms: (user) => rooms().profiles.tellRooms(user),
    listener: parts.listener,
    ending: parts.ending,
    audit: parts.audit,
    failed: parts.failed,
  });
}

/** What the user that the server speaks as is called, in each language. */
const SYSTEM_NAME = "Causeway · 系統訊息 · 系统消息";

/** The names that profiles and rooms show, and who is found by them. */
export function namesOf(directory: Directory, system: UserId): DirectoryNames {
  return {
    displayNameOf: (user) => (user === system ? SYSTEM_NAME : directory.displayNameOf(user)),
    search: (text, how) => directory.search(text, how),
  };
}

/** Looks at the time and at other processes' changes, one look after another; the function ends it. */
export function keepTicking(directory: Directory, failed: (error: unknown) => void): () => Promise<void> {
  let looking: Promise<void> = Promise.resolve();
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    looking = directory
      .tick()
      .catch(failed)
      .finally(() => (isLooking = false));
  }, TICK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
    await directory.settle();
  };
}

/** Whether somebody is, acts as or stands in for the head of a department that somebody else has a post in. */
export function isHeadOf(people: Directory, head: UserId, person: UserId): boolean {
  const departments = new Set(people.postsOf(person).map((post) => post.department));
  return people
    .dutiesOf(head)
    .some(({ role, department }) => role === "head" && department !== undefined && departments.has(department));
}
