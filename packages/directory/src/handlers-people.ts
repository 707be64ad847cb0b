import { failure, ok, serverOf, type Instant, type UserId } from "@causeway/base";
import { addPerson, getMe, getPerson, personLeaves, renamePerson } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { DirectoryCore } from "./core.ts";
import { dutiesOf, openDelegationsOf } from "./duties.ts";
import { unknown } from "./errors.ts";
import { displayNameOf } from "./person-entry.ts";
import { planDeparture, planPerson, planRename } from "./plan-people.ts";
import { delegationView, heldPostView } from "./views.ts";

/** Roles that only those see who may read roles, and whoever holds them. */
const HIDDEN: readonly string[] = ["system-administrator", "security-administrator", "auditor"];

function personView(core: DirectoryCore, user: UserId, of: { readonly now: Instant; readonly all: boolean }): object {
  const { state } = core;
  const { now } = of;
  const person = state.people.get(user);
  const { duties } = dutiesOf(state, user, now);
  const shown = duties.filter((duty) => of.all || !HIDDEN.includes(duty.role));
  return {
    user_id: user,
    ...(person === undefined
      ? {}
      : {
          display_name: displayNameOf(person),
          name_en: person.nameEn,
          name_zh: person.nameZh,
          ...(person.left === undefined ? {} : { left: person.left }),
        }),
    posts: state.openAppointmentsOf(user, now).map((one) => heldPostView(state, one, now)),
    roles: [...new Set(shown.map((duty) => duty.role))].toSorted(),
    duties: shown.map(({ role, department }) => {
      const code = department === undefined ? undefined : state.units.get(department)?.code;
      return { role, ...(code === undefined ? {} : { department: code }) };
    }),
  };
}

/** People. */
export function peopleRoutes(core: DirectoryCore): readonly Route[] {
  const { state } = core;
  return [
    serve(getMe, ({ caller, now }) =>
      ok({
        ...personView(core, caller.user, { now, all: true }),
        delegations: openDelegationsOf(state, caller.user, now).map((one) => delegationView(state, one, now)),
      }),
    ),
    serve(getPerson, ({ caller, params, now }) => {
      if (state.people.get(params.userId) === undefined) return unknown("person");
      const all = caller.user === params.userId || core.may(caller.user, "roles.read");
      return ok(personView(core, params.userId, { now, all }));
    }),
    ...writingRoutes(core),
  ];
}

function writingRoutes(core: DirectoryCore): readonly Route[] {
  const { accounts } = core.options;
  return [
    serve(addPerson, async ({ caller, body, now }) => {
      const userId = accounts.userOf(body.user_id);
      if (userId === undefined || serverOf(userId) !== serverOf(body.user_id)) return failure("M_INVALID_USERNAME");
      const wish = { userId, nameEn: body.name_en, nameZh: body.name_zh };
      const act = { caller, action: "directory.write", act: "person.entered", on: userId } as const;
      const done = await core.act(act, async (planning) =>
        planPerson(planning, wish, await accounts.standingOf(userId)),
      );
      return done.ok ? ok(personView(core, userId, { now, all: false })) : done;
    }),
    serve(renamePerson, async ({ caller, params, body, now }) => {
      const names = { nameEn: body.name_en, nameZh: body.name_zh };
      const act = { caller, action: "directory.write", act: "person.renamed", on: params.userId } as const;
      const done = await core.act(act, (planning) => planRename(planning, params.userId, names));
      return done.ok ? ok(personView(core, params.userId, { now, all: false })) : done;
    }),
    serve(personLeaves, ({ caller, params }) => {
      const act = { caller, action: "directory.write", act: "person.left", on: params.userId } as const;
      return core.act(act, async (planning) =>
        planDeparture(planning, params.userId, await accounts.standingOf(params.userId)),
      );
    }),
  ];
}
