import { connect } from "node:net";
import type { Found } from "./self-test.ts";

/** Asks a proxy for a tunnel to a host, from an address of this machine. */
export function probeProxy(
  at: { readonly host: string; readonly port: number; readonly from: string },
  target: string,
): Promise<Found> {
  return new Promise((resolve) => {
    const socket = connect({ host: at.host, port: at.port, localAddress: at.from });
    const end = (found: Found): void => {
      socket.destroy();
      resolve(found);
    };
    let got = "";
    socket.setTimeout(5000, () => end("no-answer"));
    socket.on("error", () => end("no-answer"));
    socket.on("close", () => end("no-answer"));
    socket.on("data", (bytes: Buffer) => {
      got += bytes.toString("latin1");
      const status = /^HTTP\/1\.1 ([0-9]{3}) /.exec(got)?.[1];
      if (status !== undefined) end(status === "403" ? "blocked" : "allowed");
    });
    socket.write(`CONNECT ${target}:443 HTTP/1.1\r\nHost: ${target}:443\r\n\r\n`);
  });
}
