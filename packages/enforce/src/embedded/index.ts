export type { Credentials, EmbeddedSource } from "./ports.ts";
export { probeProxy } from "./probe-proxy.ts";
export { SelfTester, type SelfTestParts } from "./self-test.ts";
