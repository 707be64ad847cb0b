/** Items between two turns of the event loop. */
const TURN = 500;

/** Does something with every item, and lets others have a turn in between. */
export async function eachInTurns<T>(items: readonly T[], act: (item: T) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    act(item);
    if (index % TURN === TURN - 1) await new Promise((resolve) => setImmediate(resolve));
  }
}
