import { ok } from "@causeway/base";
import { extendGrant, getGrant, listGrants, reviewGlass, revokeGrant } from "@causeway/contract";
import { serve, type Route } from "@causeway/platform";
import { machineOf } from "./asking.ts";
import type { AccessCore } from "./core.ts";
import { isInForce } from "./live-grants.ts";
import type { Parts } from "./parts.ts";
import { stepsOf } from "./store-steps.ts";
import { useView } from "./views.ts";

/** Grants. */
export function grantRoutes(core: AccessCore, { desk, granting }: Parts): readonly Route[] {
  return [
    serve(listGrants, ({ caller, ip }) => {
      const now = core.now();
      const machine = machineOf(core, { user: caller.user, ip }, undefined);
      const key = machine.ok ? machine.value : undefined;
      const mine = [...core.live.all()].filter(
        (grant) =>
          isInForce(grant, now) &&
          (core.live.usersOf(grant).includes(caller.user) ||
            (grant.terms.scope === "machine" && key !== undefined && grant.machines.includes(key))),
      );
      const sorted = mine.toSorted((left, right) => left.ends - right.ends || (left.id < right.id ? -1 : 1));
      return ok({ grants: sorted.map((grant) => desk.views.grant(grant, caller.user)) });
    }),
    serve(getGrant, async ({ caller, params }) => {
      const seen = await granting.seen(params.grantId, caller.user);
      if (!seen.ok) return seen;
      const { grant, request } = seen.value;
      const { db, uses } = core.options;
      const steps = (await stepsOf(db, [grant.id])).map((step) => desk.views.step(step));
      // How much it was used is for those who decide whether it is needed.
      const decides = request !== undefined && desk.views.isEntitled(request, caller.user);
      const use = decides ? { use: useView(await uses([grant.id]), grant.id) } : {};
      const more = request === undefined ? {} : { request };
      return ok({ ...desk.views.grant(grant, caller.user, { ...more, ...use }), steps });
    }),
    serve(extendGrant, ({ caller, params, body }) => granting.extend(caller.user, params.grantId, body)),
    serve(revokeGrant, ({ caller, params, body }) => granting.revoke(caller.user, params.grantId, body.reason)),
    serve(reviewGlass, ({ caller, params, body }) => granting.reviewGlass(caller.user, params.grantId, body)),
  ];
}
