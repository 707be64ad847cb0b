import { catalogueContent, type CatalogueContent, type CatalogueService } from "@causeway/contract";
import type { CausewayApi } from "../causeway-api.ts";
import { listIn, partOf, textIn } from "../read-json.ts";

export type { CatalogueContent, CatalogueService } from "@causeway/contract";

/** A service in force; that of a department has its id behind a dot, and names it. */
export interface ListedService extends CatalogueService {
  /** The department's unit id; empty for the centre's. */
  readonly department: string;
}

/** The services in force that one may see. */
export async function servicesInForce(api: CausewayApi): Promise<readonly ListedService[]> {
  return listIn(await api.get("/catalogue"), "services").flatMap((one) => {
    const { id, department: _department, ...rest } = Object(one);
    // The ids of departments' services are longer than an editor may give.
    const [read] = catalogueContent.safeParse({ services: [{ ...rest, id: "x" }] }).data?.services ?? [];
    return read === undefined ? [] : [{ ...read, id: String(id), department: textIn(one, "department") }];
  });
}

/** Reads what a version or draft of the catalogue says. */
export function parseCatalogue(answer: unknown): CatalogueContent {
  return catalogueContent.parse({ services: partOf(answer, "services") });
}

/** The services whose names, hosts, clause or programs hold what is typed, of a category. */
export function searchServices<Service extends CatalogueService>(
  services: readonly Service[],
  wanted: { readonly text: string; readonly category: string },
): readonly Service[] {
  const words = folded(wanted.text).split(/\s+/).filter(Boolean);
  return services.filter((service) => {
    if (wanted.category !== "" && service.category !== wanted.category) return false;
    if (words.length === 0) return true;
    const all = folded(wordsOf(service).join("\n"));
    return words.every((word) => all.includes(word));
  });
}

function wordsOf({ id, name, hosts, clause, apps }: CatalogueService): readonly string[] {
  const programs = [
    ...[apps.windows?.publisher, apps.windows?.packageFamilyName, apps.macos?.bundleId],
    ...[...(apps.windows?.executables ?? []), ...(apps.android ?? []), ...(apps.ios ?? [])],
  ];
  const texts = [id, name.en, name.zhHant, name.zhHans, clause, ...hosts.map(({ host }) => host)];
  return [...texts, ...programs.filter((one) => one !== undefined)];
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** The categories that are there, in their order. */
export function categoriesOf(services: readonly Pick<CatalogueService, "category">[]): readonly string[] {
  return [...new Set(services.map(({ category }) => category))].toSorted();
}
