export { createLog, factsOfError, type Log, type LogFacts, type LogLevel } from "./log.ts";
