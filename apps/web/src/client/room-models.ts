import type { MatrixClient } from "matrix-js-sdk";
import { ComposerModel } from "./composer.ts";
import type { LaterModel } from "./later/later.ts";
import type { Uploads } from "./media/uploads.ts";
import type { Outbox } from "./outbox.ts";
import { PollModel } from "./polls/poll-model.ts";
import { RoomModel } from "./rooms/room.ts";
import type { Notes } from "./store/notes.ts";
import { ThreadsModel } from "./threads/threads.ts";
import { TimelineModel } from "./timeline/timeline.ts";

/** What is shown of messages that follow each other, and where the next is written. */
export interface Conversation {
  readonly timeline: TimelineModel;
  readonly composer: ComposerModel;
}

/** What a room's screen needs. */
export interface RoomModels extends Conversation {
  readonly about: RoomModel;
  readonly threads: ThreadsModel;
  /** One of its threads, by its root; made once, and kept like the room's own. */
  readonly thread: (root: string) => Conversation;
  /** The votes of a poll, by its id; kept likewise. */
  readonly poll: (id: string, maker: string) => PollModel;
}

/** What the models of rooms are made with. */
export interface RoomParts {
  readonly client: MatrixClient;
  readonly notes: Notes;
  readonly outbox: Outbox;
  readonly uploads: Uploads;
  readonly later: LaterModel;
}

/** The view models of rooms, each made when it is first asked for. */
export function roomModels(parts: RoomParts): (roomId: string) => RoomModels {
  return once((roomId) => {
    const threads = new ThreadsModel(parts.client, roomId);
    const conversation = (root?: string): Conversation => {
      const timeline = new TimelineModel(parts.client, threads, root);
      return { timeline, composer: new ComposerModel({ ...parts, roomId, timeline }) };
    };
    return {
      about: new RoomModel(parts.client, roomId),
      threads,
      ...conversation(),
      thread: once(conversation),
      poll: once((id, maker) => new PollModel({ ...parts, roomId, id, maker })),
    };
  });
}

function once<T, Rest extends readonly unknown[]>(
  make: (key: string, ...rest: Rest) => T,
): (key: string, ...rest: Rest) => T {
  const made = new Map<string, T>();
  return (key, ...rest) => {
    const known = made.get(key) ?? make(key, ...rest);
    made.set(key, known);
    return known;
  };
}
