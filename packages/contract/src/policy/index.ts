export * from "./catalogue.ts";
export * from "./feed.ts";
export {
  catalogueContent,
  catalogueService,
  policyContent,
  policyLimits,
  type CatalogueContent,
  type CatalogueService,
  type PolicyContent,
  type RuleOfEdition,
} from "./fields.ts";
export * from "./points.ts";
export * from "./policies.ts";
