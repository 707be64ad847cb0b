import { failure, ok } from "@causeway/base";
import { getPresence, sendReceipt, setPresence, setReadMarkers, setTyping } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { Live } from "./live.ts";
import type { Receipts } from "./receipts.ts";

const DEFAULT_TYPING_MS = 30_000;

/** The endpoints of receipts, read markers, typing and presence. */
export function liveRoutes(receipts: Receipts, live: Live): readonly Route[] {
  return [
    serve(sendReceipt, ({ caller, params, body }) => {
      const { roomId, eventId, receiptType } = params;
      const { thread_id: thread = "" } = body;
      if (typeof thread !== "string" || (thread === "" && body.thread_id !== undefined) || thread.length > 255)
        return failure("M_INVALID_PARAM", "body `thread_id`: not `main` or an event id");
      if (receiptType !== "m.fully_read")
        return receipts.read(caller.user, roomId, {
          eventId,
          kind: receiptType === "m.read" ? "public" : "private",
          thread,
        });
      return thread === ""
        ? receipts.setFullyRead(caller.user, roomId, eventId)
        : failure("M_INVALID_PARAM", "body `thread_id`: a fully-read marker is of the whole room");
    }),
    serve(setReadMarkers, async ({ caller, params, body }) => {
      const { "m.fully_read": fully, "m.read": read, "m.read.private": readPrivately } = body;
      const fullyRead = fully === undefined ? ok({}) : await receipts.setFullyRead(caller.user, params.roomId, fully);
      if (!fullyRead.ok) return fullyRead;
      const publicly =
        read === undefined
          ? ok({})
          : await receipts.read(caller.user, params.roomId, { eventId: read, kind: "public", thread: "" });
      if (!publicly.ok || readPrivately === undefined) return publicly;
      return await receipts.read(caller.user, params.roomId, { eventId: readPrivately, kind: "private", thread: "" });
    }),
    serve(setTyping, ({ caller, params, body }) =>
      params.userId === caller.user
        ? live.type(caller.user, params.roomId, { typing: body.typing, timeoutMs: body.timeout ?? DEFAULT_TYPING_MS })
        : failure("M_FORBIDDEN", "Nobody types for somebody else."),
    ),
    serve(getPresence, ({ caller, params }) => live.presenceOf(caller.user, params.userId)),
    serve(setPresence, ({ caller, params, body }) => {
      if (params.userId !== caller.user) return failure("M_FORBIDDEN", "Nobody is there for somebody else.");
      live.setPresence(caller.user, body.presence, body.status_msg ?? undefined);
      return ok({});
    }),
  ];
}
