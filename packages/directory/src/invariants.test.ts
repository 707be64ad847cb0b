import { instant, parseUserId, type Result, type UserId } from "@causeway/base";
import { administratorRoles, postRoles } from "@causeway/contract";
import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Planning } from "./changes.ts";
import { dutiesOf } from "./duties.ts";
import { isInForce, isOpen, LiveState } from "./live-state.ts";
import { planAppointment, planAppointmentEnd } from "./plan-appointments.ts";
import { planDeparture, planPerson } from "./plan-people.ts";
import { planPost, planPostAbolition, planPostRoles } from "./plan-posts.ts";
import { planReorganisation } from "./plan-reorganise.ts";
import { planDelegation, planRole } from "./plan-roles.ts";
import { planDepartment } from "./plan-units.ts";
import type { Actor, Rules } from "./ports.ts";

const everything: Rules = {
  decide: () => ({ allowed: true }),
  mayGrantRole: () => ({ allowed: true }),
  mayTakeRole: () => ({ allowed: true }),
};
const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

function user(n: number): UserId {
  const found = parseUserId(`@u${n}:test`);
  assert.ok(found !== undefined);
  return found;
}

const SECURITY: Actor = { kind: "person", user: user(99), roles: new Set(["security-administrator"]) };

/** One thing that somebody tries; the numbers choose among what there is. */
interface Step {
  readonly what: number;
  readonly a: number;
  readonly b: number;
  readonly hours: number;
  readonly flag: boolean;
}

/** How often each thing that was tried was done. */
const done = new Map<number, number>();

/** A directory that is changed as the product changes it, without a database. */
class Model {
  readonly state = new LiveState();
  now = START;
  #departments = 0;

  try(step: Step): void {
    this.now += step.hours * HOUR;
    const draft = this.state.draft();
    const now = instant(this.now);
    const planning: Planning = {
      ...{ draft, now, newAccounts: new Set(), endingAccounts: new Set() },
      actor: step.flag ? { kind: "operator" } : SECURITY,
    };
    if (this.#plan(planning, step)?.ok !== true) return;
    this.state.apply(draft.changes(), this.state.revision + 1);
    done.set(step.what, (done.get(step.what) ?? 0) + 1);
  }

  #plan(planning: Planning, { what, a, b, hours, flag }: Step): Result<unknown> | undefined {
    const { draft, now } = planning;
    const posts = [...draft.posts.all()].filter((post) => post.ended === undefined);
    const departments = [...draft.units.all()].filter((unit) => unit.ended === undefined);
    const post = posts[a % Math.max(1, posts.length)];
    const department = departments[a % Math.max(1, departments.length)];
    const other = departments[b % Math.max(1, departments.length)];
    const until = instant(now + (1 + (hours % 5)) * HOUR);
    switch (what) {
      case 0:
        return planDepartment(planning, { code: `D${(this.#departments += 1)}`, nameEn: "D", nameZh: "" });
      case 1:
        if (department === undefined) return undefined;
        return planPost(planning, department, {
          code: `P${b}`,
          titleEn: "P",
          titleZh: "",
          unit: undefined,
          isHead: flag,
        });
      case 2:
        return planPerson(planning, { userId: user(b), nameEn: "N", nameZh: "" }, "none");
      case 3:
      case 4:
        if (post === undefined) return undefined;
        return planAppointment(planning, post, {
          userId: user(b),
          kind: what === 3 ? "substantive" : "acting",
          from: flag ? undefined : instant(now + HOUR),
          until: what === 3 ? undefined : instant(until + HOUR),
        });
      case 5: {
        const open = [...draft.appointments.all()].filter((one) => isOpen(one, now));
        const one = open[a % Math.max(1, open.length)];
        return one === undefined ? undefined : planAppointmentEnd(planning, one.id, flag ? undefined : until);
      }
      case 6:
        return planDeparture(planning, user(b), "active");
      case 7: {
        const role = flag ? "system-administrator" : "security-administrator";
        return planRole(planning, everything, {
          userId: user(b),
          role,
          department: undefined,
          until: a % 2 === 0 ? until : undefined,
        });
      }
      case 8: {
        const theirs = draft.posts.get(draft.openAppointmentsOf(user(b), now)[0]?.post ?? "");
        const at = theirs === undefined ? undefined : draft.units.get(theirs.department);
        if (at === undefined) return undefined;
        const wish = { department: at, userId: user(b), from: undefined, until, limits: {} };
        return planDelegation({ ...planning, actor: SECURITY }, wish, { maxDelegationDays: 30 });
      }
      case 9:
        if (post === undefined) return undefined;
        return planPostRoles(planning, everything, { post: post.id, roles: [...postRoles].slice(0, b % 3) });
      case 10:
        return post === undefined ? undefined : planPostAbolition(planning, post.id);
      default:
        if (department === undefined || other === undefined || department === other) return undefined;
        return planReorganisation(planning, {
          ends: [department.code],
          into: [{ code: other.code, departments: [department.code], units: [], posts: [] }],
          ...{ rename_units: [], rename_posts: [] },
        });
    }
  }

  check(): void {
    const { state } = this;
    const now = instant(this.now);
    for (const post of state.posts.all()) {
      const inForce = state.appointments.by("byPost", post.id).filter((one) => isInForce(one, now));
      for (const kind of ["substantive", "acting"])
        assert.ok(inForce.filter((one) => one.kind === kind).length <= 1, "a post has one holder, and one who acts");
      if (post.ended !== undefined) assert.deepEqual(inForce, [], "nobody has a post that is abolished");
      else assert.equal(state.units.get(post.department)?.ended, undefined, "an open post is in an open department");
    }
    for (const unit of state.units.all()) {
      assert.ok(state.openPosts(unit.id).filter((post) => post.isHead).length <= 1, "a department has one Head");
      if (unit.ended !== undefined) assert.ok(state.successorsOf(unit).length > 0, "a department became something");
    }
    for (let n = 0; n < 6; n += 1) this.#checkPerson(user(n));
  }

  #checkPerson(who: UserId): void {
    const now = instant(this.now);
    for (const at of [now, instant(now + HOUR), instant(now + 3 * HOUR)]) {
      const { duties } = dutiesOf(this.state, who, at);
      const held = administratorRoles.filter((role) => duties.some((duty) => duty.role === role));
      assert.ok(held.length <= 1, "nobody is both administrators, now or later");
      const departments = this.state
        .openAppointmentsOf(who, at)
        .map((one) => this.state.posts.get(one.post)?.department);
      for (const duty of duties)
        if (duty.role === "delegate") assert.ok(departments.includes(duty.department), "a delegate has a post there");
    }
    const person = this.state.people.get(who);
    if (person?.left !== undefined)
      assert.deepEqual(
        dutiesOf(this.state, who, now).duties.filter(
          (duty) => duty.role !== "system-administrator" && duty.role !== "security-administrator",
        ),
        [],
        "a leaver is nothing",
      );
  }
}

test("whatever is tried in whatever order, a post has one holder, a department one Head, and nobody is both administrators", () => {
  const step = fc.record({
    what: fc.constantFrom(0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 5, 6, 7, 7, 8, 8, 8, 8, 8, 9, 10, 11),
    a: fc.nat(20),
    b: fc.nat(5),
    hours: fc.nat(4),
    flag: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 60, maxLength: 120 }), (steps) => {
      const model = new Model();
      for (const one of steps) {
        model.try(one);
        model.check();
      }
    }),
    { numRuns: 150 },
  );
  for (let what = 0; what <= 11; what += 1) assert.ok((done.get(what) ?? 0) > 20, `${what} is hardly ever done`);
});
