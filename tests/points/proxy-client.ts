import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where the proxy is, and the machine that asks. */
export interface Through {
  readonly port: number;
  readonly from: string;
}

/** What a plain request through a proxy got. */
export interface PlainAnswer {
  readonly status: number;
  readonly body: string;
}

/** Asks for a page through a proxy. */
export async function getThrough(through: Through, url: string): Promise<PlainAnswer> {
  const asked = request({
    ...{ host: "127.0.0.1", port: through.port, localAddress: through.from, path: url, agent: false },
    headers: { host: new URL(url).host },
  });
  asked.end();
  const [answer]: IncomingMessage[] = await once(asked, "response");
  if (answer === undefined) throw new Error("no answer");
  let body = "";
  for await (const chunk of answer.setEncoding("utf8")) body += chunk;
  return { status: answer.statusCode ?? 0, body };
}

/** Opens a tunnel; its socket when the proxy agreed, else the status, or 0 when it just closed. */
export async function tunnelThrough(through: Through, target: string): Promise<Socket | number> {
  const socket = connect({ host: "127.0.0.1", port: through.port, localAddress: through.from });
  socket.on("error", () => undefined);
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const closed = once(socket, "close").catch(() => undefined); // also by a reset
  const [first]: Buffer[] = await Promise.race([once(socket, "data"), closed.then(() => [])]).catch(() => []);
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(first?.toString("latin1") ?? "")?.[1] ?? 0);
  if (status === 200) return socket;
  socket.destroy();
  return status;
}

/** Speaks TLS through a tunnel; whether it came about, and who answered. */
export async function helloThrough(
  socket: Socket,
  servername: string,
): Promise<{ readonly issuer: string; readonly tls: ReturnType<typeof connectTls> } | "cut"> {
  const tls = connectTls({ socket, servername, rejectUnauthorized: false });
  tls.on("error", () => undefined);
  const came = await Promise.race([
    once(tls, "secureConnect").then(() => true),
    once(socket, "close").then(() => false),
    once(tls, "close").then(() => false),
  ]).catch(() => false);
  return came ? { issuer: String(tls.getPeerCertificate().subject?.CN), tls } : "cut";
}
