export { createBlockPage, type BlockPage, type BlockPageOptions, type StoppedMachines } from "./create-block-page.ts";
