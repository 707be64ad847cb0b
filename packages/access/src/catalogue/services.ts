import type { UnitId } from "@causeway/base";
import type { CatalogueContent, CatalogueService } from "@causeway/contract";
import type { PolicyService } from "@causeway/policy";
import type { EditionBook } from "../editions/book.ts";
import type { Publisher } from "../editions/types.ts";

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

/** The services in effect: the centre's, then those of departments by their ids, each for what has become of the department. */
export function servicesInEffect(
  book: EditionBook<CatalogueContent>,
  successorsOf: (department: UnitId) => readonly UnitId[],
): readonly PolicyService[] {
  const centre = (book.current("centre")?.content.services ?? []).map((one) =>
    policyServiceOf("centre", one, undefined),
  );
  const publishers = [...book.publishers()].filter((one): one is UnitId => one !== "centre").toSorted();
  const own = publishers.flatMap((publisher) =>
    (book.current(publisher)?.content.services ?? []).flatMap((service) =>
      successorsOf(publisher).map((department, place) => {
        const made = policyServiceOf(publisher, service, department);
        return { ...made, id: serviceIdFor(made.id, place, department) };
      }),
    ),
  );
  return [...centre, ...own];
}

/** Without members that are undefined: what is signed has none. */
function cleaned(service: CatalogueService): PolicyService {
  return JSON.parse(JSON.stringify(service));
}
