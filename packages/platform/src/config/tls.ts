import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { Config } from "./keys.ts";

/** A certificate chain and its private key, in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** What is wrong with the files of a certificate and its key, if anything. */
export function tlsFault(cert: unknown, key: unknown): string | undefined {
  if (cert === undefined && key === undefined) return undefined;
  if (typeof cert !== "string" || typeof key !== "string")
    return "`tlsCert` and `tlsKey` belong together: set both or neither";
  let files: TlsFiles;
  try {
    files = { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
  } catch (error) {
    return `\`tlsCert\` and \`tlsKey\`: ${error instanceof Error ? error.message : "cannot be read"}`;
  }
  try {
    createSecureContext(files);
    return undefined;
  } catch {
    return "`tlsCert` and `tlsKey` are not a certificate and its private key";
  }
}

/** The certificate and its key that the configuration names; undefined when it names none. */
export function readTls(config: Config): TlsFiles | undefined {
  const { tlsCert, tlsKey } = config;
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return { cert: readFileSync(tlsCert, "utf8"), key: readFileSync(tlsKey, "utf8") };
}
