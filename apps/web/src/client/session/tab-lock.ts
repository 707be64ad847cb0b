const NAME = "causeway-tab";

/** The right to be the one tab in which the account is open: two would spoil each other's encryption. */
export interface TabLock {
  release(): void;
}

const free: TabLock = { release: () => undefined };

/**
 * Takes the right when no other tab has it, or takes it away from the one that has; undefined when another has it. `lost` is called when
 * another tab takes it. A browser without locks lets every tab in.
 */
export function takeTab(how: { readonly steal: boolean; readonly lost: () => void }): Promise<TabLock | undefined> {
  if (!("locks" in navigator)) return Promise.resolve(free);
  return new Promise((resolve) => {
    const held = (lock: Lock | null): Promise<void> | undefined => {
      if (lock === null) {
        resolve(undefined);
        return undefined;
      }
      // The right is held until the page goes, the account is left, or another tab takes it.
      const { promise, resolve: release } = Promise.withResolvers<void>();
      resolve({ release });
      return promise;
    };
    const options: LockOptions = how.steal ? { steal: true } : { ifAvailable: true };
    navigator.locks.request(NAME, options, held).catch(how.lost);
  });
}
