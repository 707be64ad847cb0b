import { ok, type PostId, type Result, type RoomId, type UserId } from "@causeway/base";
import type { PostRole } from "@causeway/contract";
import type { Route } from "@causeway/platform";
import { delegate, giveRole, setPostRoles, type DelegationToGive, type RoleToGive } from "./actions.ts";
import { DirectoryCore, type DirectoryOptions } from "./core.ts";
import { findRoutes } from "./handlers-find.ts";
import { importFile, importRoutes, type ImportOptions, type ImportOutcome } from "./handlers-import.ts";
import { machineRoutes } from "./handlers-machines.ts";
import { peopleRoutes } from "./handlers-people.ts";
import { reorganisationRoutes } from "./handlers-reorganisations.ts";
import { postRoutes } from "./handlers-posts.ts";
import { roleRoutes } from "./handlers-roles.ts";
import { postRoomRoutes } from "./handlers-rooms.ts";
import { unitRoutes } from "./handlers-units.ts";
import { NameTeller } from "./names.ts";
import type { Found } from "./people-index-search.ts";
import { LivePeople, type SearchBy } from "./people-live.ts";
import { endRights } from "./plan-people.ts";
import { PostRoomKeeper } from "./post-rooms.ts";
import { questionsOf, type DirectoryQuestions } from "./questions.ts";
import { doDue } from "./reorganisations.ts";

/** The directory with the endpoints that serve it. */
export interface Directory extends DirectoryQuestions {
  readonly routes: readonly Route[];
  /** The people whom a query finds by name in either script, user name, post or department, best first. */
  search(query: string, how: SearchBy): readonly Found<UserId>[];
  /** Takes up what other processes have changed and what the clock has brought; called every second. */
  tick(): Promise<void>;
  /** Reads the directory into memory; before the first request. */
  load(): Promise<void>;
  /** After a start: makes up for what a crash kept from being done in rooms. */
  resume(): Promise<void>;
  /** Resolves when rooms, names and the search have caught up with every change. */
  settle(): Promise<void>;
  /** Gives a role, as an operator does. */
  giveRole(wish: RoleToGive): Promise<Result<object>>;
  /** Says which roles a post carries, as an operator does. */
  setPostRoles(post: PostId, roles: readonly PostRole[]): Promise<Result<object>>;
  /** A Head, or a security administrator, lets somebody decide in the Head's place. */
  delegate(by: UserId, wish: DelegationToGive): Promise<Result<object>>;
  /** Addresses a room to a post, by somebody who is in it and may invite. */
  tieRoom(by: UserId, post: PostId, room: RoomId): Promise<Result<object>>;
  /** Imports a file for the operator. */
  importFile(bytes: Uint8Array, options: ImportOptions): Promise<Result<ImportOutcome>>;
  /** An account has ended by itself: so does everything that the person is and may. */
  accountEnded(user: UserId): Promise<void>;
}

/** Builds the directory of this server. */
export function createDirectory(options: DirectoryOptions): Directory {
  const core = new DirectoryCore(options);
  const keeper = new PostRoomKeeper(core);
  const names = new NameTeller(core);
  const people = new LivePeople(core);
  return {
    ...questionsOf(core),
    search: (query, how) => people.search(query, how),
    load: () => core.changes.refresh(),
    tick: async () => {
      await core.changes.refresh();
      await doDue(core);
      core.changes.passTime();
    },
    resume: async () => {
      await Promise.all([keeper.resume(), names.catchUp()]);
    },
    settle: async () => {
      await Promise.all([keeper.catchUp(), names.catchUp(), people.settled()]);
    },
    giveRole: (wish) => giveRole(core, "operator", wish),
    setPostRoles: (post, roles) => setPostRoles(core, "operator", { post, roles }),
    delegate: (by, wish) => delegate(core, by, wish),
    tieRoom: (by, post, room) => keeper.tie(by, post, room),
    importFile: (bytes, options) => importFile(core, "operator", { bytes, options }),
    accountEnded: async (user) => {
      await core.run("system", { act: "account.ended", on: user }, (planning) => {
        const person = planning.draft.people.get(user);
        if (person !== undefined && person.left === undefined)
          planning.draft.put("people", { ...person, left: planning.now });
        endRights(planning, user);
        return ok({});
      });
    },
    routes: [
      ...unitRoutes(core),
      ...postRoutes(core),
      ...peopleRoutes(core),
      ...findRoutes(core, people),
      ...roleRoutes(core),
      ...machineRoutes(core),
      ...importRoutes(core),
      ...reorganisationRoutes(core),
      ...postRoomRoutes(keeper),
    ],
  };
}
