import { listPostRooms, tieRoom, untieRoom } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { PostRoomKeeper } from "./post-rooms.ts";

/** Rooms of posts. */
export function postRoomRoutes(keeper: PostRoomKeeper): readonly Route[] {
  return [
    serve(tieRoom, ({ caller, params }) => keeper.tie(caller.user, params.postId, params.roomId)),
    serve(untieRoom, ({ caller, params }) => keeper.untie(caller.user, params.postId, params.roomId)),
    serve(listPostRooms, ({ caller, params }) => keeper.list(caller.user, params.postId)),
  ];
}
