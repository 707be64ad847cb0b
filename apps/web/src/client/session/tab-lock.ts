const NAME = "causeway-tab";

/** The right to be the one tab in which the account is open: two would spoil each other's encryption. */
export type TabLock = "held" | "elsewhere";

/**
 * Takes the right when no other tab has it, or takes it away from the one that has. `lost` is called when another tab takes it.
 * A browser without locks lets every tab in.
 */
export function takeTab(how: { readonly steal: boolean; readonly lost: () => void }): Promise<TabLock> {
  if (!("locks" in navigator)) return Promise.resolve("held");
  return new Promise((resolve) => {
    const held = (lock: Lock | null): Promise<void> | undefined => {
      resolve(lock === null ? "elsewhere" : "held");
      // The right is held until the page goes or another tab takes it.
      return lock === null ? undefined : new Promise(() => undefined);
    };
    const options: LockOptions = how.steal ? { steal: true } : { ifAvailable: true };
    navigator.locks.request(NAME, options, held).catch(how.lost);
  });
}
