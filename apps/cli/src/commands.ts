import { accountCommands } from "./account-commands.ts";
import { backupCommand, restoreCommand } from "./backup-commands.ts";
import { checkCommand } from "./check-command.ts";
import type { Command } from "./command.ts";
import { configCommand } from "./config-command.ts";
import { migrateCommand } from "./migrate-command.ts";
import { auditCommands } from "./audit-commands.ts";
import { verifyAuditCommand } from "./verify-audit-command.ts";

/** Every command by its name. */
export const commands: Readonly<Record<string, Command>> = {
  ...accountCommands,
  backup: backupCommand,
  restore: restoreCommand,
  check: checkCommand,
  migrate: migrateCommand,
  config: configCommand,
  "verify-audit": verifyAuditCommand,
  ...auditCommands,
};

/** Commands that CONTRACT.md names and a later version brings: what they need is not there yet. */
export const later: Readonly<Record<string, string>> = {
  "rotate-keys": "nothing in the database is encrypted under a key of its own yet",
};
