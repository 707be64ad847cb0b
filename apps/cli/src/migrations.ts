import { accessMigrations } from "@causeway/access";
import { auditMigrations } from "@causeway/audit";
import { policyMigrations } from "@causeway/access";
import { accountsMigrations } from "@causeway/accounts";
import { cardsMigrations } from "@causeway/cards";
import { directoryMigrations } from "@causeway/directory";
import { pointsMigrations } from "@causeway/enforce";
import { keysMigrations } from "@causeway/matrix-keys";
import { mediaMigrations } from "@causeway/matrix-media";
import { pushMigrations } from "@causeway/matrix-push";
import { roomsMigrations } from "@causeway/matrix-rooms";
import type { MigrationSet } from "@causeway/platform";

/** The tables of every package, as apps/server has them: tests/commands.test.ts fails when the two lists differ. */
export const allMigrations: readonly MigrationSet[] = [
  auditMigrations,
  accountsMigrations,
  directoryMigrations,
  roomsMigrations,
  keysMigrations,
  mediaMigrations,
  pushMigrations,
  policyMigrations,
  pointsMigrations,
  cardsMigrations,
  accessMigrations,
];
