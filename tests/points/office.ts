import { askResolver } from "@causeway/enforce";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startBind } from "./bind-program.ts";
import { startPointProgram } from "./point-program.ts";
import { programAt, programFolder } from "./programs.ts";
import { tunnelThrough } from "./proxy-client.ts";
import type { SampleServer } from "./sample-server.ts";
import { startSquid } from "./squid-program.ts";
import { startUnbound } from "./unbound-program.ts";

/** What stands around programs of Debian's, each with a `causeway-point` that enrolled at one server; they end with it. */
export interface Office {
  readonly sample: SampleServer;
  /** The port of a site with TLS that stands in for `web.whatsapp.com`. */
  readonly site: number;
  /** The port of the name server beyond. */
  readonly upstream: number;
  readonly ends: AsyncDisposableStack;
}

/** The host that all of this is about. */
export const OFFICE_HOST = "web.whatsapp.com";

/** Something that obeys, as machines see it: whether it lets one through to the site. */
export interface Obeying {
  readonly name: string;
  readonly lets: (from: string) => Promise<boolean>;
}

/** A resolver that gives the site's name away, or does not. */
export function resolving(name: string, port: number): Obeying {
  const asked = { server: "127.0.0.1", port, name: OFFICE_HOST };
  return { name, lets: async (from) => (await askResolver({ ...asked, from })) === "allowed" };
}

/** A proxy that opens tunnels to the site, or does not. */
export function tunnelling(name: string, port: number, sitePort: number): Obeying {
  return {
    name,
    lets: async (from) => {
      const socket = await tunnelThrough({ port, from }, `${OFFICE_HOST}:${sitePort}`);
      if (typeof socket === "number") return false;
      socket.destroy();
      return true;
    },
  };
}

/** Programs without which it cannot be; none are missing: empty. */
export function missingPrograms(): readonly string[] {
  return ["unbound", "named", "rndc", "squid", "security_file_certgen"].filter((one) => programAt(one) === undefined);
}

/** Writes the file of a point that enrols with a code of its own. */
async function configOf({ sample, ends }: Office, part: Readonly<Record<string, object>>): Promise<string> {
  const folder = ends.use(programFolder("point"));
  const [kind = ""] = Object.keys(part);
  const path = join(folder.path, "point.yaml");
  const own = { server: sample.server.url, directory: join(folder.path, "state"), code: await sample.invite(kind) };
  writeFileSync(path, JSON.stringify({ ...own, ...part }));
  return path;
}

/** Starts Unbound with its point. */
export async function officeUnbound(office: Office, program: string): Promise<Obeying> {
  const { ends, upstream } = office;
  const folder = ends.use(programFolder("unbound"));
  const { control, file, port } = ends.use(await startUnbound({ program, folder, upstream }));
  const config = await configOf(office, { unbound: { control, file, resolver: { port } } });
  ends.use(startPointProgram("unbound", config));
  return resolving("Unbound", port);
}

/** Starts BIND with its point. */
export async function officeBind(office: Office, program: string): Promise<Obeying> {
  const { ends, upstream } = office;
  const folder = ends.use(programFolder("bind"));
  const { file, copies, rndc, port } = ends.use(await startBind({ program, folder, upstream }));
  const part = { file, copies, rndc, resolver: { port }, primary: { port: 0 } };
  ends.use(startPointProgram("bind", await configOf(office, { bind: part })));
  return resolving("BIND", port);
}

/** Starts Squid, whose helper is the point. */
export async function officeSquid(office: Office, program: string): Promise<Obeying & { readonly port: number }> {
  const { ends, site } = office;
  const folder = ends.use(programFolder("squid"));
  let config: Promise<string> | undefined;
  const running = await startSquid({
    ...{ program, folder, tunnelPorts: [site] },
    serve: async (input, output, port) => {
      if (ends.disposed) return; // a helper that ends is started again
      config ??= configOf(office, { squid: { proxy: { port } } });
      ends.use(startPointProgram("squid-helper", await config, { input, output }));
    },
  });
  ends.use(running);
  return { port: running.port, ...tunnelling("Squid", running.port, site) };
}
