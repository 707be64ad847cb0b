import { failure, ok, parseJson, type Result } from "@causeway/base";
import type { IncomingMessage } from "node:http";

/** What a body may be at most. */
export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly maxJsonDepth: number;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads a whole body as UTF-8 text, or refuses it as soon as it is longer than allowed. */
export function readText(request: IncomingMessage, maxBytes: number): Promise<Result<string>> {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    return Promise.resolve(failure("M_NOT_JSON", "Compressed bodies are not accepted; send the body as it is."));
  }
  if (Number(request.headers["content-length"] ?? 0) > maxBytes) return Promise.resolve(tooLarge(maxBytes));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else resolve(tooLarge(maxBytes));
    });
    request.on("end", () => resolve(decode(chunks)));
    request.on("error", reject);
    request.on("close", () => resolve(failure("M_NOT_JSON", "The body ended too early.")));
  });
}

function decode(chunks: readonly Buffer[]): Result<string> {
  const first = chunks[0];
  if (first === undefined) return ok("");
  try {
    return ok(decoder.decode(chunks.length === 1 ? first : Buffer.concat(chunks)));
  } catch {
    return failure("M_NOT_JSON", "The body is not UTF-8.");
  }
}

function tooLarge(maxBytes: number): Result<never> {
  return failure("M_TOO_LARGE", `The body may be at most ${maxBytes} bytes.`);
}

/** Reads a body as JSON, by the rules of `parseJson`. An empty one is `{}` where the endpoint says so. */
export async function readJson(
  request: IncomingMessage,
  limits: BodyLimits,
  options: { readonly optional: boolean },
): Promise<Result<unknown>> {
  const text = await readText(request, limits.maxBodyBytes);
  if (!text.ok) return text;
  if (text.value.trim() === "") return options.optional ? ok({}) : failure("M_NOT_JSON", "A JSON body is needed.");
  const parsed = parseJson(text.value, { maxDepth: limits.maxJsonDepth });
  return parsed.ok ? ok(parsed.value) : parsed;
}
