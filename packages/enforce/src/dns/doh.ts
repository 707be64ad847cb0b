import { failure, ok, type Result } from "@causeway/base";
import { getDnsQuery, postDnsQuery } from "@causeway/contract";
import { HttpReply, serve, type Route } from "@causeway/platform";
import { Budgets } from "../embedded/budget.ts";
import { addressOfSocket, type Claim } from "../embedded/judge.ts";
import { MESSAGE_LIMIT } from "../dns-wire/index.ts";
import type { Dns } from "./create-dns.ts";
import { readResponse } from "./response.ts";
import { readQuery } from "./query.ts";
import type { Readable } from "node:stream";

const TYPE = "application/dns-message";
/** Queries of one machine; a browser that starts asks for a few hundred names at once. */
const PER_MACHINE = { perSecond: 100, burst: 2000 } as const;

const MAX_LIFETIME = 86_400;

/** DNS over HTTPS (RFC 8484): `/dns-query/{machine token}`. */
export function dohRoutes(dns: () => Dns | undefined): readonly Route[] {
  const budgets = new Budgets(PER_MACHINE);
  const answer = async (
    message: Buffer,
    from: { readonly token: string; readonly ip: string },
  ): Promise<Result<HttpReply>> => {
    const filter = dns();
    if (filter === undefined) return failure("M_NOT_FOUND", "There is no DNS filter here.");
    const address = addressOfSocket(from.ip);
    const machine = filter.judge.machineOfToken(from.token, address);
    const key = machine ?? `? ${address}`;
    if (!budgets.take(key, performance.now())) return failure("M_LIMIT_EXCEEDED", undefined, { retry_after_ms: 1000 });
    if (machine === undefined) return failure("M_NOT_FOUND", "This is no machine's token.");
    const reply = await replyTo(filter, message, { address, machine });
    if (reply === undefined) return failure("M_INVALID_PARAM", "This is no DNS query.");
    const headers = { "content-type": TYPE, "cache-control": `private, max-age=${lifetimeOf(reply)}` };
    return ok(new HttpReply({ body: reply, headers }));
  };
  return [
    serve(getDnsQuery, ({ params, query, ip }) => {
      const text = query.dns ?? "";
      if (text === "" || !/^[A-Za-z0-9_-]+$/.test(text))
        return failure("M_INVALID_PARAM", "query `dns`: not base64url");
      return answer(Buffer.from(text, "base64url"), { token: params.token, ip });
    }),
    serve(postDnsQuery, async ({ params, stream, headers, ip }) => {
      const [type = ""] = (headers["content-type"] ?? "").split(";", 1);
      if (type.trim().toLowerCase() !== TYPE)
        return { ok: false, error: { code: "M_INVALID_PARAM", status: 415, message: `Send a body of type ${TYPE}.` } };
      const message = await readAll(stream);
      return message === undefined ? failure("M_TOO_LARGE") : await answer(message, { token: params.token, ip });
    }),
  ];
}

function replyTo(dns: Dns, message: Buffer, claim: Claim): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    dns.answer(message, () => dns.judge.whoIs(claim)?.machine ?? { key: "", class: "internal-desktop" }, resolve);
  });
}

/** How long the answer as a whole may be kept: as long as its shortest record. */
function lifetimeOf(reply: Buffer): number {
  const asQuery = Buffer.from(reply);
  asQuery.writeUInt16BE(0, 2);
  asQuery.writeUInt32BE(0, 6);
  asQuery.writeUInt16BE(0, 10);
  const question = readQuery(asQuery);
  if (typeof question !== "object") return 0;
  const ttl = readResponse(reply, question.end)?.ttl ?? 0;
  return Math.min(ttl, MAX_LIFETIME);
}

function readAll(stream: Readable): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MESSAGE_LIMIT) chunks.push(chunk);
      else resolve(undefined);
    });
    stream.on("end", () => resolve(Buffer.concat(chunks)));
    stream.on("close", () => resolve(undefined));
    stream.on("error", () => resolve(undefined));
  });
}
