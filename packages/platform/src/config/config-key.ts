import type { z } from "zod";

/** One key of the configuration: its schema with its default, and what it is for. */
export interface ConfigKey<T = unknown> {
  /** As in the file: `http.maxBodyBytes`. The variable is `CAUSEWAY_HTTP_MAX_BODY_BYTES`. */
  readonly path: string;
  readonly schema: z.ZodType<T>;
  /** Undefined: not set. */
  readonly fallback: T | undefined;
  readonly about: string;
  /** Never printed. */
  readonly secret?: boolean;
}

/** Declares a key. */
export function key<T>(path: string, schema: z.ZodType<T>, fallback: T | undefined, about: string): ConfigKey<T> {
  return { path, schema, fallback, about };
}
