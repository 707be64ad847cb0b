/** Which test files run together; every one belongs to exactly one of them. */
export const suites = {
  /** The rules about the repository itself. */
  gates: /^tools\/.*\.test\.ts$/,
  /** Fast: no servers, no databases beyond memory. */
  unit: /^(packages|apps)\/.*\/src\/.*\.test\.ts$/,
  /** Against real databases, on each engine. */
  integration: /^packages\/.*\/tests\/.*\.test\.ts$/,
  /** The operators' commands, on each engine: many processes, so not for every day. */
  operators: /^tests\/operators\/.*\.test\.ts$/,
  /** The server program as a whole: its start and end, kills, power cuts. */
  whole: /^(tests\/(?!operators\/|e2e\/|sdk\/)|apps\/[a-z]+\/tests\/).*\.test\.ts$/,
  /** Clients of others against the server program. */
  clients: /^tests\/sdk\/.*\.test\.ts$/,
  /** People in browsers against the server program. */
  journeys: /^tests\/e2e\/.*\.test\.ts$/,
} as const;
