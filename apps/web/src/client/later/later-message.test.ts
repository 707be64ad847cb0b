import assert from "node:assert/strict";
import { test } from "node:test";
import { laterKey, merged, parseLater, readDelayed, type LaterMessage } from "./later-message.ts";

const content = { msgtype: "m.text", body: "早晨" };

function waiting(delayId: string, more: object = {}): object {
  const about = { delay_id: delayId, room_id: "!a:b", type: "m.room.message", content };
  return { ...about, scheduled_at: 1000, delay_ms: 500, ...more };
}

function message(id: string, more: Partial<LaterMessage> = {}): LaterMessage {
  return { id, roomId: "!a:b", at: 1500, content, state: "scheduled", delayId: `d-${id}`, ...more };
}

test("the server's list is read for messages alone, and nothing of a wrong type is trusted", () => {
  const list = readDelayed({
    scheduled: [
      waiting("d1"),
      waiting("d2", { type: "m.room.encrypted" }),
      waiting("call", { type: "org.matrix.msc3401.call.member", state_key: "@a:b" }),
      waiting("state", { state_key: "" }),
      waiting("", {}),
      waiting("d3", { scheduled_at: "soon" }),
      waiting("d4", { content: null }),
      waiting("d5", { room_id: 7 }),
      null,
      "x",
    ],
    finalised: [
      { delayed_event: waiting("e1"), outcome: "send", reason: "delay" },
      {
        delayed_event: waiting("e2"),
        outcome: "cancel",
        reason: "error",
        error: { error: "You are not in this room." },
      },
      { delayed_event: waiting("e3"), outcome: "cancel", reason: "action" },
      {},
    ],
  });
  assert.deepEqual(
    list.waiting.map(({ delayId, at }) => [delayId, at]),
    [
      ["d1", 1500],
      ["d2", 1500],
    ],
  );
  assert.deepEqual(
    list.over.map(({ delayId, outcome, words }) => [delayId, outcome, words]),
    [
      ["e1", "sent", ""],
      ["e2", "failed", "You are not in this room."],
      ["e3", "cancelled", ""],
    ],
  );
  for (const broken of [null, 7, [], { scheduled: {} }])
    assert.deepEqual(readDelayed(broken), { waiting: [], over: [] });
});

test("what the server tells is joined to what is known here: sent, failed, given up elsewhere, scheduled elsewhere", () => {
  const known = [
    message("moved"),
    message("sent"),
    message("failed"),
    message("elsewhere"),
    message("queued", { state: "queued", delayId: undefined }),
    message("changed", { state: "queued", delayId: undefined, replaces: "d-old" }),
  ];
  const list = readDelayed({
    scheduled: [waiting("d-moved", { delay_ms: 900 }), waiting("d-old"), waiting("d-other")],
    finalised: [
      { delayed_event: waiting("d-sent"), outcome: "send" },
      { delayed_event: waiting("d-failed"), outcome: "cancel", reason: "error", error: { error: "No." } },
      { delayed_event: waiting("d-elsewhere"), outcome: "cancel", reason: "action" },
      { delayed_event: waiting("d-missed"), outcome: "cancel", reason: "error", error: {} },
      { delayed_event: waiting("d-seen"), outcome: "cancel", reason: "error" },
    ],
  });
  const now = merged(known, list, new Set(["d-seen"]));
  assert.deepEqual(
    now.map(({ id, state, at }) => `${id} ${state} ${at}`),
    [
      "moved scheduled 1900",
      "sent sent 1500",
      "failed failed 1500",
      "queued queued 1500",
      "changed queued 1500",
      "d-other scheduled 1500",
      "d-missed failed 1500",
    ],
  );
  assert.deepEqual(now.find(({ id }) => id === "failed")?.fault, { kind: "refused", words: "No." });
  assert.deepEqual(
    merged(now, list, new Set(["d-seen"])).map(({ id }) => id),
    now.map(({ id }) => id),
    "told again, nothing is there twice",
  );
});

test("what is kept is read again, and anything else counts as nothing", () => {
  const kept = message("m1", { state: "failed", fault: { kind: "refused", words: "No.", latest: 9 }, replaces: "d0" });
  const { id: _id, roomId: _room, ...value } = kept;
  assert.deepEqual(parseLater({ key: laterKey(kept), value: JSON.parse(JSON.stringify(value)) }), [kept]);
  for (const broken of [null, 7, {}, { at: 1 }, { at: "1", state: "queued" }, { at: 1, state: "sent" }])
    assert.deepEqual(parseLater({ key: laterKey(kept), value: broken }), []);
  assert.deepEqual(parseLater({ key: "later", value }), []);
});
