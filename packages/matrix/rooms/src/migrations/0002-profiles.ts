import type { Migration } from "@causeway/platform";

/** What people set in their profiles. */
export const profiles0002: Migration = {
  name: "0002-profiles",
  statements: (t) => [`CREATE TABLE rooms_profiles (user_id ${t.text} PRIMARY KEY, fields ${t.text} NOT NULL)`],
};
