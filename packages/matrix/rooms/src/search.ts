import { failure, ok, parseRoomId, type Result, type UserId } from "@causeway/base";
import type { RoomEventsSearch } from "@causeway/contract";
import { JsonText } from "@causeway/platform";
import type { Looker } from "./gate.ts";
import type { Reading } from "./reading.ts";
import type { RoomsCore } from "./rooms.ts";
import type { SearchLimits } from "./search-limits.ts";
import { SearchAnswers, type ResultsPage } from "./search-answer.ts";
import { searchFilterOf } from "./search-filter.ts";
import { Hits, type Hit, type HitsWanted } from "./search-hits.ts";
import type { SearchIndexer } from "./search-indexer.ts";
import { parseSearchToken, type SearchToken } from "./search-token.ts";
import { countCandidates, isSearchable, MAX_ROOM_GRAMS } from "./store-search.ts";
import type { RoomNumber } from "./stored-event.ts";
import type { UserData } from "./user-data.ts";

interface Wish {
  readonly asked: RoomEventsSearch;
  readonly token: SearchToken | undefined;
  readonly limit: number;
}

const MAX_PREDECESSORS = 20;

/** Finds events by words for people, in rooms that they are or were in. */
export class Search {
  #core: RoomsCore;
  #reading: Reading;
  #data: UserData;
  #indexer: SearchIndexer;
  #limits: SearchLimits;
  #answers: SearchAnswers;

  constructor(parts: {
    readonly core: RoomsCore;
    readonly reading: Reading;
    readonly data: UserData;
    readonly indexer: SearchIndexer;
    readonly limits: SearchLimits;
  }) {
    this.#core = parts.core;
    this.#reading = parts.reading;
    this.#data = parts.data;
    this.#indexer = parts.indexer;
    this.#limits = parts.limits;
    this.#answers = new SearchAnswers(parts);
  }

  /** The category `room_events` of an answer. `M_INVALID_PARAM` for a token that is not one of these. */
  async roomEvents(looker: Looker, asked: RoomEventsSearch, nextBatch: string | undefined): Promise<Result<JsonText>> {
    const token = nextBatch === undefined ? undefined : parseSearchToken(nextBatch);
    if (
      nextBatch !== undefined &&
      (token === undefined || (token.ranked === undefined) !== (asked.order_by === "recent"))
    )
      return failure("M_INVALID_PARAM", "query `next_batch`: not a token of this search");
    const filter = searchFilterOf(asked);
    if (!filter.ok) return filter;
    const { defaultResults, maxResults } = this.#limits;
    const limit = Math.min(asked.filter?.limit ?? defaultResults, maxResults);
    const wish: Wish = { asked, token, limit };
    const { user } = looker;
    const rooms = await this.#shown(looker, await this.#rooms(user, wish));
    const isPossible = isSearchable(asked.search_term) && rooms.size > 0;
    const page = isPossible ? await this.#page(user, wish, { rooms, filter: filter.value }) : nothing;
    return ok(new JsonText(await this.#answers.of(user, wish, page)));
  }

  /** Nothing is found in a room that the device may not see. */
  async #shown(looker: Looker, rooms: ReadonlySet<RoomNumber>): Promise<ReadonlySet<RoomNumber>> {
    const { gate, registry } = this.#core;
    if (looker.managed || !gate.isOn) return rooms;
    const shown = new Set<RoomNumber>();
    for (const number of rooms) {
      const room = await registry.get(number);
      if (room !== undefined && !gate.hides(looker, room)) shown.add(number);
    }
    return shown;
  }

  /** The rooms that are searched: those one is or was in, as the filter wants them; of upgraded ones also what they replaced. */
  async #rooms(user: UserId, { asked, token }: Wish): Promise<ReadonlySet<RoomNumber>> {
    const memberships = [...(await this.#core.memberships.of(user)).values()];
    const mine = memberships.filter(
      ({ membership, forgotten }) => /^(?:join|leave|ban)$/.test(membership) && !forgotten,
    );
    const ids = new Set<string>(mine.map(({ roomId }) => roomId));
    const wanted =
      asked.filter?.rooms === undefined ? undefined : await this.#withPredecessors(asked.filter.rooms, ids);
    const unwanted = new Set<string>(asked.filter?.not_rooms);
    const only = token?.group?.key === "room_id" ? token.group.value : undefined;
    const rooms = mine.filter(
      ({ roomId }) => wanted?.has(roomId) !== false && !unwanted.has(roomId) && (only === undefined || only === roomId),
    );
    return new Set(rooms.map(({ room }) => room));
  }

  async #withPredecessors(rooms: readonly string[], mine: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const all = new Set(rooms);
    const waiting = [...all].map((room) => ({ room, depth: 0 }));
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const id = mine.has(next.room) ? parseRoomId(next.room) : undefined;
      const room = id === undefined ? undefined : await this.#core.registry.get(id);
      const before = room?.entry("m.room.create", "")?.content["predecessor"];
      const old = typeof before === "object" && before !== null && "room_id" in before ? before.room_id : undefined;
      if (typeof old !== "string" || all.has(old) || next.depth >= MAX_PREDECESSORS) continue;
      all.add(old);
      waiting.push({ room: old, depth: next.depth + 1 });
    }
    return all;
  }

