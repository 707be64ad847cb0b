import { MatrixError } from "matrix-js-sdk/lib/http-api/errors.js";

/** What the server said when it refused, for a person. */
export function reasonOf(error: unknown): string {
  if (error instanceof MatrixError) return error.data.error ?? error.errcode ?? "";
  return error instanceof Error ? error.message : "";
}

/** In how many milliseconds it may be tried again, when it was too often. */
export function retryAfterOf(error: unknown): number | undefined {
  if (!(error instanceof MatrixError) || error.httpStatus !== 429) return undefined;
  const wait: unknown = error.data["retry_after_ms"];
  return typeof wait === "number" ? wait : undefined;
}
