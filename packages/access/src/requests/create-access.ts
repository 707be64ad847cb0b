import { Turns } from "@causeway/platform";
import type { Access, AccessOptions } from "./access.ts";
import { Asking } from "./asking.ts";
import { Clockwork } from "./clockwork.ts";
import { AccessCore } from "./core.ts";
import { Deciding } from "./deciding.ts";
import { Desk } from "./desk.ts";
import { Ending } from "./ending.ts";
import { Granting } from "./granting.ts";
import { grantRoutes } from "./handlers-grants.ts";
import { registerRoutes } from "./handlers-register.ts";
import { requestRoutes } from "./handlers-requests.ts";
import { Looking } from "./looking.ts";
import { partyTo } from "./proving.ts";
import { Register } from "./register.ts";
import { Reviewing } from "./reviewing.ts";
import { findGrant } from "./store-grants.ts";
import { findRequest, waitingRequests } from "./store-requests.ts";

/** Builds requests, decisions and grants. */
export function createAccess(options: AccessOptions): Access {
  const core = new AccessCore(options);
  const desk = new Desk(core);
  const asking = new Asking(core, desk);
  const deciding = new Deciding(core, desk);
  const granting = new Granting(core, desk, deciding);
  const ending = new Ending(core, granting);
  const reviewing = new Reviewing(core, desk, granting);
  const looking = new Looking(core, desk);
  const register = new Register(core, desk);
  const clockwork = new Clockwork(core, { desk, granting, ending, later: [reviewing, looking] });
  const turns = new Turns();
  const parts = { desk, asking, deciding, granting };
  return {
    routes: [
      ...requestRoutes(core, parts),
      ...grantRoutes(core, parts),
      ...registerRoutes(core, { register, reviewing, looking }),
    ],
    load: () => core.live.load(),
    tick: () =>
      turns.run("tick", async () => {
        await clockwork.tick();
        await core.news.again();
      }),
    settle: () => core.news.settled(),
    subscribe: (listener) => core.news.subscribe(listener),
    decide: (wish) => deciding.decide(wish),
    advise: (wish) => deciding.advise(wish),
    requestOf: (id) => findRequest(options.db, id),
    grantOf: (id) => findGrant(options.db, id),
    openRequests: () => waitingRequests(options.db),
    viewOf: async (id, reader) => {
      const view = await desk.view(id, reader);
      return view.ok ? view.value : undefined;
    },
    approversOf: (request) => desk.approval.approversOf(request).map((one) => one.user),
    advisersOf: (request) => desk.approval.advisersOf(request),
    grantsInForce: () => core.live.inForce(),
    onGrantsChanged: (listener) => core.live.listen(listener),
    lookAt: ({ reader, person }) => looking.openTo(reader, person),
    partyTo: (wish) => partyTo({ core, desk }, wish),
    ending,
    directoryChanged: (events) => ending.directoryChanged(events),
  };
}
