function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return otherwise;
  if (!/^[0-9]{1,9}$/.test(text)) throw new Error(`${name} must be a whole number`);
  return Number(text);
}

/** How many power cuts are tried: 40 every day, 400 in the full run. */
export const powerCuts: number = wholeNumber("CAUSEWAY_TEST_POWER_CUTS", 40);
/** How often the server is killed: 3 every day, 30 in the full run. */
export const kills: number = wholeNumber("CAUSEWAY_TEST_KILLS", 3);
/** The seed of every random choice; a failure prints it. */
export const seed: number = wholeNumber("CAUSEWAY_TEST_SEED", Date.now() % 1_000_000_000);
