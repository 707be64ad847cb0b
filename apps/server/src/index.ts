export { openDataDirectory, type DataDirectory } from "./data-directory.ts";
export { wire, type Server } from "./wire.ts";
