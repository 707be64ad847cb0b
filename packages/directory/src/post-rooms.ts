import { failure, ok, type PostId, type Result, type RoomId, type UserId } from "@causeway/base";
import type { DirectoryCore } from "./core.ts";
import { holdingOf } from "./duties.ts";
import { unknown } from "./errors.ts";
import type { LiveState } from "./live-state.ts";
import { openPostOr } from "./plan-posts.ts";
import type { PostRoom } from "./types.ts";

/**
 * Rooms that belong to posts. Whoever holds a post, or acts in it, is in its rooms; at a change the new one is brought in before the
 * old one goes. What has been done is written down after it was done, so that a crash in between is made up for at the next start.
 */
export class PostRoomKeeper {
  #core: DirectoryCore;
  #waiting = new Set<PostId>();
  #last: Promise<void> = Promise.resolve();

  constructor(core: DirectoryCore) {
    this.#core = core;
    core.follow((_touched, events) => {
      for (const event of events) {
        if (event.kind === "appointed" || event.kind === "holder-left" || event.kind === "post-abolished")
          this.#waiting.add(event.post);
      }
      if (this.#waiting.size > 0) void this.catchUp();
    });
  }

  /** Looks at every room of every post: what a crash, or another process, has left undone. */
  resume(): Promise<void> {
    for (const tie of this.#core.state.postRooms.all()) if (tie.ended === undefined) this.#waiting.add(tie.post);
    return this.catchUp();
  }

  /** Resolves when every change up to now has been followed, or has failed and waits to be tried again. */
  catchUp(): Promise<void> {
    this.#last = this.#last.then(() => this.#followAll());
    return this.#last;
  }

  async #followAll(): Promise<void> {
    const posts = [...this.#waiting];
    this.#waiting.clear();
    for (const post of posts) {
      try {
        for (const tie of openTies(this.#core.state, post)) await this.#follow(tie);
      } catch (error) {
        this.#waiting.add(post);
        this.#core.options.failed(error);
      }
    }
  }

  #wanted(tie: PostRoom): readonly UserId[] {
    const post = this.#core.state.posts.get(tie.post);
    if (post === undefined || post.ended !== undefined) return [];
    const { holder, acting } = holdingOf(this.#core.state, post, this.#core.now());
    return [...new Set([holder, acting].flatMap((one) => one?.userId ?? []))];
  }

  async #follow(tie: PostRoom): Promise<void> {
    const { rooms } = this.#core.options;
    const wanted = this.#wanted(tie);
    const coming = wanted.filter((user) => !tie.members.includes(user));
    const going = tie.members.filter((user) => !wanted.includes(user));
    if (coming.length === 0 && going.length === 0) return;
    const present = await Promise.all(tie.members.map((user) => rooms.isIn(user, tie.roomId)));
    const isAccepted = tie.isAccepted || present.includes(true);
    const by = [...tie.members, tie.by];
    const members = new Set(tie.members);
    for (const user of coming) {
      // A refusal (nobody is left who may invite, or a ban) is the room's own decision: it is not tried again until the next change.
      const done = await rooms.bringIn(tie.roomId, user, { by, enter: isAccepted, heirTo: going });
      if (done.ok) members.add(user);
    }
    for (const user of going) {
      members.delete(user);
      if (!this.#isThereFor(tie, user)) await rooms.letGo(tie.roomId, user);
    }
    await this.#writeDown(tie, { members: [...members], isAccepted });
  }

  /** Whether somebody has another post that the same room belongs to. */
  #isThereFor(tie: PostRoom, user: UserId): boolean {
    const others = this.#core.state.postRooms.by("byRoom", tie.roomId).filter((one) => one.post !== tie.post);
    return others.some((one) => one.ended === undefined && this.#wanted(one).includes(user));
  }

  async #writeDown(tie: PostRoom, now: Pick<PostRoom, "members" | "isAccepted">): Promise<void> {
    await this.#core.run("system", { act: "post-room.followed", on: tie.post }, ({ draft }) => {
      const current = draft.postRooms.get(`${tie.post} ${tie.roomId}`);
      if (current?.ended === undefined && current !== undefined) draft.put("postRooms", { ...current, ...now });
      return ok({});
    });
  }

  /** Addresses a room to a post, by somebody who is in it and may invite; to others the room is as good as not there. */
  async tie(by: UserId, post: PostId, roomId: RoomId): Promise<Result<object>> {
    const { rooms, limits } = this.#core.options;
    if (!(await rooms.mayInvite(by, roomId))) return failure("M_FORBIDDEN", "You cannot invite anybody to this room.");
    const act = { caller: { user: by }, action: "matrix.use", act: "post-room.tied", on: post } as const;
    const done = await this.#core.act(act, ({ draft }) => {
      const found = openPostOr(draft, post);
      if (!found.ok) return found;
      const known = draft.postRooms.get(`${post} ${roomId}`);
      if (known !== undefined && known.ended === undefined) return ok({});
      if (openTies(draft, post).length >= limits.maxRoomsPerPost)
        return failure("M_TOO_LARGE", `A post has at most ${limits.maxRoomsPerPost} rooms.`);
      draft.put("postRooms", { post, roomId, by, ended: undefined, isAccepted: false, members: [] });
      return ok({});
    });
    if (!done.ok) return done;
    this.#waiting.add(post);
    await this.catchUp();
    return done;
  }

  /** Ends that a room is addressed to a post, by whoever has the post or may invite to the room; whoever is in it stays. */
  async untie(by: UserId, post: PostId, roomId: RoomId): Promise<Result<object>> {
    const isInviter = await this.#core.options.rooms.mayInvite(by, roomId);
    const act = { caller: { user: by }, action: "matrix.use", act: "post-room.untied", on: post } as const;
    return await this.#core.act(act, ({ draft, now }) => {
      const known = draft.postRooms.get(`${post} ${roomId}`);
      const found = draft.posts.get(post);
      const isHolder = found !== undefined && holdingOf(draft, found, now).current === by;
      if (!isInviter && !isHolder) return failure("M_FORBIDDEN", "You cannot invite anybody to this room.");
      if (known === undefined || known.ended !== undefined) return unknown("room of this post");
      draft.put("postRooms", { ...known, ended: now, members: [] });
      return ok({});
    });
  }

  /** The rooms of a post, for whoever has it or acts in it. */
  list(by: UserId, post: PostId): Result<{ readonly rooms: readonly object[] }> {
    const { state } = this.#core;
    const found = state.posts.get(post);
    const holding = found === undefined ? undefined : holdingOf(state, found, this.#core.now());
    const isTheirs = [holding?.holder, holding?.acting].some((one) => one?.userId === by);
    if (!isTheirs) return unknown("post of yours");
    return ok({ rooms: openTies(state, post).map((tie) => ({ room_id: tie.roomId, by: tie.by })) });
  }
}

function openTies(state: LiveState, post: PostId): readonly PostRoom[] {
  return state.postRooms.by("byPost", post).filter((one) => one.ended === undefined);
}
