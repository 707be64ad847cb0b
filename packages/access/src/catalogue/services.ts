import type { UnitId } from "@causeway/base";
import type { CatalogueContent, CatalogueService } from "@causeway/contract";
import type { PolicyService } from "@causeway/policy";
import type { EditionBook } from "../editions/book.ts";
import type { Publisher } from "../editions/types.ts";
import { CentreClaims } from "./centre-claims.ts";

/** The id that a publisher's service has in policies and grants: that of a department never meets the centre's or another's. */
export function serviceIdOf(publisher: Publisher, id: string): string {
  return publisher === "centre" ? id : `${id}.${publisher}`;
}

/** The id of the same service for another department that came of its own by a split. */
export function serviceIdFor(id: string, place: number, department: UnitId): string {
  return place === 0 ? id : `${id}~${department}`;
}

/** A service of an edition as policies have it, for the machines of a department where it is not the centre's. */
export function policyServiceOf(
  publisher: Publisher,
  service: CatalogueService,
  department: UnitId | undefined,
): PolicyService {
  return {
    ...cleaned(service),
    id: serviceIdOf(publisher, service.id),
    ...(department === undefined ? {} : { department }),
  };
}

/**
 * The services in effect: the centre's, then those of departments by their ids, each for what has become of the department and without
 * what the centre claims by now. Editions that are asked about again are not gone through again.
 */
export class ServicesInEffect {
  #book: EditionBook<CatalogueContent>;
  #successorsOf: (department: UnitId) => readonly UnitId[];
  #made = new WeakMap<CatalogueContent, Made>();
  #centre: { readonly of: CatalogueContent | undefined; readonly claims: CentreClaims } | undefined;

  constructor(book: EditionBook<CatalogueContent>, successorsOf: (department: UnitId) => readonly UnitId[]) {
    this.#book = book;
    this.#successorsOf = successorsOf;
  }

  /** All of them. */
  list(): readonly PolicyService[] {
    const publishers = [...this.#book.publishers()].filter((one): one is UnitId => one !== "centre").toSorted();
    return [...this.#centreList(), ...publishers.flatMap((publisher) => this.#ofDepartment(publisher))];
  }

  /** What the centre claims. */
  claims(): CentreClaims {
    const of = this.#book.current("centre")?.content;
    if (this.#centre === undefined || this.#centre.of !== of)
      this.#centre = { of, claims: new CentreClaims(this.#centreList()) };
    return this.#centre.claims;
  }

  #centreList(): readonly PolicyService[] {
    return this.#remembered("centre", "", ({ services }) =>
      services.map((one) => policyServiceOf("centre", one, undefined)),
    );
  }

  #ofDepartment(publisher: UnitId): readonly PolicyService[] {
    const heirs = this.#successorsOf(publisher);
    const key = `${this.#book.current("centre")?.version ?? 0} ${heirs.join(" ")}`;
    return this.#remembered(publisher, key, ({ services }) =>
      services.flatMap((service) =>
        heirs.map((department, place) => {
          const made = this.claims().leaves(policyServiceOf(publisher, service, department));
          return { ...made, id: serviceIdFor(made.id, place, department) };
        }),
      ),
    );
  }

  #remembered(
    publisher: Publisher,
    key: string,
    make: (content: CatalogueContent) => readonly PolicyService[],
  ): readonly PolicyService[] {
    const content = this.#book.current(publisher)?.content;
    if (content === undefined) return [];
    const known = this.#made.get(content);
    if (known?.key === key) return known.services;
    const services = make(content);
    this.#made.set(content, { key, services });
    return services;
  }
}

interface Made {
  readonly key: string;
  readonly services: readonly PolicyService[];
}

/** Without members that are undefined: what is signed has none. */
function cleaned(service: CatalogueService): PolicyService {
  return JSON.parse(JSON.stringify(service));
}
