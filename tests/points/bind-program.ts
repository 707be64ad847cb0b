import { createHmac } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  freePort,
  isListening,
  programAt,
  startProgram,
  until,
  type ProgramFolder,
  type RunningProgram,
} from "./programs.ts";

/** A BIND that was started for a test. */
export interface TestBind extends AsyncDisposable {
  readonly port: number;
  /** The file that it includes, and where it keeps its copies of zones. */
  readonly file: string;
  readonly copies: string;
  readonly rndc: readonly string[];
  /** Kills it, and starts another on the same files. */
  restart(): Promise<void>;
}

/** Starts BIND on a random port of the loopback network, forwarding to a name server of the test's. It begins with no views. */
export async function startBind(options: {
  readonly program: string;
  readonly folder: ProgramFolder;
  readonly upstream: number;
}): Promise<TestBind> {
  const { program, folder, upstream } = options;
  const [port, controlPort] = [await freePort(), await freePort()];
  const at = (name: string): string => join(folder.path, name);
  const [file, copies] = [at("causeway.conf"), at("copies")];
  mkdirSync(copies);
  chmodSync(copies, 0o777);
  const secret = createHmac("sha256", "test").update(folder.path).digest("base64");
  const key = `key "control" { algorithm hmac-sha256; secret "${secret}"; };\n`;
  writeFileSync(file, 'view "nobody" { match-clients { none; }; };\n');
  writeFileSync(
    at("rndc.conf"),
    `${key}options { default-key "control"; default-server 127.0.0.1; default-port ${controlPort}; };\n`,
  );
  writeFileSync(
    at("named.conf"),
    `options { directory "${folder.path}"; listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  pid-file "${at("named.pid")}"; session-keyfile "${at("session.key")}"; recursion yes;
  allow-recursion { 127.0.0.0/8; }; allow-query { 127.0.0.0/8; }; dnssec-validation no; max-cache-size 16m;
  max-cache-ttl 30; notify-delay 0; serial-query-rate 1000; transfers-per-ns 100; transfers-in 100; empty-zones-enable no;
  forwarders { 127.0.0.1 port ${upstream}; }; forward only; };
${key}controls { inet 127.0.0.1 port ${controlPort} allow { 127.0.0.1; } keys { "control"; }; };
include "${file}";
`,
  );
  for (const name of ["causeway.conf", "named.conf", "rndc.conf"]) folder.give(at(name));
  const start = async (): Promise<RunningProgram> => {
    const running = startProgram(program, ["-f", "-g", "-c", at("named.conf"), "-n", "1"], folder.path);
    await until("BIND answers", async () => {
      if (running.child.exitCode !== null) throw new Error(`BIND ended: ${running.said()}`);
      return (await isListening(port)) && (await isListening(controlPort));
    });
    return running;
  };
  let running = await start();
  return {
    ...{ port, file, copies, rndc: [programAt("rndc") ?? "rndc", "-c", at("rndc.conf")] },
    restart: async () => {
      running.child.kill("SIGKILL");
      await until("BIND is gone", () => running.child.exitCode !== null || running.child.signalCode !== null);
      running = await start();
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
