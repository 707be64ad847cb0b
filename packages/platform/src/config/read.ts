import { parseServerName, type ServerName } from "@causeway/base";
import { existsSync, readFileSync } from "node:fs";
import type { Config } from "./keys.ts";
import { loadConfig, type ConfigSources } from "./load.ts";

/** Where the configuration comes from, with files by their path. */
export interface ConfigPlaces extends Omit<ConfigSources, "file" | "faults"> {
  /** A file that somebody named: it must be there. */
  readonly file: string | undefined;
  /** Read when no file was named and this one is there. */
  readonly standardFile: string;
  /** What was wrong with the command line. */
  readonly faults: readonly string[];
}

/** Reads the configuration with its file. @throws ConfigError listing every fault. */
export function readConfig(places: ConfigPlaces): Config {
  const { flags, environment } = places;
  const faults = [...places.faults];
  const path = places.file ?? (existsSync(places.standardFile) ? places.standardFile : undefined);
  let file: string | undefined;
  try {
    file = path === undefined ? undefined : readFileSync(path, "utf8");
  } catch (error) {
    faults.push(`the file ${path}: ${error instanceof Error ? error.message : "cannot be read"}`);
  }
  return loadConfig({ flags, environment, file, faults });
}

/** The server's name as an id's part. */
export function serverNameOf(config: Config): ServerName {
  const name = parseServerName(config.serverName);
  if (name === undefined) throw new Error("the configuration let a bad server name through");
  return name;
}
