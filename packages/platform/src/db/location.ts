/** Whether a database's location is that of PostgreSQL; else it is a file of SQLite. */
export function isPostgres(location: string): boolean {
  return /^postgres(ql)?:\/\//.test(location);
}
