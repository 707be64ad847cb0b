import type { Migration } from "@causeway/platform";

const NAMES = ["name_en", "name_zh"];

/**
 * The directory. Nothing is deleted: what is over has an end. Every change raises the one revision and writes it into its rows, so
 * that a change rests on exactly the directory that was read, and that another process can take up what is new.
 */
export const directory0001: Migration = {
  name: "0001-directory",
  statements: ({ text, int }) => {
    const must = (...names: readonly string[]): string => names.map((name) => `${name} ${text} NOT NULL`).join(", ");
    const at = (...names: readonly string[]): string => names.map((name) => `${name} ${int} NOT NULL`).join(", ");
    const rev = `rev ${int} NOT NULL`;
    const tables = [
      `CREATE TABLE directory_head (id ${int} PRIMARY KEY, revision ${int} NOT NULL)`,
      `CREATE TABLE directory_units (id ${text} PRIMARY KEY, ${must("kind", "department", "code", ...NAMES)}, parent ${text}, ${at("begun")}, ended ${int}, ${must("successors", "former")}, ${rev})`,
      `CREATE TABLE directory_posts (id ${text} PRIMARY KEY, ${must("department", "code", "title_en", "title_zh", "roles", "former")}, unit ${text}, ${at("is_head", "begun")}, ended ${int}, ${rev})`,
      `CREATE TABLE directory_people (user_id ${text} PRIMARY KEY, ${must(...NAMES)}, ${at("joined", "is_told")}, left_at ${int}, ${rev})`,
      `CREATE TABLE directory_appointments (id ${text} PRIMARY KEY, ${must("post", "user_id", "kind")}, ${at("begins")}, ends ${int}, ${rev})`,
      `CREATE TABLE directory_roles (id ${text} PRIMARY KEY, ${must("user_id", "role")}, department ${text}, given_by ${text}, ${at("begins", "is_over")}, ends ${int}, ${rev})`,
      `CREATE TABLE directory_delegations (id ${text} PRIMARY KEY, ${must("department", "user_id", "given_by", "limits")}, ${at("begins", "ends")}, revoked ${int}, ${rev})`,
      `CREATE TABLE directory_machines (id ${text} PRIMARY KEY, ${must("name", "class", "department", "addresses")}, retired ${int}, ${rev})`,
      `CREATE TABLE directory_credentials (hash ${text} PRIMARY KEY, ${must("kind", "owner")}, ${at("created")}, ends ${int}, ${rev})`,
      `CREATE TABLE directory_post_rooms (post ${text} NOT NULL, room_id ${text} NOT NULL, ${must("tied_by", "members")}, ${at("is_accepted")}, ended ${int}, ${rev}, PRIMARY KEY (post, room_id))`,
      `CREATE TABLE directory_reorganisations (id ${text} PRIMARY KEY, ${must("plan", "status", "by_user")}, ${at("at")}, fault ${text}, ${rev})`,
    ];
    const byRevision = tables
      .map((sql) => /TABLE (directory_[a-z_]+) /.exec(sql)?.[1] ?? "")
      .filter((table) => table !== "directory_head")
      .map((table) => `CREATE INDEX ${table}_by_rev ON ${table} (rev)`);
    return [
      ...tables,
      "INSERT INTO directory_head (id, revision) VALUES (1, 0)",
      ...byRevision,
      // One person can never hold both administrator roles, whatever the program believes.
      `CREATE UNIQUE INDEX directory_one_administrator_role ON directory_roles (user_id)
         WHERE is_over = 0 AND role IN ('system-administrator', 'security-administrator')`,
      // A department's code is never used again: history is found by it.
      "CREATE UNIQUE INDEX directory_department_codes ON directory_units (code) WHERE kind = 'department'",
      "CREATE UNIQUE INDEX directory_unit_codes ON directory_units (department, code) WHERE kind <> 'department' AND ended IS NULL",
      "CREATE UNIQUE INDEX directory_post_codes ON directory_posts (department, code) WHERE ended IS NULL",
      "CREATE UNIQUE INDEX directory_one_head ON directory_posts (department) WHERE is_head = 1 AND ended IS NULL",
      "CREATE UNIQUE INDEX directory_one_holder ON directory_appointments (post) WHERE kind = 'substantive' AND ends IS NULL",
    ];
  },
};
