/** Everything that an endpoint may need the right to do. `packages/access` has a rule for each; the start fails when one has none. */
export type Action =
  /** Use Matrix as oneself: every signed-in account that is not deactivated. What a room allows is decided by the room. */
  | "matrix.use"
  /** Read the directory: people, posts, departments. */
  | "directory.read"
  /** Change the directory: import, appoint, vacate, merge (system administrators). */
  | "directory.write"
  /** Give or take a role (see `mayGrantRole` in access: who may give which). */
  | "directory.roles"
  /** Register machines and their credentials (security administrators). */
  | "machines.write"
  /** Read the register of machines. */
  | "machines.read"
  /** Make, reset and deactivate accounts (system administrators). */
  | "accounts.write"
  /** See accounts and counts, never content. */
  | "accounts.read"
  /** Mark a device as managed (security administrators). */
  | "devices.manage";

/** Every action, for tests that go through all of them. */
export const actions: readonly Action[] = [
  "matrix.use",
  "directory.read",
  "directory.write",
  "directory.roles",
  "machines.write",
  "machines.read",
  "accounts.write",
  "accounts.read",
  "devices.manage",
];
