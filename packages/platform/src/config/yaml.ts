import { parseDocument } from "yaml";
import { ConfigError } from "./load.ts";

/** A few references are enough for a hand-written file; more are a bomb. */
const MOST_ALIASES = 20;

/** Reads a configuration file of another program than the server (YAML, or JSON, which is YAML too). @throws ConfigError */
export function readYaml(text: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0)
    throw new ConfigError(document.errors.map(({ message }) => message.split("\n")[0] ?? ""));
  return document.toJS({ maxAliasCount: MOST_ALIASES });
}
