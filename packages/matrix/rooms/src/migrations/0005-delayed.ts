import type { Migration } from "@causeway/platform";

/** Events that are to be sent later, and for some days what became of them. */
export const delayed0005: Migration = {
  name: "0005-delayed",
  statements: (t) => [
    `CREATE TABLE rooms_delayed (
       id ${t.text} PRIMARY KEY, user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, txn ${t.text}, client_txn ${t.text}, room_id ${t.text} NOT NULL,
       type ${t.text} NOT NULL, state_key ${t.text}, content ${t.text} NOT NULL, delay ${t.int} NOT NULL, since ${t.int} NOT NULL, due ${t.int} NOT NULL,
       status ${t.text} NOT NULL, event_id ${t.text}, error ${t.text}, finalised ${t.int})`,
    `CREATE UNIQUE INDEX rooms_delayed_by_txn ON rooms_delayed (user_id, device, txn)`,
    `CREATE INDEX rooms_delayed_by_due ON rooms_delayed (due) WHERE status = 'scheduled'`,
    `CREATE INDEX rooms_delayed_by_user ON rooms_delayed (user_id, status, due)`,
    `CREATE INDEX rooms_delayed_by_end ON rooms_delayed (finalised) WHERE finalised IS NOT NULL`,
  ],
};
