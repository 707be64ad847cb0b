import { failure, ok, type ErrorCode, type Result } from "@causeway/base";
import type { z } from "zod";

/** The query string as a record; a name that is given several times becomes a list. */
export type RawQuery = Readonly<Record<string, string | readonly string[]>>;

/** Reads a query string. */
export function parseQuery(url: string): RawQuery {
  const mark = url.indexOf("?");
  if (mark < 0) return {};
  const query: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(url.slice(mark + 1))) {
    const known = query[name];
    if (known === undefined) query[name] = value;
    else if (typeof known === "string") query[name] = [known, value];
    else known.push(value);
  }
  return query;
}

/** Applies a schema; a refusal names the place and what is wrong there, and never repeats the value. */
export function validate(
  schema: z.ZodType | undefined,
  value: unknown,
  what: "path" | "query" | "body",
): Result<unknown> {
  if (schema === undefined) return ok(value);
  const parsed = schema.safeParse(value);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const place = issue === undefined ? "" : issue.path.map(String).join(".");
  const missing = issue?.code === "invalid_type" && issue.message.endsWith("received undefined");
  const text = missing ? "is missing" : (issue?.message ?? "is not valid");
  return failure(codeFor(what, missing), `${what}${place === "" ? "" : ` \`${place}\``}: ${text}`);
}

function codeFor(what: "path" | "query" | "body", missing: boolean): ErrorCode {
  if (what === "body") return "M_BAD_JSON";
  return missing ? "M_MISSING_PARAM" : "M_INVALID_PARAM";
}
