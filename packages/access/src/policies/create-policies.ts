import type { RecordAudit } from "@causeway/audit";
import { instant, type Clock, type UnitId } from "@causeway/base";
import { catalogueContent, policyContent, type CatalogueContent, type PolicyContent } from "@causeway/contract";
import type { Database, Route, Tx } from "@causeway/platform";
import type { PolicyGrant, PolicyMachine, PolicyService } from "@causeway/policy";
import { hash } from "node:crypto";
import { checkCatalogue } from "../catalogue/check.ts";
import { policyServiceOf, ServicesInEffect } from "../catalogue/services.ts";
import { shippedCatalogue } from "../catalogue/shipped.ts";
import { EditionBook, type Checked, type Publishing } from "../editions/book.ts";
import { EditionHandlers } from "../editions/handlers.ts";
import type { EditionPeople } from "../editions/rights.ts";
import type { Publisher as PublisherName } from "../editions/types.ts";
import { PolicyKeys } from "../publisher/keys.ts";
import { Publisher, type PolicySources } from "../publisher/publisher.ts";
import type { Services } from "../requests/ports.ts";
import { checkPolicy } from "./check.ts";
import { Counting } from "./counting.ts";
import { defaultRules } from "./default-rules.ts";
import { policyRoutes } from "./handlers.ts";
import { joined, rulesInEffect, type RulesInEffect } from "./rules-in-effect.ts";

/** What the catalogue, the rules and their publication are made of. */
export interface PoliciesOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: RecordAudit;
  readonly people: EditionPeople;
  /** The data directory: the key that policies are signed with is kept in it. */
  readonly directory: string;
  /** The server's name. */
  readonly installation: string;
  readonly utcOffsetMinutes: number;
  /** How long a version of the policy is good for. */
  readonly lifetimeMs: number;
  readonly keepCountsDays: number;
  readonly machines: () => readonly PolicyMachine[];
  /** Authorisations in force and to come, with their people and machines found. */
  readonly grants: () => readonly PolicyGrant[];
  readonly failed: (error: unknown) => void;
}

/** The catalogue, the rules, and the policy that points are given. */
export interface Policies {
  readonly routes: readonly Route[];
  readonly publisher: Publisher;
  readonly keys: PolicyKeys;
  readonly counting: Counting;
  /** The services that can be asked for on a department's machines. */
  readonly services: Services;
  /** Reads editions; before anything is asked. */
  load(): Promise<void>;
  /** What the clock and other processes have brought; called every second. */
  tick(): Promise<void>;
}

/** Builds them. `load`, then (with grants and machines there) `publisher.start()`. */
export function createPolicies(options: PoliciesOptions): Policies {
  const { db, clock, audit, people } = options;
  const books = booksOf(options, () => touch());
  const { catalogue, rules } = books;
  const successors = (department: UnitId): readonly UnitId[] => people.successorsOf(department);
  const services = (): readonly PolicyService[] => books.services.list();
  const keys = new PolicyKeys(options.directory, options.installation);
  const sources: PolicySources = {
    services,
    rules: () => rulesInEffect(rules, successors),
    machines: options.machines,
    grants: (now) => options.grants().filter((grant) => grant.ends > now),
    nextChange: (now) => {
      const ends = options
        .grants()
        .reduce((first, { ends: end }) => (end > now && end < first ? end : first), Infinity);
      const next = Math.min(catalogue.nextChange(now) ?? Infinity, rules.nextChange(now) ?? Infinity, ends);
      return Number.isFinite(next) ? instant(next) : undefined;
    },
  };
  const publisher = new Publisher({
    ...{ db, clock, audit, keys, sources, installation: options.installation },
    ...{ utcOffsetMinutes: options.utcOffsetMinutes, lifetimeMs: options.lifetimeMs, failed: options.failed },
  });
  const touch = (): void => publisher.touch("services", "rules");
  const counting = new Counting({
    ...{ db, clock, utcOffsetMinutes: options.utcOffsetMinutes, keepDays: options.keepCountsDays },
  });
  return {
    ...{ publisher, keys, counting },
    services: { of: (department) => services().filter((one) => isFor(one, department)) },
    routes: policyRoutes({
      ...{ people, publisher, counting, services },
      catalogue: new EditionHandlers({
        ...{ book: catalogue, kind: "catalogue", people, shipped: shippedCatalogue() },
        ...{ empty: { services: [] }, rowsOf: (content) => content.services },
      }),
      rules: new EditionHandlers({
        ...{ book: rules, kind: "policy", people, shipped: defaultRules() },
        ...{ empty: { ...defaultRules(), rules: [], addressesAllowedOn: [] }, rowsOf: rowsOfRules },
      }),
      check: books.checkRules,
      rulesWith: (name, content) => rulesWith({ rules, successors }, name, content),
    }),
    load: async () => {
      await catalogue.load();
      await rules.load();
    },
    tick: async () => {
      await catalogue.refresh();
      await rules.refresh();
      await publisher.tick();
    },
  };
}

