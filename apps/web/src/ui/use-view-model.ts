import { useSyncExternalStore } from "react";
import type { ViewModel } from "../client/view-model.ts";

/** The view model's present snapshot; the view is drawn again with the next. */
export function useViewModel<S>(vm: ViewModel<S>): S {
  return useSyncExternalStore(vm.subscribe, vm.snapshot);
}
