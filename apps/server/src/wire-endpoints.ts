import type { Accounts } from "@causeway/accounts";
import type { ServerName, UserId } from "@causeway/base";
import { normalAddress, type Directory, type Machine } from "@causeway/directory";
import {
  createGuards,
  defaultGuardLimits,
  fileRoutes,
  type Guards,
  type Obedience,
  type PolicySource,
} from "@causeway/enforce";
import type { Route, SocketRoute } from "@causeway/platform";
import type { MachineSeen } from "@causeway/policy";
import { fileURLToPath } from "node:url";
import type { WireOptions } from "./wire-parts.ts";
import type { WiredPolicy } from "./wire-policy.ts";

/** Where `npm start` builds the guard. */
const GUARD = fileURLToPath(new URL("../../guard/dist", import.meta.url));

/** What reaches into desktops: the guard, and the files for what manages them. */
export interface WiredEndpoints {
  readonly routes: readonly Route[];
  readonly sockets: readonly SocketRoute[];
  readonly guards: Guards;
  /** For the accounts' listener. */
  sessionsEnded(user: UserId, sessions: readonly string[]): void;
  close(): void;
}

/** Builds both over the policy as it is published. */
export function wireEndpoints(
  options: WireOptions,
  parts: {
    readonly serverName: ServerName;
    readonly accounts: Accounts;
    readonly people: Directory;
    readonly policy: WiredPolicy;
    readonly failed: (error: unknown) => void;
  },
): WiredEndpoints {
  const { config, clock } = options;
  const { accounts, people, policy, failed } = parts;
  const publicUrl = (): string => (config.publicUrl ?? options.publicUrl).replace(/\/+$/, "");
  const report = reporting(parts, () => clock.now());
  const guards = createGuards({
    ...{ clock, directory: options.directory.path, built: GUARD, publicUrl },
    ...{ policy: policy.publisher, signer: policy.keys, ticketMs: config.guardTicketMs },
    limits: { ...defaultGuardLimits, maxOpen: config.pointsMaxConnected },
    subjects: {
      isSignedIn: async (user, session) =>
        (await accounts.isActive(user)) && (await accounts.devicesOf(user)).some((one) => one.session === session),
      machineOfAddress: (address) =>
        seen(people.machineOfAddress(address)) ?? {
          key: `addr:${normalAddress(address) ?? address}`,
          class: "internal-desktop",
        },
      machineOfToken: (token) => seen(people.machineOfToken(token)),
    },
    listener: { obeyed: report, failed },
  });
  options.metrics.gauge("guards_connected", "Guards that are connected.", () => guards.stream.size);
  const files = fileRoutes({
    ...{ clock, document: () => policy.publisher.current(), guard: () => guards.facts() },
    departmentOf: (code) => people.department(code)?.id,
    notExemptGroups: config.enforceNotExemptGroups,
    workspaceDomains: config.enforceWorkspaceDomains ?? [parts.serverName.replace(/:[0-9]+$/, "")],
    sign: (text) => policy.keys.sign(text),
    keys: () => policy.keys.keys(),
  });
  return {
    routes: [...guards.routes, ...files],
    sockets: guards.sockets,
    guards,
    sessionsEnded: (user, sessions) => guards.stream.sessionsEnded(user, sessions),
    close: () => guards.stream.close(),
  };
}

function seen(machine: Machine | undefined): MachineSeen | undefined {
  return machine === undefined ? undefined : { key: machine.id, class: machine.class, department: machine.department };
}

/** All guards together are one point of the registry, from the first that says anything. */
function reporting(
  { policy, failed }: { readonly policy: WiredPolicy; readonly failed: (error: unknown) => void },
  now: () => ReturnType<WireOptions["clock"]["now"]>,
): (obedience: Obedience) => void {
  let source: Promise<PolicySource> | undefined;
  return ({ version, afterMs, proof, isLast }) => {
    const isFault = proof?.found === "allowed";
    if (!isLast && !isFault) return;
    source ??= policy.points.source("guard", "Guards in browsers");
    const at = now();
    const tests = proof === undefined ? [] : [{ at, expected: "blocked" as const, ms: Math.max(0, afterMs), ...proof }];
    source
      .then((point) =>
        point.report({ ...(isLast ? { obeys: { version, since: at } } : {}), ...(proof ? { tests } : {}) }),
      )
      .catch(failed);
  };
}
