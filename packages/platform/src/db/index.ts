export { compareMigrations, MigrationError } from "./migrate.ts";
export { loadDatabase, type LoadedTable } from "./load.ts";
export { openDatabase, type DatabaseOptions } from "./open.ts";
export { openSnapshot } from "./snapshot.ts";
export type { Snapshot, TableShape } from "./snapshot-types.ts";
export { verifyFile, verifyStream } from "./verify-stream.ts";
export { standingOf, type Standing } from "./standing.ts";
export { placeholders, statement } from "./statement.ts";
export {
  DatabaseUnavailable,
  PositionOrderError,
  UnmetExpectation,
  type ColumnTypes,
  type Database,
  type DatabaseStats,
  type Engine,
  type Expectation,
  type Migration,
  type MigrationSet,
  type ReadDb,
  type SqlValue,
  type Statement,
  type Stream,
  type ToSign,
  type Tx,
} from "./types.ts";
