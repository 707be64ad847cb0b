import { squidConfig, squidPage, SQUID_PAGE } from "@causeway/enforce";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { freePort, isListening, programAt, startProgram, until, type ProgramFolder } from "./programs.ts";

/** A Squid that was started for a test. */
export interface TestSquid extends AsyncDisposable {
  readonly port: number;
}

const PAGES = "/usr/share/squid/errors/en";
const RELAY = `import { connect } from "node:net";
const socket = connect(process.argv[2]);
process.stdin.pipe(socket).pipe(process.stdout);
socket.on("error", () => process.exit(1));
`;

/** Starts Squid on a random port of the loopback network. Its helper hands the questions on to the test, which answers them by `serve`. */
export async function startSquid(options: {
  readonly program: string;
  readonly folder: ProgramFolder;
  readonly tunnelPorts: readonly number[];
  readonly serve: (input: Readable, output: Writable, port: number) => Promise<void>;
}): Promise<TestSquid> {
  const { program, folder, tunnelPorts, serve } = options;
  const port = await freePort();
  const at = (name: string): string => join(folder.path, name);
  const relay = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    serve(socket, socket, port).catch(() => socket.destroy());
  });
  relay.listen(at("helper.sock"));
  await once(relay, "listening");
  chmodSync(at("helper.sock"), 0o777);
  writeFileSync(at("relay.mjs"), RELAY);
  mkdirSync(at("pages"));
  for (const page of readdirSync(PAGES)) symlinkSync(join(PAGES, page), join(at("pages"), page));
  writeFileSync(join(at("pages"), SQUID_PAGE), squidPage("https://causeway.example.org"));
  const certificate = at("ca.pem");
  const made = spawnSync("openssl", [
    ...["req", "-new", "-newkey", "rsa:2048", "-days", "2", "-nodes", "-x509", "-subj", "/CN=squid"],
    ...["-keyout", certificate, "-out", at("certificate.pem")],
  ]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  spawnSync("sh", ["-c", `cat "${at("certificate.pem")}" >> "${certificate}"`]);
  const certgen = programAt("security_file_certgen") ?? "security_file_certgen";
  spawnSync(certgen, ["-c", "-s", at("store"), "-M", "4MB"]);
  const config = squidConfig({
    ...{ helper: [process.execPath, at("relay.mjs"), at("helper.sock")], errorDirectory: at("pages"), tunnelPorts },
    ...{ listen: `127.0.0.1:${port}`, certificate, certificateHelper: certgen, certificateStore: at("store") },
    ...{ clients: ["127.0.0.0/8"], reachable: ["127.0.0.1/32"] },
  });
  writeFileSync(
    at("squid.conf"),
    `pid_filename ${at("squid.pid")}
visible_hostname squid.test
hosts_file ${at("hosts")}
cache deny all
access_log none
cache_log ${at("cache.log")}
coredump_dir ${folder.path}
shutdown_lifetime 0 seconds
workers 1
${config}`,
  );
  const names = ["web.whatsapp.com", "drive.google.com", "www.example.org", "status.whatsapp.com", "notwhatsapp.com"];
  writeFileSync(at("hosts"), names.map((name) => `127.0.0.1 ${name}\n`).join(""));
  spawnSync("chown", ["-R", "65534:65534", folder.path]);
  const running = startProgram(program, ["-N", "-f", at("squid.conf")], folder.path);
  await until("Squid answers", async () => {
    if (running.child.exitCode !== null) throw new Error(`Squid ended: ${running.said()}`);
    return await isListening(port);
  });
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await running[Symbol.asyncDispose]();
      relay.close();
    },
  };
}
