import { instant, systemClock } from "@causeway/base";
import { ConfigError, createLog, createMetrics, loadConfig, type Config } from "@causeway/platform";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DataDirectoryError, openDataDirectory, type DataDirectory } from "./data-directory.ts";
import { addDemo, tellDemo } from "./demo.ts";
import { wire, type Server } from "./wire.ts";

/** The command line of `npm start` (CONTRACT.md). */
function readFlags(): {
  data: string;
  config: string | undefined;
  demo: boolean;
  port: string | undefined;
  host: string | undefined;
} {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: "./data" },
      port: { type: "string" },
      host: { type: "string" },
      config: { type: "string" },
      "no-demo": { type: "boolean", default: false },
    },
  });
  return {
    data: resolve(values.data),
    config: values.config,
    demo: !values["no-demo"],
    port: values.port,
    host: values.host,
  };
}

function readConfig(flags: ReturnType<typeof readFlags>): Config {
  const standard = join(flags.data, "causeway.yaml");
  const path = flags.config ?? (existsSync(standard) ? standard : undefined);
  return loadConfig({
    flags: { port: flags.port, host: flags.host },
    environment: process.env,
    file: path === undefined ? undefined : readFileSync(path, "utf8"),
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const flags = readFlags();
  const config = readConfig(flags);
  const directory = openDataDirectory(flags.data);
  const log = createLog({ level: config.logLevel, clock: systemClock, write: (line) => process.stderr.write(line) });
  const metrics = createMetrics();
  const tls =
    config.tlsCert === undefined || config.tlsKey === undefined
      ? undefined
      : { cert: readFileSync(config.tlsCert, "utf8"), key: readFileSync(config.tlsKey, "utf8") };
  if (config.rateLimits === "off") {
    say("causeway: WARNING: rate limits are OFF (CAUSEWAY_RATE_LIMITS=off). Never run a real installation like this.");
    log.warn("rate limits are off");
  }
  const where = {
    url: `${tls === undefined ? "http" : "https"}://${config.host === "127.0.0.1" ? "localhost" : config.host}:${config.port}`,
  };
  const server = await wire({
    config,
    directory,
    clock: systemClock,
    log,
    metrics,
    get publicUrl() {
      return where.url;
    },
    tls,
  });
  stopOnSignals(server, directory, log);
  if (flags.demo && directory.isNew)
    await addDemo(server, { directory, serverName: config.serverName, now: instant(Date.now()) });
  const url = await server.http.listen({ host: config.host, port: config.port });
  if (config.port === 0) where.url = url.replace("127.0.0.1", "localhost");
  say(`causeway: server listening on ${url}`);
  if (config.metricsPort !== undefined) {
    const listening = await metrics.listen({ host: "127.0.0.1", port: config.metricsPort });
    say(`causeway: metrics listening on ${listening.url}`);
  }
  if (flags.demo) tellDemo(directory, url, say);
}

/** A terminal and npm both pass on one Ctrl-C: within this time it counts as one. */
const SAME_SIGNAL_MS = 1000;

/** The first signal ends everything in order; a second at once. */
function stopOnSignals(server: Server, directory: DataDirectory, log: ReturnType<typeof createLog>): void {
  let stoppingSince: number | undefined;
  const stop = (): void => {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      if (now - stoppingSince > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    stoppingSince = now;
    log.info("stopping");
    server.close().then(
      () => {
        directory.release();
        process.exit(0);
      },
      () => {
        log.error("the server could not stop in order");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

try {
  await main();
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof DataDirectoryError;
  process.stderr.write(
    `causeway: ${expected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}
