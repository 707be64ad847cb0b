import { instant } from "@causeway/base";
import type { MachineSeen } from "@causeway/policy";
import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerCounts } from "./counts.ts";
import { SteadyClock } from "./steady-clock.ts";

const desk: MachineSeen = { key: "addr:192.0.2.7", class: "internal-desktop", department: "un_11111111" };

test("answers are counted by service, department and class, and by grant; nothing says where they were asked", () => {
  const counts = new AnswerCounts();
  counts.count(desk, { allowed: false, reason: "blocked", service: "whatsapp" });
  counts.count(desk, { allowed: true, by: "grant", service: "whatsapp", grant: "gr_1", upload: false });
  counts.count(desk, { allowed: true, by: "observed", service: "whatsapp", upload: true });
  counts.count(desk, { allowed: true, by: "rule", service: "whatsapp", upload: true });
  counts.count(desk, { allowed: true, by: "unlisted", upload: true });
  const taken = counts.take();
  assert.deepEqual(taken, {
    services: [
      {
        ...{ service: "whatsapp", department: "un_11111111", machineClass: "internal-desktop" },
        ...{ allowed: 1, granted: 1, observed: 1, refused: 1 },
      },
    ],
    grants: [{ grant: "gr_1", uses: 1 }],
  });
  assert.ok(!JSON.stringify(taken).includes("192.0.2.7"));
  assert.ok(counts.isEmpty);
});

test("what could not be told is counted on", () => {
  const counts = new AnswerCounts();
  counts.count(desk, { allowed: false, reason: "blocked", service: "drive" });
  const taken = counts.take();
  counts.count(desk, { allowed: false, reason: "blocked", service: "drive" });
  counts.putBack(taken);
  assert.equal(counts.take().services[0]?.refused, 2);
});

test("a point's time never goes back and never stands still, and it says so when the machine's clock was turned back", () => {
  let [time, elapsed] = [1_000_000, 0];
  const clock = new SteadyClock({ now: () => instant(time) }, instant(0), () => elapsed);
  assert.equal(clock.now(), 1_000_000);
  time = 5_000;
  elapsed = 250;
  assert.equal(clock.now(), 1_000_250);
  assert.ok(clock.wentBack);
  clock.knows(instant(2_000_000));
  assert.equal(clock.now(), 2_000_000);
  elapsed = 3_600_250;
  assert.equal(clock.now(), 5_600_000);
  time = 5_700_000;
  assert.equal(clock.now(), 5_700_000);
  assert.ok(!clock.wentBack);
});
