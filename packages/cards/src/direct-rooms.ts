import type { RoomId, UserId } from "@causeway/base";
import { UnmetExpectation } from "@causeway/platform";
import type { CardsCore } from "./core.ts";
import type { Texts } from "./texts.ts";
import { findRoom, putRoom, ROOM_FREE } from "./store.ts";

/** Powers in a room of the server's: the person may write, react and take back what is their own, and change nothing. */
const POWERS = {
  users_default: 0,
  events_default: 0,
  state_default: 100,
  invite: 100,
  kick: 100,
  ban: 100,
  redact: 100,
  notifications: { room: 100 },
  events: { "m.reaction": 0, "m.room.redaction": 0, "m.room.encryption": 100, "m.room.tombstone": 100 },
};

/** What the server is called in somebody's own room; elsewhere it goes by all of these. */
const NAME: Texts = { en: "Causeway", "zh-Hant-HK": "Causeway 系統訊息", "zh-Hans": "Causeway 系统消息" };

/** The rooms in which the server speaks with people: one for each person, made when it is first needed, unencrypted. */
export class DirectRooms {
  #core: CardsCore;

  constructor(core: CardsCore) {
    this.#core = core;
  }

  /** The person's room, with the person in it: a new one when there is none, or when they have left it. Called in the person's turn. */
  async of(user: UserId): Promise<RoomId> {
    for (;;) {
      const known = await findRoom(this.#core.options.db, user);
      const membership = known === undefined ? undefined : await this.#membershipIn(known, user);
      if (known !== undefined && membership === "join") return known;
      // Invited: the server ended between making the room and letting the person in.
      const roomId = known !== undefined && membership === "invite" ? known : await this.#make(user, known);
      if (roomId === undefined) continue; // another node was faster
      await this.#enter(user, roomId);
      return roomId;
    }
  }

  async #membershipIn(roomId: RoomId, user: UserId): Promise<unknown> {
    const room = await this.#core.options.rooms.room(roomId);
    return room?.entry("m.room.member", user)?.content["membership"];
  }

  async #make(user: UserId, instead: RoomId | undefined): Promise<RoomId | undefined> {
    const { rooms, system } = this.#core.options;
    try {
      const made = await rooms.make(
        system,
        {
          ...{ preset: "private_chat", is_direct: true, invite: [user], power_level_content_override: POWERS },
          initial_state: [
            {
              type: "m.room.member",
              state_key: system,
              content: { membership: "join", displayname: NAME[await this.#core.languageOf(user)] },
            },
          ],
        },
        (tx, id) => putRoom(tx, user, { id, instead }),
      );
      if (!made.ok) throw new Error(`a room to speak with somebody could not be made: ${made.error.code}`);
      return made.value.room_id;
    } catch (error) {
      if (error instanceof UnmetExpectation && error.what === ROOM_FREE) return undefined;
      throw error;
    }
  }

  /** Lets the person in at once, and has their clients show the room among their direct chats. */
  async #enter(user: UserId, roomId: RoomId): Promise<void> {
    const { rooms, system } = this.#core.options;
    // The mark first: whoever sees the person in the room may rely on it.
    const marked = await rooms.userData.addDirect(user, system, roomId);
    if (!marked.ok && marked.error.code !== "M_TOO_LARGE") throw new Error("a direct chat could not be marked");
    const entered = await rooms.handover.bringIn(roomId, user, { by: [system], enter: true, heirTo: [] });
    if (!entered.ok) throw new Error(`somebody could not be let into their room: ${entered.error.code}`);
  }
}
