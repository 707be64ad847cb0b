export { squidConfig, type SquidConfigOptions } from "./config.ts";
export { socketCutter, type Cutter } from "./cutter.ts";
export { SquidHelper, type SquidHelperOptions } from "./helper.ts";
export { SQUID_PAGE, squidPage } from "./page.ts";
export { SquidProver, type SquidProverOptions } from "./prover.ts";
