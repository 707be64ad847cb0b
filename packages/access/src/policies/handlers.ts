import { failure, ok, type UnitId } from "@causeway/base";
import {
  askWhatIf,
  compareCatalogue,
  comparePolicies,
  dropCatalogueDraft,
  dropPolicyDraft,
  getCatalogue,
  getCatalogueDraft,
  getCatalogueEdition,
  getPolicies,
  getPolicyCounts,
  getPolicyDraft,
  getPolicyEdition,
  listCatalogueEditions,
  listPolicyEditions,
  publishCatalogue,
  publishPolicies,
  putCatalogueDraft,
  putPolicyDraft,
  withdrawCatalogueEdition,
  withdrawPolicyEdition,
  type CatalogueContent,
  type PolicyContent,
} from "@causeway/contract";
import { serve, type Answer, type Caller, type Route } from "@causeway/platform";
import type { PolicyService } from "@causeway/policy";
import { refused } from "../editions/book.ts";
import type { EditionHandlers } from "../editions/handlers.ts";
import { maySee, type EditionPeople } from "../editions/rights.ts";
import type { Checked } from "../editions/book.ts";
import type { Publisher } from "../editions/types.ts";
import type { Publisher as PolicyPublisher } from "../publisher/publisher.ts";
import type { Counting } from "./counting.ts";
import { dateOf, summed, type CountRow } from "./counts.ts";
import type { RulesInEffect } from "./rules-in-effect.ts";
import { whatIf } from "./what-if.ts";

/** What the endpoints are served with. */
export interface PolicyDesk {
  readonly catalogue: EditionHandlers<CatalogueContent>;
  readonly rules: EditionHandlers<PolicyContent>;
  readonly people: EditionPeople;
  readonly publisher: PolicyPublisher;
  readonly counting: Counting;
  readonly services: () => readonly PolicyService[];
  readonly check: (content: PolicyContent, publisher: Publisher) => Checked<PolicyContent>;
  /** The rules that there would be with another edition of a publisher. */
  readonly rulesWith: (publisher: Publisher, content: PolicyContent) => RulesInEffect;
}

/** Serves the catalogue, the rules, what is counted of them, and what others would do. */
export function policyRoutes(desk: PolicyDesk): readonly Route[] {
  return [...catalogueRoutes(desk), ...ruleRoutes(desk), ...countRoutes(desk)];
}

function catalogueRoutes({ catalogue, people, services }: PolicyDesk): readonly Route[] {
  return [
    serve(getCatalogue, ({ caller }) => {
      const sees = seesOf(people, caller);
      return ok({ services: services().filter(({ department }) => department === undefined || sees(department)) });
    }),
    serve(listCatalogueEditions, (request) => catalogue.list(request)),
    serve(getCatalogueEdition, (request) => catalogue.get(request, request.params.version)),
    serve(withdrawCatalogueEdition, (request) => catalogue.withdraw(request, request.params.version)),
    serve(compareCatalogue, (request) => catalogue.compare(request, request.query)),
    serve(getCatalogueDraft, (request) => catalogue.draft(request)),
    serve(putCatalogueDraft, (request) => {
      const { revision, ...content } = request.body;
      return catalogue.write(request, { revision, content });
    }),
    serve(dropCatalogueDraft, (request) => catalogue.drop(request)),
    serve(publishCatalogue, (request) => catalogue.publish(request, request.body)),
  ];
}

function ruleRoutes({ rules, people, publisher }: PolicyDesk): readonly Route[] {
  return [
    serve(getPolicies, ({ caller }) => {
      const sees = seesOf(people, caller);
      const policy = publisher.current();
      return ok({
        ...{ version: policy.version, issued: policy.issued, expires: policy.expires },
        ...{ observe: policy.observe, addressesAllowedOn: policy.addressesAllowedOn },
        rules: policy.rules.filter(({ department }) => department === undefined || sees(department)),
      });
    }),
    serve(listPolicyEditions, (request) => rules.list(request)),
    serve(getPolicyEdition, (request) => rules.get(request, request.params.version)),
    serve(withdrawPolicyEdition, (request) => rules.withdraw(request, request.params.version)),
    serve(comparePolicies, (request) => rules.compare(request, request.query)),
    serve(getPolicyDraft, (request) => rules.draft(request)),
    serve(putPolicyDraft, (request) => {
      const { revision, ...content } = request.body;
      return rules.write(request, { revision, content });
    }),
    serve(dropPolicyDraft, (request) => rules.drop(request)),
    serve(publishPolicies, (request) => rules.publish(request, request.body)),
  ];
}

function countRoutes(desk: PolicyDesk): readonly Route[] {
  const { counting } = desk;
  return [
    serve(getPolicyCounts, async ({ caller, query }) => {
      const shown = shownTo(desk, caller, query.department);
      if ("ok" in shown) return shown;
      const counts = (await counting.since(query.days)).filter(shown.sees);
      return ok({ counts: counts.map(({ day, ...row }) => ({ date: dateOf(day), ...row })) });
    }),
    serve(askWhatIf, async ({ caller, query, body, now }) => {
      const shown = shownTo(desk, caller, query.department);
      if ("ok" in shown) return shown;
      const { days, ...content } = body;
      const publisher = shown.department ?? "centre";
      const checked = desk.check(content, publisher);
      if (checked.faults.length > 0) return refused(checked.faults);
      const counts = summed((await counting.since(days)).filter(shown.sees));
      const { rules } = desk.rulesWith(publisher, checked.content);
      const rows = whatIf({ rules, services: desk.services() }, counts, now);
      return ok({ days, rows, ...totalsOf(rows) });
    }),
  ];
}

function totalsOf(rows: ReturnType<typeof whatIf>): object {
  const total = (of: "asked" | "refusedBefore" | "refusedThen" | "observedThen" | "conditional"): number =>
    rows.reduce((sum, row) => sum + row[of], 0);
  return {
    ...{ asked: total("asked"), refused_before: total("refusedBefore") },
    ...{ refused_then: total("refusedThen"), observed_then: total("observedThen"), conditional: total("conditional") },
  };
}

/** Whose counts somebody sees: those of all departments, or of their own. */
function shownTo(
  { people }: PolicyDesk,
  caller: Caller,
  code: string | undefined,
): { readonly department: UnitId | undefined; readonly sees: (row: CountRow) => boolean } | (Answer & { ok: false }) {
  const sees = seesOf(people, caller);
  if (code === undefined) {
    // Machines of no department are nobody's but the centre's.
    return { department: undefined, sees: ({ department }) => sees(department) };
  }
  const department = people.departmentOf(code);
  if (department === undefined) return failure("DIRECTORY_UNKNOWN", "The directory has no such department.");
  if (!sees(department)) return failure("NOT_PERMITTED", undefined, { reason: "other-department" });
  return { department, sees: (row) => row.department === department };
}

function seesOf(people: EditionPeople, caller: Caller): (department: string) => boolean {
  const { user } = caller;
  const facts = { duties: people.dutiesOf(user), departments: people.departmentsOf(user) };
  return (department) => {
    const id = people.departmentOf(department);
    if (id !== undefined) return maySee(id, facts).allowed;
    return facts.duties.some(({ role }) => role === "dpo" || role === "security-administrator" || role === "auditor");
  };
}
