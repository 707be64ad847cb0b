export { listening } from "./listening.ts";
export { providerConfig, realProvider, type RealProvider } from "./provider.ts";
