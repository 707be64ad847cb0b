import { ok, type RequestId, type Result, type UserId } from "@causeway/base";
import type { RequestView } from "@causeway/contract";
import { Turns, type Tx } from "@causeway/platform";
import { Approval } from "./approval.ts";
import type { AccessCore } from "./core.ts";
import { Readers } from "./readers.ts";
import { unknown } from "./refusals.ts";
import { findGrant } from "./store-grants.ts";
import { findRequest } from "./store-requests.ts";
import { stepsOf } from "./store-steps.ts";
import type { AccessRequest } from "./types.ts";
import { useView, Views } from "./views.ts";

/** What everything that handles requests shares: who may, who sees, how it is shown, what is recorded. */
export class Desk {
  readonly approval: Approval;
  readonly readers: Readers;
  readonly views: Views;
  /** One person's requests are made one after another. */
  readonly turns: Turns = new Turns();
  #core: AccessCore;

  constructor(core: AccessCore) {
    this.#core = core;
    this.approval = new Approval(core);
    this.readers = new Readers(core, this.approval);
    this.views = new Views(core, this.approval, this.readers);
  }

  /** A request that somebody may see; what they may not is not there. */
  async seen(id: RequestId, reader: UserId): Promise<Result<AccessRequest>> {
    const request = await findRequest(this.#core.options.db, id);
    return request !== undefined && this.readers.mayRead(reader, request) ? ok(request) : unknown();
  }

  /** A request as it is shown to somebody. */
  async view(id: RequestId, reader: UserId): Promise<Result<RequestView>> {
    const request = await this.seen(id, reader);
    return request.ok ? ok(await this.viewOf(request.value, reader)) : request;
  }

  /** The same of one that is known to be theirs to see. */
  async viewOf(request: AccessRequest, reader: UserId): Promise<RequestView> {
    const { db, uses } = this.#core.options;
    const granted = request.grant ?? request.extends;
    const grant = granted === undefined ? undefined : await findGrant(db, granted);
    const shown = request.grant === undefined ? undefined : grant;
    const steps = await stepsOf(db, [request.id, ...(shown === undefined ? [] : [shown.id])]);
    const use = request.extends === undefined ? undefined : useView(await uses([request.extends]), request.extends);
    return this.views.request(request, { grant: shown, steps, use }, reader);
  }

  /** Records that a request was asked. */
  recordAsked(tx: Tx, request: AccessRequest): void {
    const { terms, risk } = request;
    this.#core.options.audit(tx, {
      ...{ act: "request.asked", by: request.requester, on: request.id, at: request.changed },
      facts: {
        ...{ department: request.department, post: request.post, reason: request.need, label: request.label },
        ...{ services: serviceCodes(request), sites: sitesText(request), until: terms.until, level: risk.level },
      },
    });
  }
}

/** Ids of services for the record, whose codes have no `~`. */
export function serviceCodes(of: Pick<AccessRequest, "terms">): string[] {
  const MAX = 64;
  return of.terms.services.map((id) => id.replaceAll("~", "+").slice(0, MAX));
}

/** Sites for the record, which has only a hash of them in the log: a host may say what somebody works on. */
export function sitesText(of: Pick<AccessRequest, "terms">): string | undefined {
  const { sites } = of.terms;
  return sites.length === 0 ? undefined : sites.map((site) => site.host).join(" ");
}
