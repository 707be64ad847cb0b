import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { catalogueContent, comparable, editionNumber, ofDepartment, policyLimits, publishing } from "./fields.ts";

const BASE = "/causeway/v1/catalogue";

/** `GET /causeway/v1/catalogue`. */
export const getCatalogue = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "catalogue.read" },
  summary: "The services of the catalogue in effect: the centre's, and those of the caller's departments.",
  errors: [],
  rate: "read",
});

/** `GET /causeway/v1/catalogue/editions`. */
export const listCatalogueEditions = endpoint({
  method: "GET",
  path: `${BASE}/editions`,
  access: { action: "catalogue.read" },
  summary: "The published versions of the centre's catalogue, or of a department's own services, newest first.",
  query: ofDepartment,
  errors: ["DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `GET /causeway/v1/catalogue/editions/{version}`. */
export const getCatalogueEdition = endpoint({
  method: "GET",
  path: `${BASE}/editions/:version`,
  access: { action: "catalogue.read" },
  summary: "One published version with all that it says.",
  params: z.object({ version: editionNumber }),
  query: ofDepartment,
  errors: ["EDITION_UNKNOWN", "DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `POST /causeway/v1/catalogue/editions/{version}/withdraw`. */
export const withdrawCatalogueEdition = endpoint({
  method: "POST",
  path: `${BASE}/editions/:version/withdraw`,
  access: { action: "catalogue.write" },
  summary: "Takes back a version that is not in effect yet.",
  params: z.object({ version: editionNumber }),
  query: ofDepartment,
  bodyOptional: true,
  errors: ["EDITION_UNKNOWN", "EDITION_CONFLICT", "DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "write",
});

/** `GET /causeway/v1/catalogue/differences`. */
export const compareCatalogue = endpoint({
  method: "GET",
  path: `${BASE}/differences`,
  access: { action: "catalogue.read" },
  summary: "What differs between two versions, or between a version and the draft or what the product came with.",
  query: ofDepartment.extend({ from: z.union([editionNumber, z.literal("shipped")]), to: comparable }),
  errors: ["EDITION_UNKNOWN", "DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `GET /causeway/v1/catalogue/draft`. */
export const getCatalogueDraft = endpoint({
  method: "GET",
  path: `${BASE}/draft`,
  access: { action: "catalogue.write" },
  summary: "The draft of the next version; while there is none, what is in effect, as revision 0.",
  query: ofDepartment,
  errors: ["DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "read",
});

/** `PUT /causeway/v1/catalogue/draft`. */
export const putCatalogueDraft = endpoint({
  method: "PUT",
  path: `${BASE}/draft`,
  access: { action: "catalogue.write" },
  summary: "Replaces the draft of the next version. `revision` is that which was read.",
  query: ofDepartment,
  body: catalogueContent.extend({ revision: z.number().int().min(0) }),
  errors: ["EDITION_CONFLICT", "EDITION_REFUSED", "DIRECTORY_UNKNOWN", "NOT_PERMITTED", "M_TOO_LARGE"],
  rate: "write",
  maxBodyBytes: policyLimits.bytes,
});

/** `DELETE /causeway/v1/catalogue/draft`. */
export const dropCatalogueDraft = endpoint({
  method: "DELETE",
  path: `${BASE}/draft`,
  access: { action: "catalogue.write" },
  summary: "Drops the draft.",
  query: ofDepartment,
  errors: ["DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST /causeway/v1/catalogue/publish`. */
export const publishCatalogue = endpoint({
  method: "POST",
  path: `${BASE}/publish`,
  access: { action: "catalogue.write" },
  summary: "Publishes the draft as the next version, at once or from a time on.",
  query: ofDepartment,
  body: publishing,
  errors: ["EDITION_UNKNOWN", "EDITION_CONFLICT", "EDITION_REFUSED", "DIRECTORY_UNKNOWN", "NOT_PERMITTED"],
  rate: "write",
});
