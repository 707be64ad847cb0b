/** Says loudly that something could not be tried; under `CI=true` that is a failure. */
export function skipLoudly(test: { skip(reason: string): void }, reason: string): void {
  console.error(`\n*** NOT TRIED: ${reason} ***\n`);
  if (process.env["CI"] === "true") throw new Error(`under CI=true this must be tried: ${reason}`);
  test.skip(reason);
}
