import {
  agreeRecovery,
  askRecovery,
  deleteShares,
  getCustody,
  getDepartmentCustody,
  getRecovery,
  listRecoveries,
  putCustodianKey,
  putShares,
  refuseRecovery,
  setCustodians,
  withdrawRecovery,
} from "@causeway/contract";
import { ok } from "@causeway/base";
import { serve, type Route } from "@causeway/platform";
import type { Custody } from "./custody.ts";

/** The endpoints of custody. */
export function custodyRoutes(custody: Custody): readonly Route[] {
  return [
    serve(setCustodians, ({ caller, params, body }) => custody.set(caller.user, params.department, body)),
    serve(getDepartmentCustody, ({ caller, params }) => custody.ofDepartment(caller.user, params.department)),
    serve(getCustody, async ({ caller }) => ok(await custody.get(caller.user))),
    serve(putCustodianKey, ({ caller, body }) => custody.putKey(caller.user, body)),
    serve(putShares, ({ caller, body }) => custody.share(caller.user, body.shares)),
    serve(deleteShares, ({ caller }) => custody.forget(caller.user)),
    serve(askRecovery, ({ caller, body }) => custody.ask(caller, body.key)),
    serve(listRecoveries, ({ caller, query }) => custody.list(caller, query.list)),
    serve(getRecovery, ({ caller, params }) => custody.find(caller, params.recoveryId)),
    serve(agreeRecovery, ({ caller, params, body }) => custody.agree(caller, params.recoveryId, body.sealed)),
    serve(refuseRecovery, ({ caller, params, body }) => custody.refuse(caller, params.recoveryId, body.reason)),
    serve(withdrawRecovery, ({ caller, params }) => custody.withdraw(caller, params.recoveryId)),
  ];
}
