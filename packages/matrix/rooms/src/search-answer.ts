import { highlightsOf, type UserId } from "@causeway/base";
import type { RoomEventsSearch } from "@causeway/contract";
import { noFilter } from "./event-filter.ts";
import { historyToken } from "./history-token.ts";
import type { Reading } from "./reading.ts";
import { contentOf } from "./room.ts";
import type { RoomsCore } from "./rooms.ts";
import type { Hit } from "./search-hits.ts";
import type { SearchLimits } from "./search-limits.ts";
import { searchToken, type SearchToken } from "./search-token.ts";
import { stateUpTo } from "./state-reading.ts";
import { statePieceAt } from "./store.ts";
import { eventText, type StoredEvent } from "./stored-event.ts";

/** A page of results. */
export interface ResultsPage {
  readonly hits: readonly Hit[];
  readonly count: number;
  /** Where this page ends, when there may be more. */
  readonly next: Pick<SearchToken, "pos" | "ranked"> | undefined;
}

/** Writes the answers to searches. */
export class SearchAnswers {
  #core: RoomsCore;
  #reading: Reading;
  #limits: SearchLimits;

  constructor(parts: { readonly core: RoomsCore; readonly reading: Reading; readonly limits: SearchLimits }) {
    this.#core = parts.core;
    this.#reading = parts.reading;
    this.#limits = parts.limits;
  }

  /** The whole answer, with as much around the results as was asked for. */
  async of(
    user: UserId,
    { asked, token }: { readonly asked: RoomEventsSearch; readonly token: SearchToken | undefined },
    page: ResultsPage,
  ): Promise<string> {
    const texts = await Promise.all(page.hits.map((hit) => this.#result(user, asked, hit)));
    const highlights = new Set(page.hits.flatMap((hit) => highlightsOf(hit.text, asked.search_term)));
    const next = page.next === undefined ? undefined : { ...page.next, count: page.count };
    const groups = asked.groupings?.group_by.map(({ key }) => groupText(key, page.hits, next)) ?? [];
    const group = token?.group;
    const parts = [
      `"count":${page.count}`,
      `"highlights":${JSON.stringify([...highlights])}`,
      `"results":[${texts.join(",")}]`,
      ...(asked.include_state ? [`"state":{${await this.#states(page.hits)}}`] : []),
      ...(groups.length === 0 ? [] : [`"groups":{${groups.join(",")}}`]),
      ...(next === undefined ? [] : [`"next_batch":${JSON.stringify(searchToken({ ...next, group }))}`]),
    ];
    return `{"search_categories":{"room_events":{${parts.join(",")}}}}`;
  }

  async #result(user: UserId, asked: RoomEventsSearch, hit: Hit): Promise<string> {
    const text = await this.#reading.texts(user, hit.room, [hit.event]);
    const context =
      asked.event_context === undefined ? "" : `,"context":${await this.#context(user, asked.event_context, hit)}`;
    return `{"rank":${hit.rank},"result":${text}${context}}`;
  }

  async #context(user: UserId, wish: NonNullable<RoomEventsSearch["event_context"]>, hit: Hit): Promise<string> {
    const { maxContext } = this.#limits;
    const { event, room } = hit;
    const { before, after } = await this.#reading.around(
      { ...room, event },
      {
        before: Math.min(wish.before_limit, maxContext),
        after: Math.min(wish.after_limit, maxContext),
        filter: noFilter,
      },
    );
    const parts = [
      `"start":"${historyToken(before.end ?? 0)}"`,
      `"end":"${historyToken(after.end ?? this.#core.options.db.stream.head())}"`,
      `"events_before":[${await this.#reading.texts(user, room, before.chunk)}]`,
      `"events_after":[${await this.#reading.texts(user, room, after.chunk)}]`,
    ];
    if (wish.include_profile) {
      const profiles = await this.#profiles(hit, [event, ...before.chunk, ...after.chunk]);
      parts.push(`"profile_info":${JSON.stringify(profiles)}`);
    }
    return `{${parts.join(",")}}`;
  }

  /** What those who sent some events were called then. */
  async #profiles(hit: Hit, events: readonly StoredEvent[]): Promise<Readonly<Record<string, object>>> {
    const profiles: Record<string, object> = {};
    for (const { sender, pos } of events) {
      if (profiles[sender] !== undefined) continue;
      const piece = { type: "m.room.member", stateKey: sender, pos };
      const member = await statePieceAt(this.#core.options.db, hit.room.room.number, piece);
      const { displayname, avatar_url: avatar }: Readonly<Record<string, unknown>> =
        member === undefined ? {} : contentOf(member);
      profiles[sender] = {
        ...(typeof displayname === "string" ? { displayname } : {}),
        ...(typeof avatar === "string" ? { avatar_url: avatar } : {}),
      };
    }
    return profiles;
  }

  /** The state of the rooms of some hits: now, or when their reader left. */
  async #states(hits: readonly Hit[]): Promise<string> {
    const rooms = new Map(hits.map(({ room }) => [room.room.id, room]));
    const texts: string[] = [];
    for (const [id, { room, until }] of rooms) {
      const state = await stateUpTo(this.#core, room, {
        until: until ?? this.#core.options.db.stream.head(),
        wants: () => true,
      });
      texts.push(`${JSON.stringify(id)}:[${state.map((event) => eventText(event)).join(",")}]`);
    }
    return texts.join(",");
  }
}

/** The results by room or by sender, in the order in which the groups first appear. */
function groupText(
  key: "room_id" | "sender",
  hits: readonly Hit[],
  next: Omit<SearchToken, "group"> | undefined,
): string {
  const groups = new Map<string, string[]>();
  for (const { event, room } of hits) {
    const value = key === "sender" ? event.sender : room.room.id;
    groups.set(value, [...(groups.get(value) ?? []), event.eventId]);
  }
  const texts = [...groups].map(([value, results], index) => {
    const more = next === undefined ? {} : { next_batch: searchToken({ ...next, group: { key, value } }) };
    return `${JSON.stringify(value)}:${JSON.stringify({ order: index + 1, results, ...more })}`;
  });
  return `"${key}":{${texts.join(",")}}`;
}
