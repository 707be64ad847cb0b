import { catalogueContent, type CatalogueContent } from "@causeway/contract";
import { readFileSync } from "node:fs";

/** The catalogue that the product comes with (`data/catalogue.json`; its hosts are from a list under the MIT licence beside it). */
export function shippedCatalogue(): CatalogueContent {
  const file = JSON.parse(readFileSync(new URL("../../data/catalogue.json", import.meta.url), "utf8"));
  return catalogueContent.parse({ services: file.services });
}
