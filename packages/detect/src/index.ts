export { detect, type DetectLimits, type Level, type Report } from "./detect.ts";
export { type Finding, type IdentifierKind, identifierKinds } from "./finding.ts";
export { isHkid } from "./hkid.ts";
export { isMainlandId } from "./mainland-id.ts";
export { mask } from "./mask.ts";
