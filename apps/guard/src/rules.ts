import type { Instant } from "@causeway/base";
import { decide, type CompiledPolicy, type PolicyDocument, type PolicySubject, type Verdict } from "@causeway/policy";
import { escapeRegex, loopback } from "./patterns.ts";

/** A kind of request, as browsers name it. */
export type ResourceType =
  | "main_frame"
  | "sub_frame"
  | "stylesheet"
  | "script"
  | "image"
  | "font"
  | "object"
  | "xmlhttprequest"
  | "ping"
  | "csp_report"
  | "media"
  | "websocket"
  | "webtransport"
  | "webbundle"
  | "other";

/** A rule of the browser's (`declarativeNetRequest`). */
export interface BrowserRule {
  readonly id: number;
  readonly priority: number;
  readonly action:
    | { readonly type: "allow" | "block" }
    | { readonly type: "redirect"; readonly redirect: { readonly regexSubstitution: string } };
  readonly condition: {
    readonly requestDomains?: string[];
    readonly regexFilter?: string;
    readonly urlFilter?: string;
    readonly resourceTypes: ResourceType[];
  };
}

/** The browser's rules for a policy at a time. */
export interface BrowserRules {
  /** What is blocked when no grant is in force: kept by the browser, and there before the guard is after a start. */
  readonly lasting: readonly BrowserRule[];
  /** What is open for a time: forgotten by the browser when it ends, so that nothing stays open past its end while it is shut. */
  readonly passing: readonly BrowserRule[];
}

/** A policy and whom it is asked for. */
export interface Obeyed {
  readonly document: PolicyDocument;
  readonly policy: CompiledPolicy;
  readonly subject: PolicySubject;
}

const PARTS: ResourceType[] = [
  ...(["sub_frame", "stylesheet", "script", "image", "font", "object", "xmlhttprequest", "ping"] as const),
  ...(["csp_report", "media", "websocket", "webtransport", "webbundle", "other"] as const),
];
const ALL: ResourceType[] = ["main_frame", ...PARTS];

/** More than any rule of a host has. */
const SERVER = 1_000_000;
const DOTTED = 900_000;
/** Less than any. */
const ADDRESS = 2;
const MAX_LABELS = 127;

/** A host of the policy, alone (`isExact`) or with everything under it, and whether it is open. */
interface Place {
  readonly host: string;
  readonly isExact: boolean;
  readonly closed: boolean;
  readonly passing: boolean;
  /** Open now, and nothing may be uploaded. */
  readonly withoutUpload: boolean;
}

/** Pages of which no file may go out, in the browser's writing (`match patterns`). */
export interface PagesWithoutUpload {
  readonly matches: string[];
  readonly excludeMatches: string[];
}

/** A label that no policy lists: what is asked for it holds for everything under a host that is not listed itself. */
const ANY = "causeway-guard-any";

/** Makes the browser's rules. The more labels a host has the more its rule counts, as in the policy. */
export function browserRules(obeyed: Obeyed, now: Instant, server: string): BrowserRules {
  const places = placesOf(obeyed, now);
  const lasting = new Rules();
  const passing = new Rules();
  lasting.add(SERVER, { type: "allow" }, { urlFilter: `|${server}/`, resourceTypes: ALL });
  withoutDot(lasting);
  closeAddresses(lasting, passing, { obeyed, now, server });
  for (const [weight, group] of groups(places)) {
    const [first] = group;
    if (first === undefined) continue;
    const closed = group.filter((one) => one.closed);
    const open = group.filter((one) => !one.closed);
    if (closed.length > 0) close(lasting, closed, { weight, server });
    if (open.length > 0) lasting.add(weight, { type: "allow" }, { ...domains(open), resourceTypes: ALL });
    const opened = closed.filter((one) => one.passing);
    if (opened.length > 0) passing.add(weight + 2, { type: "allow" }, { ...domains(opened), resourceTypes: ALL });
  }
  return { lasting: lasting.all, passing: passing.all };
}

/** Rules with their numbers. */
class Rules {
  readonly all: BrowserRule[] = [];
  add(priority: number, action: BrowserRule["action"], condition: BrowserRule["condition"]): void {
    this.all.push({ id: this.all.length + 1, priority, action, condition });
  }
}

