import { ok, type Result } from "@causeway/base";
import {
  adviseRequest,
  answerQuestion,
  askDraft,
  breakGlass,
  changeDraft,
  decideRequest,
  getRequest,
  listRequests,
  makeRequest,
  prepareRequest,
  requestLabels,
  withdrawRequest,
  type DecisionInput,
} from "@causeway/contract";
import { serve, type Answer, type Caller, type Route } from "@causeway/platform";
import { createHash } from "node:crypto";
import type { Approvable } from "./approval.ts";
import { machineOf, postOfAsker, type Asker } from "./asking.ts";
import type { AccessCore } from "./core.ts";
import { isAlike } from "./earlier.ts";
import { isInForce } from "./live-grants.ts";
import type { Parts } from "./parts.ts";
import { saferRoutesFor } from "./safer-routes.ts";
import { isWaiting } from "./states.ts";
import { findRequest, requestsOf, waitingRequests } from "./store-requests.ts";
import { targetOf } from "./target.ts";
import type { AccessRequest } from "./types.ts";
import { unknown } from "./refusals.ts";

const MAX_PAGE = 200;

/** Requests and what is decided of them. */
export function requestRoutes(core: AccessCore, parts: Parts): readonly Route[] {
  const { asking, desk, deciding, granting } = parts;
  const shown = async (done: Result<AccessRequest["id"]>, asker: Asker): Promise<Answer> =>
    done.ok ? await desk.view(done.value, asker.user) : done;
  return [
    serve(prepareRequest, ({ caller, body, ip }) => prepared(core, parts, { asker: { user: caller.user, ip }, body })),
    serve(makeRequest, async ({ caller, body, ip }) => {
      const asker = { user: caller.user, ip };
      const { draft, ...wish } = body;
      return await shown(await asking.make(asker, wish, draft), asker);
    }),
    serve(breakGlass, ({ caller, body, ip }) => granting.breakGlass({ user: caller.user, ip }, body)),
    serve(listRequests, ({ caller, query }) => listed(core, parts, { caller, query })),
    serve(getRequest, ({ caller, params }) => desk.view(params.requestId, caller.user)),
    serve(changeDraft, async ({ caller, params, body, ip }) => {
      const asker = { user: caller.user, ip };
      return await shown(await asking.redraft(asker, params.requestId, body), asker);
    }),
    serve(askDraft, async ({ caller, params, ip }) => {
      const asker = { user: caller.user, ip };
      return await shown(await asking.send(asker, params.requestId), asker);
    }),
    serve(withdrawRequest, ({ caller, params, body }) => deciding.withdraw(caller.user, params.requestId, body.reason)),
    serve(answerQuestion, ({ caller, params, body }) => deciding.answer(caller.user, params.requestId, body.answer)),
    serve(adviseRequest, ({ caller, params, body }) => {
      const { advice, reason, version } = body;
      return deciding.advise({ by: caller.user, request: params.requestId, advice, reason, version });
    }),
    serve(decideRequest, async ({ caller, params, body, ip }) => {
      const { version, via, auth } = body;
      const decision = decisionOf(body);
      const wish = { by: caller.user, request: params.requestId, decision, via, version } as const;
      // What cannot be decided at all is said before anybody is asked to confirm it.
      const may = await deciding.entitled({ ...wish, confirmed: true });
      if (!may.ok) return may;
      if (may.value.risk.level === "low" || decision.decision === "ask")
        return await deciding.decide({ ...wish, confirmed: false });
      const stepped = await stepUp(core, caller, { request: may.value, decision, auth, ip });
      return stepped.done
        ? await deciding.decide({ ...wish, version: may.value.version, confirmed: true })
        : ok(stepped.reply);
    }),
  ];
}

/** The decision alone, without what stands beside it in the body. */
function decisionOf(body: DecisionInput): DecisionInput {
  switch (body.decision) {
    case "approve":
      return { decision: body.decision, ...(body.reason === undefined ? {} : { reason: body.reason }) };
    case "approve-less":
      return {
        ...{ decision: body.decision, less: body.less },
        ...(body.reason === undefined ? {} : { reason: body.reason }),
      };
    case "ask":
      return { decision: body.decision, question: body.question };
    case "refuse":
      return { decision: body.decision, reason: body.reason };
  }
}

