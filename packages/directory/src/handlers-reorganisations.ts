import { ok } from "@causeway/base";
import { cancelReorganisation, listReorganisations, reorganise } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import type { DirectoryCore } from "./core.ts";
import { conflict, unknown } from "./errors.ts";
import { planOrSchedule } from "./reorganisations.ts";
import { reorganisationView } from "./views.ts";

/** Mergers and splits. */
export function reorganisationRoutes(core: DirectoryCore): readonly Route[] {
  return [
    serve(listReorganisations, () => {
      const all = [...core.state.reorganisations.all()].toSorted(
        (left, right) => left.at - right.at || (left.id < right.id ? -1 : 1),
      );
      return ok({ reorganisations: all.map(reorganisationView) });
    }),
    serve(reorganise, async ({ caller, body }) => {
      const { at, ...plan } = body;
      const act = { caller, action: "directory.write", act: "reorganised", on: plan.into[0]?.code ?? "" } as const;
      const done = await core.act(act, (planning) => planOrSchedule(planning, core, { plan, at }));
      return done.ok ? ok(reorganisationView(done.value)) : done;
    }),
    serve(cancelReorganisation, async ({ caller, params }) => {
      const id = params.reorganisationId;
      const act = { caller, action: "directory.write", act: "reorganisation.cancelled", on: id } as const;
      const done = await core.act(act, ({ draft }) => {
        const current = draft.reorganisations.get(id);
        if (current === undefined) return unknown("reorganisation");
        if (current.status !== "scheduled") return conflict("over", "It has been done, or cancelled, already.");
        const cancelled = { ...current, status: "cancelled" } as const;
        draft.put("reorganisations", cancelled);
        return ok(cancelled);
      });
      return done.ok ? ok(reorganisationView(done.value)) : done;
    }),
  ];
}