/** What is said of a host: is it closed as long as nothing opens it for a time, and is it open now? */
function said(obeyed: Obeyed, host: string, now: Instant): Omit<Place, "host" | "isExact"> {
  const verdict = ask(obeyed, host, now);
  const isPassing = verdict.allowed && verdict.ends !== undefined;
  const withoutUpload = verdict.allowed && !verdict.upload;
  return { closed: !verdict.allowed || isPassing, passing: isPassing, withoutUpload };
}

/** The pages that are open now without uploads; a host with more labels counts more, as in the policy. */
export function pagesWithoutUpload(obeyed: Obeyed, now: Instant): readonly PagesWithoutUpload[] {
  const places = placesOf(obeyed, now);
  const others = places.filter((place) => !place.withoutUpload);
  return places
    .filter((place) => place.withoutUpload)
    .map((place) => ({
      matches: [patternOf(place)],
      excludeMatches: others.filter((other) => isWithin(other, place)).map(patternOf),
    }));
}

function patternOf({ host, isExact }: Place): string {
  return isExact ? `*://${host}/*` : `*://*.${host}/*`;
}

function isWithin(place: Place, other: Place): boolean {
  if (other.isExact) return false;
  return place.host === other.host ? place.isExact : place.host.endsWith(`.${other.host}`);
}

/** What the policy says of a host. */
export function ask({ policy, subject }: Obeyed, host: string, now: Instant): Verdict {
  return decide(policy, { ...subject, target: { kind: "host", host }, now });
}

/** Every host that the policy names, each once and each time with what is said of it. */
function placesOf(obeyed: Obeyed, now: Instant): readonly Place[] {
  const { services, grants } = obeyed.document;
  const exact = new Set<string>();
  const suffix = new Set<string>();
  const named = [
    ...services.flatMap(({ hosts, exempt }) => [...hosts, ...exempt]),
    ...grants.flatMap(({ sites }) => sites),
  ];
  for (const { kind, host } of named) if (isName(host)) (kind === "exact" ? exact : suffix).add(host);
  const below = [...suffix].map((host) => ({ host, isExact: false, ...said(obeyed, `${ANY}.${host}`, now) }));
  for (const host of suffix) exact.add(host);
  const alone = [...exact].map((host) => ({ host, isExact: true, ...said(obeyed, host, now) }));
  const known = new Map(below.map((place) => [place.host, place]));
  // A host of which the same is said as of everything under it needs no rule of its own.
  return [...below, ...alone.filter((place) => !isSame(place, known.get(place.host)))];
}

function isSame(place: Place, other: Place | undefined): boolean {
  const { closed, passing, withoutUpload } = place;
  return other?.closed === closed && other.passing === passing && other.withoutUpload === withoutUpload;
}

function isName(host: string): boolean {
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host) && !/(^|\.)\d+$/.test(host) && labels(host) <= MAX_LABELS;
}

function labels(host: string): number {
  return host.split(".").length;
}

/** Hosts that share a rule: of as many labels, alone or with what is under them. By what the rule weighs. */
function groups(places: readonly Place[]): ReadonlyMap<number, readonly Place[]> {
  const found = new Map<number, Place[]>();
  for (const place of places) {
    const weight = 16 + 8 * labels(place.host) + (place.isExact ? 4 : 0);
    const group = found.get(weight);
    if (group === undefined) found.set(weight, [place]);
    else group.push(place);
  }
  return found;
}

/** `https://user@host:port`, the scheme and the host with its port captured. */
const ORIGIN = String.raw`^(https?)://(?:[^/?#@]*@)?([^/?#@]+)`;
/** A path of characters that mean nothing in a query. */
const PLAIN_PATH = String.raw`(/[A-Za-z0-9._~/-]*)$`;
/** NOTE A redirect puts its text in the place of what matched, and leaves the rest of the address behind it: so all of it must match. */
const REST = "(?:[/?#].*)?$";

