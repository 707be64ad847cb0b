import type { Migration } from "@causeway/platform";

/** Keys of devices, messages to them, and backups of keys. */
export const keys0001: Migration = {
  name: "0001-keys",
  statements: (t) => [
    `CREATE TABLE keys_devices (user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, keys ${t.text} NOT NULL, PRIMARY KEY (user_id, device))`,
    `CREATE TABLE keys_one_time (
       user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, algorithm ${t.text} NOT NULL, key_id ${t.text} NOT NULL, place ${t.int} NOT NULL,
       key ${t.text} NOT NULL, PRIMARY KEY (user_id, device, algorithm, key_id))`,
    `CREATE INDEX keys_one_time_by_place ON keys_one_time (user_id, device, algorithm, place)`,
    `CREATE TABLE keys_fallback (
       user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, algorithm ${t.text} NOT NULL, key_id ${t.text} NOT NULL, key ${t.text} NOT NULL,
       used ${t.int} NOT NULL DEFAULT 0, PRIMARY KEY (user_id, device, algorithm))`,
    `CREATE TABLE keys_cross_signing (user_id ${t.text} NOT NULL, usage ${t.text} NOT NULL, key ${t.text} NOT NULL, PRIMARY KEY (user_id, usage))`,
    `CREATE TABLE keys_signatures (
       target_user ${t.text} NOT NULL, target_key ${t.text} NOT NULL, signer ${t.text} NOT NULL, signer_key ${t.text} NOT NULL,
       signature ${t.text} NOT NULL, PRIMARY KEY (target_user, target_key, signer, signer_key))`,
    `CREATE TABLE keys_changes (pos ${t.intKey}, user_id ${t.text} NOT NULL)`,
    `CREATE TABLE keys_to_device (pos ${t.intKey}, user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, message ${t.text} NOT NULL)`,
    `CREATE INDEX keys_to_device_by_device ON keys_to_device (user_id, device, pos)`,
    `CREATE TABLE keys_to_device_sent (
       user_id ${t.text} NOT NULL, device ${t.text} NOT NULL, txn ${t.text} NOT NULL, at ${t.int} NOT NULL, PRIMARY KEY (user_id, device, txn))`,
    `CREATE TABLE keys_backups (
       user_id ${t.text} NOT NULL, version ${t.int} NOT NULL, algorithm ${t.text} NOT NULL, auth_data ${t.text} NOT NULL, etag ${t.int} NOT NULL,
       deleted ${t.int} NOT NULL DEFAULT 0, PRIMARY KEY (user_id, version))`,
    `CREATE TABLE keys_backup_sessions (
       user_id ${t.text} NOT NULL, version ${t.int} NOT NULL, room_id ${t.text} NOT NULL, session_id ${t.text} NOT NULL,
       first_message_index ${t.int} NOT NULL, forwarded_count ${t.int} NOT NULL, is_verified ${t.int} NOT NULL, data ${t.text} NOT NULL,
       PRIMARY KEY (user_id, version, room_id, session_id))`,
    `CREATE TABLE keys_dehydrated (user_id ${t.text} PRIMARY KEY, device ${t.text} NOT NULL, data ${t.text} NOT NULL)`,
  ],
};
