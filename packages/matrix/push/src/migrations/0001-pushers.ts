import type { Migration } from "@causeway/platform";

/** Where people are told of news. */
export const pushers0001: Migration = {
  name: "0001-pushers",
  statements: (t) => [
    `CREATE TABLE push_pushers (
       user_id ${t.text} NOT NULL, app_id ${t.text} NOT NULL, pushkey ${t.text} NOT NULL, device ${t.text} NOT NULL, kind ${t.text} NOT NULL,
       app_name ${t.text} NOT NULL, device_name ${t.text} NOT NULL, profile_tag ${t.text} NOT NULL, lang ${t.text} NOT NULL, data ${t.text} NOT NULL,
       ts ${t.int} NOT NULL, PRIMARY KEY (user_id, app_id, pushkey))`,
    `CREATE INDEX push_pushers_by_key ON push_pushers (app_id, pushkey)`,
  ],
};
