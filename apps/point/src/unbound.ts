import { UnboundPoint } from "@causeway/enforce";
import type { PartContext, RunningPart } from "./part.ts";

/** Starts a point that makes an Unbound beside it obey. */
export function startUnboundPoint({ config, source, clock, log }: PartContext): RunningPart {
  const { control, file, resolver } = config.unbound;
  const asked = { server: resolver.address, port: resolver.port };
  const point = new UnboundPoint({ source, clock, log, control, file, resolver: asked });
  point.onObeyed(({ version, ms, isProved }) => log.info("obeyed", { version, ms: Math.round(ms), proved: isProved }));
  return {
    test: () => point.test(),
    ended: new Promise(() => undefined),
    [Symbol.asyncDispose]: () => point[Symbol.asyncDispose](),
  };
}

/** What stands in the site's own configuration. */
export function unboundSnippet({ unbound }: PartContext["config"]): string {
  return `# In unbound.conf:
server:
    # What was open for a machine is forgotten soon after it is closed.
    cache-max-ttl: 30
    # From here the point asks in the place of machines.
    access-control: 127.0.0.0/8 allow
remote-control:
    control-enable: yes
    control-interface: ${unbound.control}
    control-use-cert: no
include: "${unbound.file}"
`;
}
