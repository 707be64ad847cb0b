import { codes, type Failure } from "@causeway/base";
import type { FastifyReply } from "fastify";
import { Readable } from "node:stream";
import { HttpReply, JsonText, type Answer } from "./types.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** What browsers need to be told with every answer (client-server API, "Web Browser Clients"). */
const CORS: Readonly<Record<string, string>> = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, POST, PUT, DELETE, OPTIONS",
  "access-control-allow-headers": "X-Requested-With, Content-Type, Authorization, Date, Range, If-None-Match",
  "access-control-expose-headers": "Content-Disposition, Content-Range, Accept-Ranges, ETag, Retry-After",
};

/** What they are told when they ask first. */
export const PREFLIGHT: Readonly<Record<string, string>> = { ...CORS, "access-control-max-age": "86400" };

const JSON_HEADERS: readonly string[] = ["content-type", JSON_TYPE, ...Object.entries(CORS).flat()];

/** Writes a refusal of a method that a path does not have. */
export function refuseMethod(reply: FastifyReply, known: readonly string[]): void {
  const text = JSON.stringify({ errcode: "M_UNRECOGNIZED", error: "This method is not supported here." });
  writeJson(reply, text, { status: 405, more: ["allow", known.join(", ")] });
}

/** Writes a handler's answer. */
export function writeAnswer(reply: FastifyReply, answer: Answer): void {
  if (!answer.ok) return writeFailure(reply, answer.error);
  const value = answer.value;
  if (value instanceof HttpReply) return writeReply(reply, value);
  writeJson(reply, value instanceof JsonText ? value.text : JSON.stringify(value), { status: 200 });
}

/** Nearly every answer is a JSON text, and goes straight to the socket: the framework's way of sending has hooks that nobody uses here. */
function writeJson(
  reply: FastifyReply,
  text: string,
  { status, more = [] }: { readonly status: number; readonly more?: readonly string[] },
): void {
  reply.hijack();
  const bytes = Buffer.byteLength(text);
  const headers = [...JSON_HEADERS, "content-length", String(bytes), ...more];
  // For ASCII, which most JSON is, the socket is many times faster when told so; a long text it takes best as bytes.
  const encoding = bytes === text.length ? "latin1" : "utf8";
  const response = reply.code(status).raw.writeHead(status, headers);
  if (bytes < LONG) response.end(text, encoding);
  else response.end(Buffer.from(text, encoding));
}

const LONG = 4096;

function writeReply(reply: FastifyReply, whole: HttpReply): void {
  reply.code(whole.status).headers(CORS);
  for (const [name, value] of Object.entries(whole.headers)) reply.header(name, value);
  if (!reply.hasHeader("content-type") && typeof whole.body === "string") reply.header("content-type", JSON_TYPE);
  const { body } = whole;
  if (reply.request.method === "HEAD" && body instanceof Readable) {
    body.destroy();
    reply.send();
  } else reply.send(body);
}

/** Writes a refusal: `{errcode, error, …}` with the code's status (client-server API, "Standard error response"). */
export function writeFailure(reply: FastifyReply, failed: Failure): void {
  const code = codes[failed.code];
  const retryAfterMs = failed.extra?.["retry_after_ms"];
  const more = typeof retryAfterMs === "number" ? ["retry-after", String(Math.ceil(retryAfterMs / 1000))] : [];
  const text = JSON.stringify({ errcode: failed.code, error: failed.message ?? code.say, ...failed.extra });
  writeJson(reply, text, { status: failed.status ?? code.status, more });
}
