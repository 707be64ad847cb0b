/** What somebody can be to the government. Being an officer, a Head or a delegate follows from the directory; the others are given. */
export const roles = [
  "officer",
  "head",
  "delegate",
  "ditso",
  "dso",
  "isirt-commander",
  "system-administrator",
  "security-administrator",
  "auditor",
  "dpo",
] as const;

/** One of `roles`. */
export type Role = (typeof roles)[number];

/** The roles that are given to a person or, apart from the administrators', belong to a post. */
export const grantableRoles = [
  "ditso",
  "dso",
  "isirt-commander",
  "system-administrator",
  "security-administrator",
  "auditor",
  "dpo",
] as const satisfies readonly Role[];

/** One of `grantableRoles`. */
export type GrantableRole = (typeof grantableRoles)[number];

/** The two roles that one person can never hold together (the glossary). */
export const administratorRoles = ["system-administrator", "security-administrator"] as const satisfies readonly Role[];

/** The roles that a post can carry: whoever holds it, or acts in it, has them. Administrators are persons, never posts. */
export const postRoles = [
  "ditso",
  "dso",
  "isirt-commander",
  "auditor",
  "dpo",
] as const satisfies readonly GrantableRole[];

/** One of `postRoles`. */
export type PostRole = (typeof postRoles)[number];

/** The roles that are held for a department, and name it. */
export const departmentalRoles = ["ditso", "dso", "isirt-commander"] as const satisfies readonly GrantableRole[];
