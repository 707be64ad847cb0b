import { failure, ok } from "@causeway/base";
import { addGuardTicket, askGuardPolicy, getGuardExtension, getGuardFolder, getGuardUpdates } from "@causeway/contract";
import { HttpReply, serve, type Route } from "@causeway/platform";
import type { GuardExtension } from "./extension.ts";
import type { GuardStream } from "./stream.ts";
import type { GuardTickets } from "./tickets.ts";
import { zipOf } from "./zip.ts";

/** What browsers fetch the guard from, and how a guard learns who is signed in. */
export function guardRoutes(parts: {
  readonly extension: GuardExtension;
  readonly stream: GuardStream;
  readonly tickets: GuardTickets;
}): readonly Route[] {
  const { extension, stream, tickets } = parts;
  const missing = failure("M_NOT_FOUND", "The guard was not built on this server.");
  const fresh = { "cache-control": "no-cache", "x-content-type-options": "nosniff" };
  return [
    serve(getGuardUpdates, () => {
      const body = extension.updates();
      if (body === undefined) return missing;
      return ok(new HttpReply({ headers: { ...fresh, "content-type": "application/xml; charset=utf-8" }, body }));
    }),
    serve(getGuardExtension, () => {
      const made = extension.current();
      if (made === undefined) return missing;
      const headers = { ...fresh, "content-type": "application/x-chrome-extension" };
      return ok(new HttpReply({ headers, body: made.crx }));
    }),
    serve(getGuardFolder, () => {
      if (!extension.isBuilt) return missing;
      const headers = { ...fresh, "content-type": "application/zip" };
      return ok(new HttpReply({ headers, body: zipOf(extension.unpacked()) }));
    }),
    serve(addGuardTicket, ({ caller }) => {
      if (!extension.isBuilt) return missing;
      const { ticket, ends } = tickets.make({ user: caller.user, session: caller.session });
      return ok({ ticket, ends, extension_id: extension.id });
    }),
    serve(askGuardPolicy, async ({ body, ip, headers }) => {
      if (!stream.mayAsk(headers["origin"])) return failure("NOT_PERMITTED", undefined, { reason: "origin" });
      return ok({ messages: await stream.answer(body, ip) });
    }),
  ];
}
