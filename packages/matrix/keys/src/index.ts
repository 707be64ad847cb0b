export { createKeys, type Keys, type KeysOptions } from "./create-keys.ts";
export { keysMigrations } from "./migrations/index.ts";
export {
  defaultKeysLimits,
  type Devices,
  type Interactive,
  type KeysLimits,
  type KeysListener,
  type KnownDevice,
} from "./ports.ts";
export { verifyKeys } from "./store-verify.ts";
export { distrustRestored } from "./after-restore.ts";
