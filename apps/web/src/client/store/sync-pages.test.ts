import assert from "node:assert/strict";
import { test } from "node:test";
import type { IRooms } from "matrix-js-sdk/lib/sync-accumulator.js";
import { joinRooms, roomsIn, withOneRoom } from "./sync-pages.ts";

test("a sync is taken apart by room and put together again without loss", () => {
  const invited = { invite_state: { events: [] } };
  const rooms: IRooms = {
    join: {},
    invite: { "!a:b": invited, "!c:d": invited },
    leave: {},
    knock: { "!e:f": { knock_state: { events: [] } } },
  };
  assert.deepEqual(roomsIn(rooms), ["!a:b", "!c:d", "!e:f"]);
  const pages = roomsIn(rooms).map((roomId) => withOneRoom("s1", { roomId, rooms }).rooms);
  assert.deepEqual(
    pages.map((page) => roomsIn(page).length),
    [1, 1, 1],
  );
  assert.deepEqual(joinRooms(pages), rooms);
  assert.deepEqual(roomsIn(withOneRoom("s1").rooms), []);
  assert.deepEqual(roomsIn(undefined), []);
});
