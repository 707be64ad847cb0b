import { instant, type Instant } from "@causeway/base";
import {
  ByteIndexBuilder,
  findText,
  packLists,
  sharedBytes,
  sharedInstants,
  sharedNumbers,
  textAt,
  type ByteIndex,
  type NumberLists,
} from "./byte-index.ts";
import type { HostRule, Hours, PolicyGrant } from "./document.ts";
import type { Opening } from "./verdict.ts";
import { weightOfRule } from "./weight.ts";

const UPLOAD = 1;
const HAS_USERS = 2;

/** All grants, by person and by machine. */
export interface GrantIndex {
  readonly users: ByteIndex;
  readonly byUser: NumberLists;
  readonly machines: ByteIndex;
  readonly byMachine: NumberLists;
  readonly ids: ByteIndex;
  readonly begins: Float64Array;
  readonly ends: Float64Array;
  readonly flags: Uint8Array;
  /** By grant: numbers of services. */
  readonly services: NumberLists;
  /** By grant: places in `siteRules`. */
  readonly sites: NumberLists;
  readonly siteRules: readonly HostRule[];
  /** By grant: a place in `hoursKnown` plus one, or 0. */
  readonly hours: Uint32Array;
  readonly hoursKnown: readonly Hours[];
}

/** Packs grants; `serviceOf` gives the number of a service, undefined for one that there is not. */
export function indexGrants(grants: readonly PolicyGrant[], serviceOf: (id: string) => number | undefined): GrantIndex {
  const hours = new Map<string, { readonly place: number; readonly value: Hours }>();
  const sites = new Map<string, { readonly place: number; readonly value: HostRule }>();
  const placeOf = <T>(known: Map<string, { readonly place: number; readonly value: T }>, value: T): number => {
    const key = JSON.stringify(value);
    const entry = known.get(key) ?? { place: known.size, value };
    known.set(key, entry);
    return entry.place;
  };
  const columns = {
    begins: sharedInstants(grants.length),
    ends: sharedInstants(grants.length),
    flags: sharedBytes(grants.length),
    hours: sharedNumbers(grants.length),
  };
  const ids = new ByteIndexBuilder();
  for (const [place, grant] of grants.entries()) {
    ids.add(grant.id);
    columns.begins[place] = grant.begins;
    columns.ends[place] = grant.ends;
    columns.flags[place] = (grant.upload ? UPLOAD : 0) + (grant.users.length > 0 ? HAS_USERS : 0);
    if (grant.hours !== undefined) columns.hours[place] = placeOf(hours, grant.hours) + 1;
  }
  const users = keyed(grants, (grant) => grant.users);
  const machines = keyed(grants, (grant) => grant.machines);
  return {
    ...{ ...columns, ids: ids.build() },
    ...{ users: users.index, byUser: users.lists, machines: machines.index, byMachine: machines.lists },
    services: listed(grants, (grant) => grant.services.flatMap((id) => serviceOf(id) ?? [])),
    sites: listed(grants, (grant) => grant.sites.map((site) => placeOf(sites, site))),
    siteRules: [...sites.values()].map(({ value }) => value),
    hoursKnown: [...hours.values()].map(({ value }) => value),
  };
}

function listed(grants: readonly PolicyGrant[], of: (grant: PolicyGrant) => readonly number[]): NumberLists {
  return packLists(grants.length, function* pairs() {
    for (const [place, grant] of grants.entries()) for (const value of of(grant)) yield [place, value];
  });
}

function keyed(
  grants: readonly PolicyGrant[],
  of: (grant: PolicyGrant) => readonly string[],
): { readonly index: ByteIndex; readonly lists: NumberLists } {
  const builder = new ByteIndexBuilder();
  for (const grant of grants) for (const key of of(grant)) builder.add(key);
  const index = builder.build();
  const lists = packLists(index.count, function* pairs() {
    for (const [place, grant] of grants.entries())
      for (const key of new Set(of(grant))) yield [builder.add(key), place];
  });
  return { index, lists };
}

/** Whose grants are looked for, and what they should open. */
export interface Wanted {
  readonly user: string | undefined;
  readonly machine: string;
  readonly now: Instant;
  /** Services that a grant may open. */
  readonly services: readonly number[];
  readonly host: string | undefined;
  /** Said of a grant that names the host itself. */
  readonly serviceOfHost: number | undefined;
  readonly serviceId: (service: number) => string;
}

const NO_OPENINGS: readonly Opening[] = [];

/** The grants that open what is wanted, in the order of the document; their hours are not looked at. */
export function openingsOf(index: GrantIndex, wanted: Wanted): readonly Opening[] {
  const { user, machine } = wanted;
  let places: number[] | undefined;
  if (user !== undefined) {
    const known = findText(index.users, user);
    if (known >= 0) places = collect(index, { lists: index.byUser, entry: known, wanted, mask: 0 }, places);
  }
  const place = index.machines.count === 0 ? -1 : findText(index.machines, machine);
  if (place >= 0) {
    const mask = user === undefined ? 0 : HAS_USERS;
    places = collect(index, { lists: index.byMachine, entry: place, wanted, mask }, places);
  }
  if (places === undefined) return NO_OPENINGS;
  return places.sort((left, right) => left - right).map((grant) => openingOf(index, grant, wanted));
}

interface Looking {
  readonly lists: NumberLists;
  readonly entry: number;
  readonly wanted: Wanted;
  /** Grants with one of these flags do not count. */
  readonly mask: number;
}

function collect(index: GrantIndex, looking: Looking, found: number[] | undefined): number[] | undefined {
  const { lists, entry, wanted, mask } = looking;
  let places = found;
  for (let at = lists.offsets[entry] ?? 0; at < (lists.offsets[entry + 1] ?? 0); at += 1) {
    const grant = lists.values[at] ?? 0;
    if (((index.flags[grant] ?? 0) & mask) !== 0) continue;
    if (!((index.begins[grant] ?? 0) <= wanted.now && wanted.now < (index.ends[grant] ?? 0))) continue;
    if (serviceOpened(index, grant, wanted) === undefined && !opensSite(index, grant, wanted)) continue;
    if (places === undefined) places = [grant];
    else places.push(grant);
  }
  return places;
}

function serviceOpened({ services }: GrantIndex, grant: number, wanted: Wanted): number | undefined {
  for (const service of wanted.services) {
    for (let at = services.offsets[grant] ?? 0; at < (services.offsets[grant + 1] ?? 0); at += 1)
      if (services.values[at] === service) return service;
  }
  return undefined;
}

function opensSite({ sites, siteRules }: GrantIndex, grant: number, { host }: Wanted): boolean {
  if (host === undefined) return false;
  for (let at = sites.offsets[grant] ?? 0; at < (sites.offsets[grant + 1] ?? 0); at += 1) {
    const rule = siteRules[sites.values[at] ?? 0];
    if (rule !== undefined && weightOfRule(rule, host) > 0) return true;
  }
  return false;
}

function openingOf(index: GrantIndex, grant: number, wanted: Wanted): Opening {
  const hours = index.hoursKnown[(index.hours[grant] ?? 0) - 1];
  const service = opensSite(index, grant, wanted) ? wanted.serviceOfHost : serviceOpened(index, grant, wanted);
  return {
    grant: {
      id: textAt(index.ids, grant),
      upload: ((index.flags[grant] ?? 0) & UPLOAD) !== 0,
      ends: instant(index.ends[grant] ?? 0),
      ...(hours === undefined ? {} : { hours }),
    },
    service: service === undefined ? undefined : wanted.serviceId(service),
  };
}