/** Pages go to our page, with the address as far as it holds nothing that could be taken for more; everything else is just not fetched. */
function close(
  rules: Rules,
  places: readonly Place[],
  { weight, server }: { readonly weight: number; readonly server: string },
): void {
  const { requestDomains, regexFilter } = domains(places);
  const page = `${server}/blocked?url=\\1://\\2`;
  const exact = regexFilter === undefined ? ORIGIN : exactOrigin(places);
  rules.add(weight + 1, redirect(`${page}\\3`), {
    ...{ requestDomains, regexFilter: `${exact}${PLAIN_PATH}`, resourceTypes: ["main_frame"] },
  });
  rules.add(weight, redirect(`${page}/`), {
    requestDomains,
    regexFilter: `${exact}${REST}`,
    resourceTypes: ["main_frame"],
  });
  const filter = regexFilter === undefined ? {} : { regexFilter };
  rules.add(weight, { type: "block" }, { requestDomains, ...filter, resourceTypes: PARTS });
}

function redirect(regexSubstitution: string): BrowserRule["action"] {
  return { type: "redirect", redirect: { regexSubstitution } };
}

/** NOTE The browser's list of hosts always means what is under them as well. A host of it with just as many labels as is listed is the listed one. */
function domains(places: readonly Place[]): { readonly requestDomains: string[]; readonly regexFilter?: string } {
  const requestDomains = places.map(({ host }) => host).toSorted();
  const [first] = places;
  return first?.isExact === true
    ? { requestDomains, regexFilter: `${hostOf(places)}(?::[0-9]+)?(?:[/?#]|$)` }
    : { requestDomains };
}

function exactOrigin(places: readonly Place[]): string {
  const count = labels(places[0]?.host ?? "");
  return String.raw`^(https?)://(?:[^/?#@]*@)?(${labelsPattern(count)}(?::[0-9]+)?)`;
}

function hostOf(places: readonly Place[]): string {
  return String.raw`^[a-z]+://(?:[^/?#@]*@)?${labelsPattern(labels(places[0]?.host ?? ""))}`;
}

function labelsPattern(count: number): string {
  return String.raw`(?:[^/?#@.:]+\.){${count - 1}}[^/?#@.:]+`;
}

/** `host.` is `host` to the network, and another name to lists. */
function withoutDot(rules: Rules): void {
  const dotted = String.raw`^(https?://)(?:[^/?#@]*@)?([^/?#@:]*[^/?#@:.])\.+((?::[0-9]+)?[/?#].*)$`;
  rules.add(DOTTED, redirect("\\1\\2\\3"), { regexFilter: dotted, resourceTypes: ["main_frame"] });
  const any = String.raw`^[a-z]+://(?:[^/?#@]*@)?[^/?#@:]*\.(?::[0-9]+)?[/?#]`;
  rules.add(DOTTED, { type: "block" }, { regexFilter: any, resourceTypes: PARTS });
}

/** An address in the reserve for examples: what is said of it is said of every one that the policy does not name. */
const SOME_ADDRESS = "203.0.113.254";
const ADDRESS_ORIGIN = String.raw`^(https?)://(?:[^/?#@]*@)?((?:[0-9]+(?:\.[0-9]+){3}|\[[0-9a-f:.]+\])(?::[0-9]+)?)${REST}`;

/** Pages by a bare address, where the policy wants names. */
function closeAddresses(
  lasting: Rules,
  passing: Rules,
  { obeyed, now, server }: { readonly obeyed: Obeyed; readonly now: Instant; readonly server: string },
): void {
  if (ask(obeyed, SOME_ADDRESS, now).allowed) return;
  const to = redirect(`${server}/blocked?url=\\1://\\2/`);
  lasting.add(ADDRESS, to, { regexFilter: ADDRESS_ORIGIN, resourceTypes: ["main_frame"] });
  lasting.add(ADDRESS + 1, { type: "allow" }, { regexFilter: loopback, resourceTypes: ["main_frame"] });
  for (const site of obeyed.document.grants.flatMap(({ sites }) => sites)) {
    if (isName(site.host) || !ask(obeyed, site.host, now).allowed) continue;
    const written = site.host.includes(":") ? `[${site.host}]` : site.host;
    const regexFilter = String.raw`^https?://(?:[^/?#@]*@)?${escapeRegex(written)}(?::[0-9]+)?(?:[/?#]|$)`;
    passing.add(ADDRESS + 1, { type: "allow" }, { regexFilter, resourceTypes: ["main_frame"] });
  }
}
