import { failure, ok, parseRoomId, type Result, type RoomId, type UserId } from "@causeway/base";
import type { Content } from "@causeway/matrix-events";
import type { RoomsCore } from "./rooms.ts";
import type { Room, StateEntry } from "./room.ts";
import { fullSummaryOf, mayKnowOf } from "./summary.ts";

/** Which part of a space is wanted. */
export interface HierarchyWish {
  readonly root: RoomId;
  readonly suggestedOnly: boolean;
  readonly maxDepth: number;
  readonly limit: number;
  readonly from: string | undefined;
}

/** Rooms of one space that are looked at, whatever is asked for. */
const MAX_ROOMS = 2000;

/** The rooms of a space, the space first, each child before its next sibling (client-server API, "Spaces"). */
export async function hierarchyOf(core: RoomsCore, user: UserId, wish: HierarchyWish): Promise<Result<object>> {
  const skip = skipOf(wish);
  if (skip === undefined)
    return failure("M_INVALID_PARAM", "query `from`: not a token of this server, or of another question");
  const root = await core.registry.get(wish.root);
  if (root === undefined || !(await mayKnowOf(core, user, root)))
    return failure("M_FORBIDDEN", "You may not look into this room.");
  const rooms: object[] = [];
  let place = 0;
  for await (const found of walk(core, user, { ...wish, root })) {
    place += 1;
    if (place <= skip) continue;
    if (rooms.length === wish.limit) return ok({ rooms, next_batch: tokenOf(wish, place - 1) });
    rooms.push(found);
  }
  return ok({ rooms });
}

/** A token goes on with the same question only. */
function tokenOf(wish: HierarchyWish, skip: number): string {
  return `h${skip}_${wish.maxDepth}_${wish.suggestedOnly ? 1 : 0}`;
}

function skipOf(wish: HierarchyWish): number | undefined {
  if (wish.from === undefined) return 0;
  const skip = Number(/^h([0-9]{1,9})_/.exec(wish.from)?.[1] ?? Number.NaN);
  return tokenOf(wish, skip) === wish.from ? skip : undefined;
}

async function* walk(
  core: RoomsCore,
  user: UserId,
  wish: Omit<HierarchyWish, "root"> & { readonly root: Room },
): AsyncGenerator<object> {
  const seen = new Set<RoomId>([wish.root.id]);
  const ahead: { readonly room: Room; readonly depth: number }[] = [{ room: wish.root, depth: 0 }];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const { room, depth } = next;
    const head = core.options.db.stream.head();
    const children = childrenOf(room, head, wish.suggestedOnly);
    yield { ...fullSummaryOf(room, head), children_state: children.map(({ entry }) => strippedChild(entry)) };
    if (depth >= wish.maxDepth) continue;
    const below: Room[] = [];
    for (const { id } of children) {
      if (seen.has(id) || seen.size >= MAX_ROOMS) continue;
      seen.add(id);
      const child = await core.registry.get(id);
      if (child !== undefined && (await mayKnowOf(core, user, child))) below.push(child);
    }
    // The last one in comes out first.
    for (const child of below.toReversed()) ahead.push({ room: child, depth: depth + 1 });
  }
}

interface Child {
  readonly id: RoomId;
  readonly entry: StateEntry;
}

/** The children of a space in their order (client-server API, "Ordering of children within a space"). */
function childrenOf(room: Room, head: number, suggestedOnly: boolean): readonly Child[] {
  if (room.contentAt(head, "m.room.create")["type"] !== "m.space") return [];
  const children: Child[] = [];
  for (const entry of room.entriesAt(head, "m.space.child")) {
    const id = parseRoomId(entry.event.stateKey ?? "");
    if (id === undefined || !isServers(entry.content["via"])) continue;
    if (!suggestedOnly || entry.content["suggested"] === true) children.push({ id, entry });
  }
  return children.toSorted(compare);
}

function isServers(via: unknown): boolean {
  return Array.isArray(via) && via.length > 0 && via.every((server) => typeof server === "string");
}

function orderOf(content: Content): string | undefined {
  const { order } = content;
  return typeof order === "string" && /^[\x20-\x7e]{1,50}$/.test(order) ? order : undefined;
}

/** By `order` where there is one, those without after them; then by age; then by id. All in the order of code points. */
function compare(left: Child, right: Child): number {
  const [mine, theirs] = [orderOf(left.entry.content), orderOf(right.entry.content)];
  if (mine !== theirs) {
    if (mine === undefined) return 1;
    if (theirs === undefined) return -1;
    return mine < theirs ? -1 : 1;
  }
  const age = left.entry.event.ts - right.entry.event.ts;
  return age === 0 ? (left.id < right.id ? -1 : 1) : age;
}

function strippedChild({ event, content }: StateEntry): object {
  const { type, stateKey, sender, ts } = event;
  return { type, state_key: stateKey, sender, content, origin_server_ts: ts };
}
