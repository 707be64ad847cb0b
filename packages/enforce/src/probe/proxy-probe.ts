import { request } from "node:http";

/** Where a request goes, and as which machine. */
export interface ProxyProbe {
  readonly server: string;
  readonly port: number;
  readonly from?: string;
  readonly host: string;
  readonly timeoutMs?: number;
}

const PATIENCE_MS = 5000;
const FORBIDDEN = 403;

/** Asks a proxy for a plain page, as a machine would: 403 is blocked, anything else was let through, even when the site then did not answer. */
export function askProxy(probe: ProxyProbe): Promise<"blocked" | "allowed" | "no-answer"> {
  const { promise, resolve } = Promise.withResolvers<"blocked" | "allowed" | "no-answer">();
  const asked = request({
    ...{ host: probe.server, port: probe.port, path: `http://${probe.host}/`, method: "HEAD", agent: false },
    ...(probe.from === undefined ? {} : { localAddress: probe.from }),
    ...{ headers: { host: probe.host }, timeout: probe.timeoutMs ?? PATIENCE_MS },
  });
  asked.once("response", (answer) => {
    answer.resume();
    resolve(answer.statusCode === FORBIDDEN ? "blocked" : "allowed");
    asked.destroy();
  });
  asked.once("timeout", () => asked.destroy());
  asked.once("error", () => resolve("no-answer"));
  asked.once("close", () => resolve("no-answer"));
  asked.end();
  return promise;
}
