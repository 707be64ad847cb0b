export {
  grantScopes,
  MAX_WORDS,
  requestLabels,
  requestStates,
  type GrantHours,
  type GrantScope,
  type RequestLabel,
  type RequestState,
} from "./fields.ts";
export * from "./grants.ts";
export * from "./looks.ts";
export * from "./register.ts";
export * from "./requests.ts";
export * from "./reviews.ts";
export * from "./views.ts";
