import { instant, type Clock } from "@causeway/base";

/** A clock that runs as the machine's does, and that tests move on. */
export interface TestClock extends Clock {
  /** Moves the time on by so many milliseconds, at once. */
  move(ms: number): void;
}

/** A clock that begins at the present. */
export function testClock(): TestClock {
  let ahead = 0;
  return {
    now: () => instant(Date.now() + ahead),
    move: (ms) => void (ahead += ms),
  };
}
