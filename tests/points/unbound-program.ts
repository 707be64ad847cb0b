import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, isListening, startProgram, until, type ProgramFolder, type RunningProgram } from "./programs.ts";

/** An Unbound that was started for a test. */
export interface TestUnbound extends AsyncDisposable {
  readonly port: number;
  readonly control: string;
  /** The file that it includes. */
  readonly file: string;
  /** Kills it, and starts another on the same files. */
  restart(): Promise<void>;
}

/** Starts Unbound on a random port of the loopback network, forwarding to a name server of the test's. */
export async function startUnbound(options: {
  readonly program: string;
  readonly folder: ProgramFolder;
  readonly upstream: number;
}): Promise<TestUnbound> {
  const { program, folder, upstream } = options;
  const port = await freePort();
  const at = (name: string): string => join(folder.path, name);
  const [control, file] = [at("control.sock"), at("causeway.conf")];
  writeFileSync(file, "");
  folder.give(file);
  writeFileSync(
    at("unbound.conf"),
    `server:
  directory: "${folder.path}"
  chroot: ""
  username: ""
  pidfile: "${at("unbound.pid")}"
  interface: 127.0.0.1
  port: ${port}
  do-ip6: no
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  use-syslog: no
  logfile: ""
  module-config: "iterator"
  cache-max-ttl: 30
remote-control:
  control-enable: yes
  control-use-cert: no
  control-interface: ${control}
include: "${file}"
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${upstream}
`,
  );
  const start = async (): Promise<RunningProgram> => {
    const running = startProgram(program, ["-d", "-c", at("unbound.conf")], folder.path);
    await until("Unbound answers", async () => {
      if (running.child.exitCode !== null) throw new Error(`Unbound ended: ${running.said()}`);
      return existsSync(control) && (await isListening(port));
    });
    return running;
  };
  let running = await start();
  return {
    ...{ port, control, file },
    restart: async () => {
      running.child.kill("SIGKILL");
      await until("Unbound is gone", () => running.child.exitCode !== null || running.child.signalCode !== null);
      running = await start();
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
