export { keys, type Config, type ConfigKey, type KeyName } from "./keys.ts";
export type { OidcProviderConfig } from "./sign-in-providers.ts";
export { annotatedDefault, ConfigError, loadConfig, variableOf, type ConfigSources } from "./load.ts";