/** A fresh confirmation of exactly this decision on exactly what was seen. */
function stepUp(
  core: AccessCore,
  caller: Caller,
  of: {
    readonly request: AccessRequest;
    readonly decision: DecisionInput;
    readonly auth: unknown;
    readonly ip: string;
  },
): ReturnType<AccessCore["options"]["stepUp"]> {
  const { request, decision, auth, ip } = of;
  const said = createHash("sha256").update(JSON.stringify(decision)).digest("base64url");
  const operation = `decide ${request.id} ${request.version} ${decision.decision} ${said}`;
  return core.options.stepUp(caller, operation, { auth, ip });
}

async function prepared(
  core: AccessCore,
  { desk }: Parts,
  of: {
    readonly asker: Asker;
    readonly body: {
      readonly url?: string | undefined;
      readonly services: readonly string[];
      readonly post?: Parameters<typeof postOfAsker>[2];
      readonly machine_hint?: string | undefined;
    };
  },
): Promise<Answer> {
  const { asker, body } = of;
  const { directory, limits, services } = core.options;
  const post = postOfAsker(core, asker.user, body.post);
  if (!post.ok) return post;
  const machine = machineOf(core, asker, body.machine_hint);
  if (!machine.ok) return machine;
  const target = targetOf(body, services.of(post.value.department));
  if (!target.ok) return target;
  const now = core.now();
  const ids = target.value.services.map((service) => service.id);
  const terms = { services: ids, sites: target.value.sites };
  const categories = target.value.services.map((service) => service.category);
  const { department } = post.value;
  const asked: Approvable = {
    ...{
      requester: asker.user,
      post: post.value.id,
      department,
      state: "asked",
      label: "unclassified",
      advice: undefined,
    },
    ...{ extends: undefined, escalations: 0, asked: now, made: now },
    terms: { ...terms, scope: "officer", posts: [], units: [], until: now, upload: false, hours: undefined },
  };
  const open = [...core.live.all()].find(
    (grant) => isInForce(grant, now) && isAlike(grant, terms) && core.live.usersOf(grant).includes(asker.user),
  );
  return ok({
    services: desk.views.services(ids, department),
    sites: target.value.sites.map((site) => site.host),
    machine: desk.views.machine(machine.value),
    posts: directory.postsOf(asker.user).map((one) => desk.views.postRef(one.id)),
    safer_routes: saferRoutesFor(categories),
    labels: [...requestLabels],
    max_days: limits.maxDays,
    approvers: desk.approval.approversOf(asked).map((one) => desk.views.named(one.user)),
    ...(open === undefined ? {} : { open_grant: open.id }),
    break_glass_minutes: limits.breakGlassMinutes,
  });
}

async function listed(
  core: AccessCore,
  { desk }: Parts,
  of: {
    readonly caller: Caller;
    readonly query: {
      readonly list: "mine" | "to-decide" | "to-advise";
      readonly state?: AccessRequest["state"] | undefined;
      readonly limit: number;
      readonly from?: AccessRequest["id"] | undefined;
    };
  },
): Promise<Answer> {
  const { query } = of;
  const { user } = of.caller;
  const { db } = core.options;
  const limit = Math.max(1, Math.min(query.limit, MAX_PAGE));
  const { list } = query;
  if (list !== "mine") {
    const open = (await waitingRequests(db)).filter((one) => isTurn(desk, one, { user, list }));
    const some = open.filter((one) => query.state === undefined || one.state === query.state).toReversed();
    return ok({ requests: await Promise.all(some.slice(0, limit).map((one) => desk.viewOf(one, user))) });
  }
  const after = query.from === undefined ? undefined : await findRequest(db, query.from);
  if (query.from !== undefined && after?.requester !== user) return unknown();
  const found = await requestsOf(db, user, { after, limit });
  const views = await Promise.all(found.map((one) => desk.viewOf(one, user)));
  const last = found.length === limit ? found.at(-1) : undefined;
  return ok({
    requests: views.filter((view) => query.state === undefined || view.state === query.state),
    ...(last === undefined ? {} : { next: last.id }),
  });
}

function isTurn(
  desk: Parts["desk"],
  request: AccessRequest,
  of: { readonly user: AccessRequest["requester"]; readonly list: "to-decide" | "to-advise" },
): boolean {
  if (!isWaiting(request.state)) return false;
  if (of.list === "to-decide") return desk.approval.approversOf(request).some((one) => one.user === of.user);
  return (
    request.state === "asked" && request.advice === undefined && desk.approval.advisersOf(request).includes(of.user)
  );
}
