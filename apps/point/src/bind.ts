import {
  BindPoint,
  createZones,
  defaultHistory,
  defaultTimes,
  openZoneFile,
  PublishedZones,
  startPrimary,
  zoneHandler,
  type RpzZones,
} from "@causeway/enforce";
import { makeDirectoryDurably } from "@causeway/platform";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { join } from "node:path";
import type { PartContext, RunningPart } from "./part.ts";
import { zoneSecret } from "./secret.ts";

/** Starts a point that makes a BIND beside it obey, and that gives zones to other resolvers. */
export async function startBindPoint(context: PartContext): Promise<RunningPart> {
  const { config, source, clock, log, say } = context;
  const { bind, directory } = config;
  makeDirectoryDurably(directory);
  const secret = zoneSecret(directory);
  const file = openZoneFile(join(directory, "zones.journal"), defaultHistory);
  const zones = createZones({ file, clock, limits: defaultHistory });
  const { address: host, port } = bind.primary;
  const allow = ["127.0.0.1", "::1", ...bind.others.allow];
  const primary = await startPrimary({ zones, clock, host, port, allow, needsKey: true });
  say(`causeway: rpz listening on dns://${host}:${primary.port}`);
  const http = await serveText(context, zones);
  const keys = bind.others.keys.map(({ name, secret: text }) => ({ name, secret: Buffer.from(text, "base64") }));
  const notify = bind.others.notify.map(({ key: name, ...target }) => {
    const key = keys.find((one) => one.name === name);
    return { ...target, ...(key === undefined ? {} : { key }) };
  });
  const published = new PublishedZones({ source, log, zones, suffix: bind.suffix, services: bind.others.services });
  const resolver = { server: bind.resolver.address, port: bind.resolver.port };
  const point = new BindPoint({
    ...{ source, clock, log, zones, primary, secret, resolver, primaryAddress: host },
    ...{ file: bind.file, folder: bind.copies, rndc: bind.rndc, suffix: bind.suffix, machineViews: bind.machineViews },
    ...(bind.inEveryView === undefined ? {} : { inEveryView: bind.inEveryView }),
    ...{ alsoKeys: keys, alsoNotify: notify },
  });
  point.onObeyed(({ version, ms, isProved }) => log.info("obeyed", { version, ms: Math.round(ms), proved: isProved }));
  return {
    test: () => point.test(),
    ended: new Promise(() => undefined),
    [Symbol.asyncDispose]: async () => {
      await point[Symbol.asyncDispose]();
      await published[Symbol.asyncDispose]();
      await http?.[Symbol.asyncDispose]();
      await primary[Symbol.asyncDispose]();
      file[Symbol.dispose]();
    },
  };
}

async function serveText({ config, say }: PartContext, zones: RpzZones): Promise<AsyncDisposable | undefined> {
  const { http } = config.bind.others;
  if (http === undefined) return undefined;
  const handler = zoneHandler(zones, defaultTimes);
  const server = createHttpServer({ requestTimeout: 10_000 }, (request, response) => {
    if (!handler(request, response)) response.writeHead(404).end();
  });
  server.listen(http.port, http.address);
  await once(server, "listening");
  say(`causeway: rpz-http listening on http://${http.address}:${(server.address() as AddressInfo).port}`);
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** What stands in the site's own configuration. */
export function bindSnippet({ bind }: PartContext["config"]): string {
  return `// In named.conf; with views every zone of the site stands in views too${
    bind.inEveryView === undefined ? " (inEveryView names a file with them)" : `, in ${bind.inEveryView}`
  }:
options {
  recursion yes;
  // What was open for a machine is forgotten soon after it is closed.
  max-cache-ttl 30;
  serial-query-rate 1000;
  transfers-in 100;
  transfers-per-ns 100;
  // From here the point asks in the place of machines.
  allow-query { 127.0.0.0/8; 10.0.0.0/8; };
  allow-recursion { 127.0.0.0/8; 10.0.0.0/8; };
};
include "${bind.file}";
`;
}
