import { ok, parseReorganisationId, type Instant, type Result } from "@causeway/base";
import { type ReorganisationPlan } from "@causeway/contract";
import type { Planning } from "./changes.ts";
import { newId } from "./new-id.ts";
import type { DirectoryCore } from "./core.ts";
import { planReorganisation } from "./plan-reorganise.ts";
import type { Reorganisation } from "./types.ts";

/** Does a reorganisation, or keeps it for its time; one that could not be done now as things stand is refused now. */
export function planOrSchedule(
  planning: Planning,
  core: Pick<DirectoryCore, "state">,
  wish: { readonly plan: ReorganisationPlan; readonly at: Instant | undefined },
): Result<Reorganisation> {
  const { draft, actor, now } = planning;
  const at = wish.at ?? now;
  const isLater = at > now;
  const tried = planReorganisation(isLater ? { ...planning, draft: core.state.draft() } : planning, wish.plan);
  if (!tried.ok) return tried;
  if (actor.kind !== "person") throw new Error("a reorganisation is somebody's");
  const kept: Reorganisation = {
    id: newId("re_", parseReorganisationId),
    at: isLater ? at : now,
    plan: wish.plan,
    status: isLater ? "scheduled" : "done",
    fault: undefined,
    by: actor.user,
  };
  draft.put("reorganisations", kept);
  return ok(kept);
}

/** Does the reorganisations whose time has come, in the order of their times. One that cannot be done any more is marked with why. */
export async function doDue(core: DirectoryCore): Promise<void> {
  const now = core.now();
  const due = [...core.state.reorganisations.all()]
    .filter((one) => one.status === "scheduled" && one.at <= now)
    .toSorted((left, right) => left.at - right.at);
  for (const { id, plan } of due) {
    const done = await core.run("system", { act: "reorganised", on: id }, (planning) => {
      const current = planning.draft.reorganisations.get(id);
      // Somebody may have been faster, in another process.
      if (current?.status !== "scheduled") return ok({});
      planning.draft.put("reorganisations", { ...current, status: "done" });
      return planReorganisation(planning, plan);
    });
    if (done.ok) continue;
    const reason = done.error.extra?.["reason"];
    const fault = typeof reason === "string" ? `${done.error.code} ${reason}` : done.error.code;
    await core.run("system", { act: "reorganisation.failed", on: id }, ({ draft }) => {
      const current = draft.reorganisations.get(id);
      if (current?.status === "scheduled") draft.put("reorganisations", { ...current, status: "failed", fault });
      return ok({});
    });
  }
}
