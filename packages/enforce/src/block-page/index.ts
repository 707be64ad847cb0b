export { createBlockPage, type BlockPage, type BlockPageOptions } from "./create-block-page.ts";
export { createMachineHints, type MachineHints } from "./machine-hints.ts";
