import type { Route } from "@causeway/platform";
import { pushRoutes } from "./handlers.ts";
import { Push, type PushOptions } from "./push.ts";

export { pushMigrations } from "./migrations/index.ts";
export { defaultPushTimes, type Push, type PushOptions } from "./push.ts";
export { removePushersOfDevice } from "./store.ts";
export { newVapidKeys, parseVapidKeys, type VapidKeys } from "./vapid.ts";

/** Builds push, with its endpoints; `load()` before the first event. */
export function createPush(options: PushOptions): { readonly push: Push; readonly routes: readonly Route[] } {
  const push = new Push(options);
  return { push, routes: pushRoutes(push) };
}
