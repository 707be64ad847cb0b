import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";

/** What the server said when it refused, for a person. */
export function reasonOf(error: unknown): string {
  if (error instanceof MatrixError) return error.data.error ?? error.errcode ?? "";
  return error instanceof Error ? error.message : "";
}