function isFor({ department }: PolicyService, of: string): boolean {
  return department === undefined || department === of;
}

/** Where nothing is enforced is compared like a rule. */
function rowsOfRules({ rules, ...rest }: PolicyContent): readonly { readonly id: string }[] {
  const observe = { id: "(observe)", ...rest.observe };
  const addresses = { id: "(addresses)", classes: rest.addressesAllowedOn };
  return [...rules, observe, addresses];
}

function rulesWith(
  of: {
    readonly rules: EditionBook<PolicyContent>;
    readonly successors: (department: UnitId) => readonly UnitId[];
  },
  name: PublisherName,
  content: PolicyContent,
): RulesInEffect {
  const names = [...new Set([...of.rules.publishers(), name])].filter((one) => one !== "centre").toSorted();
  const editions = ["centre" as const, ...names].flatMap((publisher) => {
    const said = publisher === name ? content : of.rules.current(publisher)?.content;
    return said === undefined ? [] : [{ publisher, content: said }];
  });
  return joined(editions, of.successors);
}

interface Books {
  readonly services: ServicesInEffect;
  readonly catalogue: EditionBook<CatalogueContent>;
  readonly rules: EditionBook<PolicyContent>;
  readonly checkRules: (content: PolicyContent, publisher: PublisherName) => Checked<PolicyContent>;
}

function booksOf({ db, clock, audit, people }: PoliciesOptions, changed: () => void): Books {
  const catalogue: EditionBook<CatalogueContent> = new EditionBook<CatalogueContent>({
    ...{ db, clock, audit, changed, kind: "catalogue", shipped: shippedCatalogue() },
    parse: (text) => catalogueContent.parse(JSON.parse(text)),
    check: (content, publisher) =>
      checkCatalogue(content, {
        ownHosts: people.ownHosts(),
        centre: publisher === "centre" ? undefined : services.claims(),
      }),
    record: (tx, of) => recordCatalogue(audit, tx, of),
  });
  const services = new ServicesInEffect(catalogue, (department) => people.successorsOf(department));
  const checkRules = (content: PolicyContent, publisher: PublisherName): Checked<PolicyContent> => {
    const named = (name: PublisherName, department: UnitId | undefined): readonly PolicyService[] =>
      (catalogue.current(name)?.content.services ?? []).map((one) => policyServiceOf(name, one, department));
    const departments = [...catalogue.publishers()].flatMap((name) => (name === "centre" ? [] : named(name, name)));
    return checkPolicy(content, {
      publisher,
      services: [...named("centre", undefined), ...departments],
      departmentOf: (given) => people.departmentOf(given),
    });
  };
  const rules = new EditionBook<PolicyContent>({
    ...{ db, clock, audit, changed, kind: "policy", shipped: defaultRules() },
    parse: (text) => policyContent.parse(JSON.parse(text)),
    check: checkRules,
    record: (tx, of) => recordRules(audit, tx, of),
  });
  return { catalogue, services, rules, checkRules };
}

/** The record names so many services: of a long list its digest says which it was. */
const MOST_NAMED = 50;

function recordCatalogue(audit: RecordAudit, tx: Tx, { edition, content }: Publishing<CatalogueContent>): void {
  const { publisher, version, published, by } = edition;
  audit(tx, {
    ...{ act: "catalogue.changed", by: by ?? "system", on: publisher, at: published },
    facts: {
      ...{ version, services: content.services.slice(0, MOST_NAMED).map((one) => one.id), digest: digestOf(content) },
      ...(publisher === "centre" ? {} : { department: publisher }),
    },
  });
}

function recordRules(audit: RecordAudit, tx: Tx, { edition, content }: Publishing<PolicyContent>): void {
  const { publisher, version, published, by } = edition;
  const { everywhere, departments } = content.observe;
  const isInPart = departments.length > 0 || content.rules.some(({ observe }) => observe === true);
  audit(tx, {
    ...{ act: "policy.changed", by: by ?? "system", on: publisher, at: published },
    facts: {
      ...{ version, rules: content.rules.length, digest: digestOf(content) },
      mode: everywhere ? "observe" : isInPart ? "observe-some" : "enforce",
      ...(publisher === "centre" ? {} : { department: publisher }),
    },
  });
}

function digestOf(content: object): string {
  return hash("sha256", JSON.stringify(content), "base64url");
}
