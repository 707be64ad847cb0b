export { startPostgres, type TestPostgres } from "./postgres.ts";
export {
  engines,
  forEachEngine,
  testDatabase,
  testLocation,
  type OpenTestDatabase,
  type TestDatabase,
  type TestLocation,
} from "./test-database.ts";
