import { SquidHelper, SquidProver, socketCutter, squidConfig } from "@causeway/enforce";
import { normalHost } from "@causeway/policy";
import type { PartContext, RunningPart } from "./part.ts";

/** Answers Squid's questions on standard input and output. */
export async function startSquidHelper({ config, source, clock, log }: PartContext): Promise<RunningPart> {
  const { squid } = config;
  const own = squid.own.flatMap((host) => normalHost(host)?.host ?? []);
  const cutter = socketCutter(squid.ss, log);
  const helper = new SquidHelper({ source, log, cutter, own });
  const ended = helper.serve(process.stdin, process.stdout);
  await helper.tryCutting();
  const proxy = { server: squid.proxy.address, port: squid.proxy.port };
  const prover = new SquidProver({ source, clock, proxy, fault: () => helper.fault });
  return {
    ended,
    test: async () => void (await prover.test()),
    [Symbol.asyncDispose]: async () => {
      prover[Symbol.dispose]();
      helper[Symbol.dispose]();
      await helper.settled();
      process.stdin.destroy();
    },
  };
}

/** What stands in the site's own configuration. */
export function squidSnippet({ squid }: PartContext["config"], helper: readonly string[]): string {
  return squidConfig({ ...squid, helper });
}
