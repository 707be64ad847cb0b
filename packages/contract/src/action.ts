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
  /** See who holds which role, administrators and auditors too. */
  | "roles.read"
  /** Let somebody decide in a Head's place (the Head of that department, security administrators). */
  | "directory.delegate"
  /** Register machines, their addresses and their credentials (system administrators). */
  | "machines.write"
  /** Say what a machine is, and so what is blocked on it (security administrators). */
  | "machines.classify"
  /** Read the register of machines. */
  | "machines.read"
  /** Make, reset and deactivate accounts (system administrators). */
  | "accounts.write"
  /** Lock or suspend accounts, and let them go again (both kinds of administrators). */
  | "accounts.hold"
  /** See accounts and counts, never content. */
  | "accounts.read"
  /** Mark a device as managed (security administrators). */
  | "devices.manage"
  /** Have the files that management tools put on desktops (both kinds of administrators). */
  | "enforcement.files"
  /** Ask for authorisations, and see and do what a request or grant concerns one with: whose turn it is is decided for each of them. */
  | "access.use"
  /** Advise on requests of one's department, and look at what was opened by break-glass (DITSOs). */
  | "access.advise"
  /** Read the register of requests and grants; which departments' is decided by the roles. */
  | "access.register"
  /** Review the need for a department's grants. */
  | "access.review"
  /** Ask to look at one person's records. */
  | "access.look"
  /** Read the audit log: counts, entries, who and why of a thing (auditors, security administrators). */
  | "audit.read"
  /** Ask for the proof of a thing; who is entitled to this one is asked again. */
  | "audit.prove"
  /** See which services are blocked, and why. */
  | "catalogue.read"
  /** Write the catalogue: the DPO the centre's, a department's Head and DITSO their own services. */
  | "catalogue.write"
  /** See the rules, their versions, and what is counted of them. */
  | "policy.read"
  /** Write rules: the DPO and security administrators the centre's, a department's Head and DITSO their own. */
  | "policy.write"
  /** See the enforcement points and what they obey. */
  | "points.read"
  /** Let enforcement points in and end them (security administrators). */
  | "points.manage"
  /** Announce something that is to be acknowledged; to whom is decided by `mayAnnounceTo` in access. */
  | "announcements.post"
  /** Name the custodians of a department's recovery keys, or have none (its Head, security administrators). */
  | "custody.manage";

/** Every action, for tests that go through all of them. */
export const actions: readonly Action[] = [
  "matrix.use",
  "directory.read",
  "directory.write",
  "directory.roles",
  "roles.read",
  "directory.delegate",
  "machines.write",
  "machines.classify",
  "machines.read",
  "accounts.write",
  "accounts.hold",
  "accounts.read",
  "devices.manage",
  "enforcement.files",
  "access.use",
  "access.advise",
  "access.register",
  "access.review",
  "access.look",
  "audit.read",
  "audit.prove",
  "catalogue.read",
  "catalogue.write",
  "policy.read",
  "policy.write",
  "points.read",
  "points.manage",
  "announcements.post",
  "custody.manage",
];
