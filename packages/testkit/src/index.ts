export { runSql } from "./run-sql.ts";
export { Answered } from "./answered.ts";
export { JsonView } from "./json-view.ts";
export { path, type Call, type Person, type Query, type SyncWish } from "./person.ts";
export { startPostgres, type TestPostgres } from "./postgres.ts";
export { testClock, type TestClock } from "./test-clock.ts";
export {
  engines,
  forEachEngine,
  testDatabase,
  testLocation,
  type OpenTestDatabase,
  type TestDatabase,
  type TestLocation,
} from "./test-database.ts";
export { sharedWorld, testWorld, TEST_PASSWORD, type TestWorld, type TestWorldOptions } from "./test-world.ts";
