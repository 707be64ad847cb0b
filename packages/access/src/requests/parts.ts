import type { Asking } from "./asking.ts";
import type { Deciding } from "./deciding.ts";
import type { Desk } from "./desk.ts";
import type { Granting } from "./granting.ts";

/** Everything that endpoints are served with. */
export interface Parts {
  readonly desk: Desk;
  readonly asking: Asking;
  readonly deciding: Deciding;
  readonly granting: Granting;
}
