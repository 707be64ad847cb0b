import { ok } from "@causeway/base";
import { searchEvents } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { Search } from "./search.ts";

/** The endpoint of searches among events. */
export function searchRoutes(search: Search): readonly Route[] {
  return [
    serve(searchEvents, ({ caller, query, body }) => {
      const { room_events: asked } = body.search_categories;
      return asked === undefined ? ok({ search_categories: {} }) : search.roomEvents(caller, asked, query.next_batch);
    }),
  ];
}
