export { UnboundPoint, type UnboundPointOptions } from "./point.ts";
export { MARK_VIEW, viewNameOf } from "./state.ts";
