import type { MatrixClient } from "matrix-js-sdk";
import { SearchOrderBy } from "matrix-js-sdk/lib/@types/search.js";
import { listIn, partOf, textIn } from "../read-json.ts";
import type { Hit } from "./message-index.ts";
import { fits, type MessageQuery } from "./query.ts";

/** How much one request brings, and how many of them one step asks for when nothing fits the dates. */
const PAGE = 50;
const MOST_PAGES = 8;

/** What the server found, and where it would go on. */
export interface ServerPage {
  readonly hits: readonly Hit[];
  /** Undefined: there is no more. */
  readonly next: string | undefined;
}

/** Asks the server for messages of rooms that are not encrypted, the latest first. It knows no dates, so those are looked at here. */
export async function askServer(client: MatrixClient, query: MessageQuery, from?: string): Promise<ServerPage> {
  let next = from;
  const hits: Hit[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await client.search({ body: bodyOf(query), ...(next === undefined ? {} : { next_batch: next }) });
    const events = partOf(partOf(answer, "search_categories"), "room_events");
    const found = listIn(events, "results").flatMap((result) => hitOf(partOf(result, "result")));
    hits.push(...found.filter((hit) => fits(query, hit)));
    next = textIn(events, "next_batch") || undefined;
    const oldest = found.at(-1)?.at ?? Number.POSITIVE_INFINITY;
    const isPast = query.after !== undefined && oldest < query.after;
    if (isPast) return { hits, next: undefined };
    if (next === undefined || hits.length >= PAGE / 2) break;
  }
  return { hits, next };
}

function bodyOf(query: MessageQuery): Parameters<MatrixClient["search"]>[0]["body"] {
  return {
    search_categories: {
      room_events: {
        search_term: query.text,
        keys: ["content.body"],
        order_by: SearchOrderBy.Recent,
        filter: {
          limit: PAGE,
          types: ["m.room.message"],
          ...(query.roomId === undefined ? {} : { rooms: [query.roomId] }),
          ...(query.from === undefined ? {} : { senders: [query.from] }),
          ...(query.hasFile === true ? { contains_url: true } : {}),
        },
      },
    },
  };
}

function hitOf(event: unknown): readonly Hit[] {
  const id = textIn(event, "event_id");
  const roomId = textIn(event, "room_id");
  const sender = textIn(event, "sender");
  const at: unknown = Object(event).origin_server_ts;
  const content: Readonly<Record<string, unknown>> = Object(Object(event).content);
  if (id === "" || roomId === "" || sender === "" || typeof at !== "number") return [];
  const text = typeof content["body"] === "string" ? content["body"] : "";
  return [{ id, roomId, sender, at, text, hasFile: content["url"] !== undefined || content["file"] !== undefined }];
}