  async #page(
    user: UserId,
    wish: Wish,
    where: {
      readonly rooms: ReadonlySet<RoomNumber>;
      readonly filter: Pick<HitsWanted, "wants"> & { readonly clauses: HitsWanted["want"]["clauses"] };
    },
  ): Promise<ResultsPage> {
    const { asked, token } = wish;
    const head = this.#core.options.db.stream.head();
    await this.#indexer.reach(head, this.#limits.patienceMs);
    const bySender = token?.group?.key === "sender" ? [{ sql: "e.sender = ?", parameters: [token.group.value] }] : [];
    const want: HitsWanted["want"] = {
      term: asked.search_term,
      rooms: where.rooms.size <= MAX_ROOM_GRAMS ? [...where.rooms] : { member: user },
      clauses: [...where.filter.clauses, ...bySender],
    };
    const hits = new Hits(this.#core, this.#reading, {
      reader: user,
      ignored: await this.#data.ignoredBy(user),
      want,
      isIn: (room) => where.rooms.has(room),
      wants: where.filter.wants,
    });
    const page = asked.order_by === "recent" ? await this.#recent(hits, wish) : await this.#ranked(hits, wish);
    const { maxCount: limit } = this.#limits;
    const count =
      token?.count ??
      page.count ??
      (await countCandidates(this.#core.options.db, { ...want, from: 0, to: Number.MAX_SAFE_INTEGER, limit }));
    return { ...page, count };
  }

  /** The newest hits. `count` is known when all of them are on the page. */
  async #recent(
    hits: Hits,
    { token, limit }: Wish,
  ): Promise<Omit<ResultsPage, "count"> & { readonly count: number | undefined }> {
    const found: Hit[] = [];
    let to = token === undefined ? Number.MAX_SAFE_INTEGER : token.pos - 1;
    // The first page says how many there are, so it looks further than it needs.
    const size = token === undefined ? this.#limits.window : Math.min(this.#limits.window, limit * 2);
    for (let round = 0; round < this.#limits.maxWindows; round += 1) {
      const { hits: some, bottom } = await hits.among({ from: 0, to, limit: size });
      found.push(...some);
      const isAll = bottom === undefined && token === undefined;
      if (found.length >= limit) {
        const page = found.slice(0, limit);
        return {
          hits: page,
          next: { pos: page.at(-1)?.event.pos ?? to, ranked: undefined },
          count: isAll ? found.length : undefined,
        };
      }
      if (bottom === undefined) return { hits: found, next: undefined, count: isAll ? found.length : undefined };
      to = bottom - 1;
    }
    return { hits: found, next: { pos: to + 1, ranked: undefined }, count: undefined };
  }

  /** The best hits of the newest candidates; when they are used up, the best of those before. */
  async #ranked(
    hits: Hits,
    { token, limit }: Wish,
  ): Promise<Omit<ResultsPage, "count"> & { readonly count: number | undefined }> {
    const found: Hit[] = [];
    let after = token?.ranked === undefined || token.ranked.rank > 1 ? undefined : { ...token.ranked, pos: token.pos };
    let top = token?.ranked?.top ?? Number.MAX_SAFE_INTEGER;
    let bottom = after?.bottom ?? 0;
    for (let round = 0; round < this.#limits.maxWindows; round += 1) {
      const known = after;
      // What was ranked together stays together, however much has been redacted of it or belongs to another group.
      const range = {
        from: bottom === 0 ? 0 : bottom - 1,
        to: top,
        limit: known === undefined ? this.#limits.window : this.#limits.window * 2,
      };
      const page = await hits.among(range);
      if (known === undefined) bottom = page.bottom ?? 0;
      const rest = page.hits
        .toSorted((left, right) => right.rank - left.rank || right.event.pos - left.event.pos)
        .filter(
          ({ rank, event }) =>
            known === undefined || rank < known.rank || (rank === known.rank && event.pos < known.pos),
        );
      found.push(...rest.slice(0, limit - found.length));
      const isAll = token === undefined && round === 0 && bottom === 0;
      const last = found.at(-1);
      if (found.length >= limit && last !== undefined) {
        const ranked = { rank: last.rank, top: Math.min(top, page.hits[0]?.event.pos ?? top), bottom };
        return { hits: found, next: { pos: last.event.pos, ranked }, count: isAll ? rest.length : undefined };
      }
      if (bottom === 0) return { hits: found, next: undefined, count: isAll ? rest.length : undefined };
      after = undefined;
      top = bottom - 1;
      bottom = 0;
    }
    // A rank that none has: the next page begins a new window.
    return { hits: found, next: { pos: top, ranked: { rank: 2, top, bottom: 0 } }, count: undefined };
  }
}

const nothing: ResultsPage = { hits: [], count: 0, next: undefined };
