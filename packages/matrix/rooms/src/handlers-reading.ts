import { failure, ok } from "@causeway/base";
import {
  getContext,
  getEvent,
  getJoinedMembers,
  getMembers,
  getMessages,
  getRelations,
  getRelationsOf,
  getRelationsOfType,
  getThreads,
} from "@causeway/contract";
import { JsonText, serve, type Route } from "@causeway/platform";
import { parseHistoryToken } from "./history-token.ts";
import type { Reading } from "./reading.ts";
import { Related, type RelationsWish } from "./related.ts";
import { contentOf } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import { stateAt } from "./store.ts";
import { eventText } from "./stored-event.ts";

/** The endpoints that read history, members and relations. */
export function readingRoutes(core: RoomsCore, reading: Reading): readonly Route[] {
  const related = new Related(core, reading);
  return [
    serve(getMessages, ({ caller, params, query }) =>
      reading.messages(caller.user, params.roomId, { to: undefined, from: undefined, filter: undefined, ...query }),
    ),
    serve(getContext, ({ caller, params, query }) =>
      reading.context(caller.user, params.roomId, {
        eventId: params.eventId,
        limit: query.limit,
        filter: query.filter,
      }),
    ),
    serve(getEvent, ({ caller, params }) => reading.eventJson(caller.user, params.roomId, params.eventId)),
    serve(getRelations, ({ caller, params, query }) =>
      related.relations(caller.user, params.roomId, { eventId: params.eventId, ...tokensOf(query) }),
    ),
    serve(getRelationsOf, ({ caller, params, query }) =>
      related.relations(caller.user, params.roomId, {
        eventId: params.eventId,
        relType: params.relType,
        ...tokensOf(query),
      }),
    ),
    serve(getRelationsOfType, ({ caller, params, query }) =>
      related.relations(caller.user, params.roomId, {
        eventId: params.eventId,
        relType: params.relType,
        type: params.eventType,
        ...tokensOf(query),
      }),
    ),
    serve(getThreads, ({ caller, params, query }) =>
      related.threads(caller.user, params.roomId, {
        from: query.from,
        limit: query.limit,
        participated: query.include === "participated",
      }),
    ),
    ...memberRoutes(core, reading),
  ];
}

function tokensOf(query: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly dir: "b" | "f";
  readonly limit: number;
  readonly recurse: boolean;
}): Omit<RelationsWish, "eventId"> {
  const { from, to, dir, limit, recurse } = query;
  return { from, to, dir, limit, recurse };
}

function memberRoutes(core: RoomsCore, reading: Reading): readonly Route[] {
  const { db } = core.options;
  return [
    serve(getMembers, async ({ caller, params, query }) => {
      const opened = await reading.open(caller.user, params.roomId);
      if (!opened.ok) return opened;
      const { room } = opened.value;
      const at = query.at === undefined ? undefined : parseHistoryToken(query.at);
      if (query.at !== undefined && at === undefined)
        return failure("M_INVALID_PARAM", "query `at`: not a token of this server");
      const own = room.entryAt(db.stream.head(), "m.room.member", caller.user);
      const isIn = own?.content["membership"] === "join";
      const until = isIn ? at : Math.min(at ?? Number.MAX_SAFE_INTEGER, own?.event.pos ?? 0);
      const events =
        until === undefined || until >= room.progress.lastPos
          ? [...room.entriesAt(db.stream.head(), "m.room.member")].map((entry) => entry.event)
          : (await stateAt(db, room.number, until)).filter((event) => event.type === "m.room.member");
      const wanted = events.filter((event) => {
        const membership = contentOf(event)["membership"];
        const { membership: wanted, not_membership: unwanted } = query;
        // Given both, one of them is enough.
        if (wanted !== undefined && unwanted !== undefined) return membership === wanted || membership !== unwanted;
        return (wanted === undefined || membership === wanted) && (unwanted === undefined || membership !== unwanted);
      });
      return ok(new JsonText(`{"chunk":[${wanted.map((event) => eventText(event)).join(",")}]}`));
    }),
    serve(getJoinedMembers, async ({ caller, params }) => {
      const room = await core.registry.get(params.roomId);
      const head = db.stream.head();
      if (room?.membershipAt(head, caller.user) !== "join") return failure("M_FORBIDDEN", "You are not in this room.");
      const joined: Record<string, object> = {};
      for (const entry of room.entriesAt(head, "m.room.member")) {
        const { membership, displayname, avatar_url: avatar } = entry.content;
        if (membership !== "join") continue;
        const user = entry.event.stateKey ?? "";
        // NOTE Clients that want a name of everybody drop the whole answer otherwise: who has none goes by the id.
        joined[user] = {
          display_name: typeof displayname === "string" ? displayname : user,
          ...(typeof avatar === "string" ? { avatar_url: avatar } : {}),
        };
      }
      return ok({ joined });
    }),
  ];
}
