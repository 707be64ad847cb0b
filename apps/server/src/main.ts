import { instant, systemClock } from "@causeway/base";
import {
  createLog,
  createMetrics,
  explain,
  factsOfError,
  openDataDirectory,
  openSite,
  placesIn,
  readConfig,
  readFlags,
  readTls,
  serveAdmin,
  serverNameOf,
  type Config,
  type DataDirectory,
  type FlagKinds,
  type Log,
} from "@causeway/platform";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { addDemo, demoSettings, hasDemo, tellDemo } from "./demo.ts";
import { wire } from "./wire.ts";

/** Secrets with fewer characters are warned about. */
const LEAST_SECRET = 16;

/** Where `npm start` builds the web client. */
const CLIENT = fileURLToPath(new URL("../../web/dist", import.meta.url));

const FLAGS = {
  data: { type: "string", default: "./data" },
  port: { type: "string" },
  host: { type: "string" },
  config: { type: "string" },
  "no-demo": { type: "boolean" },
} as const satisfies FlagKinds;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(ending: Ending): Promise<void> {
  const flags = readFlags(process.argv.slice(2), FLAGS);
  const path = resolve(flags.values.data ?? "");
  const { port, host } = flags.values;
  const config = readConfig({
    flags: { port, host },
    environment: process.env,
    file: flags.values.config,
    standardFile: placesIn(path).config,
    faults: flags.faults,
  });
  const directory = openDataDirectory(path, serverNameOf(config));
  ending.add(() => directory.release());
  const log = createLog({ level: config.logLevel, clock: systemClock, write: (line) => process.stderr.write(line) });
  ending.told = log;
  if (config.rateLimits === "off") {
    say("causeway: WARNING: rate limits are OFF (CAUSEWAY_RATE_LIMITS=off). Never run a real installation like this.");
    log.warn("rate limits are off");
  }
  if ((config.registrationSharedSecret?.length ?? LEAST_SECRET) < LEAST_SECRET) {
    say("causeway: WARNING: the registration secret is short. Whoever guesses it can make accounts.");
    log.warn("the registration secret is short");
  }
  await run({ config, directory, log, ending, demo: flags.values["no-demo"] !== true });
}

async function run(parts: {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly log: Log;
  readonly ending: Ending;
  readonly demo: boolean;
}): Promise<void> {
  const { config, directory, log, ending } = parts;
  const metrics = createMetrics();
  let listening = "";
  const site = await openSite(CLIENT);
  const server = await wire({
    ...(parts.demo && hasDemo(config, directory) ? demoSettings : {}),
    ...{ config, directory, clock: systemClock, log, metrics, tls: readTls(config), site },
    get publicUrl() {
      return listening.replace("//127.0.0.1:", "//localhost:");
    },
  });
  ending.add(() => server.close());
  if (parts.demo && directory.isNew)
    await addDemo(server, { directory, serverName: config.serverName, now: instant(Date.now()) });
  const failed = (error: unknown): void => log.error("an operator's command met a surprise", factsOfError(error));
  const admin = await serveAdmin(directory, server.operations, failed);
  ending.add(() => admin.close());
  listening = await server.http.listen({ host: config.host, port: config.port });
  say(`causeway: server listening on ${listening}`);
  for (const { name, url } of await server.enforce.listen()) say(`causeway: ${name} listening on ${url}`);
  if (config.metricsPort !== undefined) {
    const figures = await metrics.listen({ host: "127.0.0.1", port: config.metricsPort });
    ending.add(() => figures.close());
    say(`causeway: metrics listening on ${figures.url}`);
  }
  if (site === undefined) say("causeway: the web client is not built; run `npm start`, or use any Matrix client");
  else say(`causeway: open ${listening.replace("//127.0.0.1:", "//localhost:")} in a browser`);
  if (parts.demo) tellDemo(directory, say);
}

/** A terminal and npm both pass on one Ctrl-C: within this time it counts as one. */
const SAME_SIGNAL_MS = 1000;

/** The end of the program: at the first signal everything that was begun ends, the last first; at a second it just ends. */
class Ending {
  told: Log | undefined;
  #steps: (() => Promise<void> | void)[] = [];
  #since: number | undefined;

  get isUnderWay(): boolean {
    return this.#since !== undefined;
  }

  /** What has been begun, and how it ends. */
  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  onSignals(): void {
    const stop = (): void => {
      const now = performance.now();
      if (this.#since === undefined) {
        this.#since = now;
        this.told?.info("stopping");
        void this.end().then((inOrder) => process.exit(inOrder ? 0 : 1));
      } else if (now - this.#since > SAME_SIGNAL_MS) process.exit(1);
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  }

  /** Ends everything; false when something could not end in order. */
  async end(): Promise<boolean> {
    let inOrder = true;
    for (const step of this.#steps.splice(0).toReversed()) {
      try {
        await step();
      } catch (error) {
        inOrder = false;
        this.told?.error("a part of the server could not stop in order", factsOfError(error));
      }
    }
    return inOrder;
  }
}

process.umask(0o077); // whatever is written here is nobody else's
const ending = new Ending();
ending.onSignals();
try {
  await main(ending);
} catch (error) {
  // A start that was told to stop fails at whatever it was doing.
  if (!ending.isUnderWay) {
    process.stderr.write(`causeway: ${explain(error)}\n`);
    await ending.end();
    process.exit(1);
  }
}
