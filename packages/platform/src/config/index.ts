export { readFlags, type FlagKinds, type Flags } from "./flags.ts";
export { keys, type Config, type ConfigKey, type KeyName } from "./keys.ts";
export type { OidcProviderConfig } from "./sign-in-providers.ts";
export { annotatedDefault, ConfigError, loadConfig, variableOf, type ConfigSources } from "./load.ts";
export { nearest } from "./nearest.ts";
export { readConfig, serverNameOf, type ConfigPlaces } from "./read.ts";
export { readTls, type TlsFiles } from "./tls.ts";
export { readYaml } from "./yaml.ts";
