import { codes, type Failure } from "@causeway/base";
import type { FastifyReply } from "fastify";
import { HttpReply, JsonText, type Answer } from "./types.ts";

const JSON_TYPE = "application/json; charset=utf-8";

/** Writes a handler's answer. */
export function writeAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if (!answer.ok) return writeFailure(reply, answer.error);
  const value = answer.value;
  if (value instanceof JsonText) return reply.header("content-type", JSON_TYPE).send(encoded(value.text));
  if (value instanceof HttpReply) return writeReply(reply, value);
  return reply.header("content-type", JSON_TYPE).send(JSON.stringify(value));
}

/** Long texts beyond this are encoded here: for ASCII, which most JSON is, that is many times faster than the socket's own way. */
const LONG = 4096;

function encoded(text: string): string | Buffer {
  if (text.length < LONG) return text;
  return Buffer.from(text, Buffer.byteLength(text) === text.length ? "latin1" : "utf8");
}

function writeReply(reply: FastifyReply, whole: HttpReply): FastifyReply {
  reply.code(whole.status);
  for (const [name, value] of Object.entries(whole.headers)) reply.header(name, value);
  if (!reply.hasHeader("content-type") && typeof whole.body === "string") reply.header("content-type", JSON_TYPE);
  return reply.send(whole.body);
}

/** Writes a refusal: `{errcode, error, …}` with the code's status (client-server API, "Standard error response"). */
export function writeFailure(reply: FastifyReply, failed: Failure): FastifyReply {
  const code = codes[failed.code];
  const retryAfterMs = failed.extra?.["retry_after_ms"];
  if (typeof retryAfterMs === "number") reply.header("retry-after", String(Math.ceil(retryAfterMs / 1000)));
  return reply
    .code(failed.status ?? code.status)
    .header("content-type", JSON_TYPE)
    .send(JSON.stringify({ errcode: failed.code, error: failed.message ?? code.say, ...failed.extra }));
}
