import { failure, ok, parseGrantId, parseLookId, parseRequestId, type Result, type UserId } from "@causeway/base";
import type { AccessCore } from "./core.ts";
import type { Desk } from "./desk.ts";
import { findGrant } from "./store-grants.ts";
import { findLook } from "./store-looks.ts";
import { findRequest } from "./store-requests.ts";

/**
 * Whether somebody is a party to each of these things, so that the log proves them to them: to a request or a grant whoever may read
 * the request with its reasons, to a look the two who opened it and, once told, the person. What is not theirs is like what is not there.
 */
export async function partyTo(
  parts: { readonly core: AccessCore; readonly desk: Desk },
  wish: { readonly reader: UserId; readonly things: readonly string[] },
): Promise<Result<object>> {
  for (const thing of wish.things)
    if (!(await isParty(parts, wish.reader, thing))) return failure("NOT_PERMITTED", undefined, { reason: "no-party" });
  return ok({});
}

async function isParty(
  { core, desk }: { readonly core: AccessCore; readonly desk: Desk },
  reader: UserId,
  thing: string,
): Promise<boolean> {
  const { db } = core.options;
  const lookId = parseLookId(thing);
  if (lookId !== undefined) {
    const look = await findLook(db, lookId);
    if (look === undefined) return false;
    return reader === look.person ? look.told !== undefined : reader === look.askedBy || reader === look.decided?.by;
  }
  const grantId = parseGrantId(thing);
  const grant = grantId === undefined ? undefined : await findGrant(db, grantId);
  const requestId = grant?.request ?? parseRequestId(thing);
  const request = requestId === undefined ? undefined : await findRequest(db, requestId);
  return request !== undefined && desk.readers.mayRead(reader, request);
}
