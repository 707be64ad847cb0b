export type { WholePolicy } from "./blocked.ts";
export type { FileInput, GuardFacts, NotExemptGroup } from "./file-input.ts";
export { fileRoutes, type FileParts } from "./handlers.ts";
export { endpointFiles, type EndpointFile } from "./files.ts";
