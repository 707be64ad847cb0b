import { createAccess, createMachineHints, type Access, type AccessLimits, type MachineHints } from "@causeway/access";
import type { Accounts } from "@causeway/accounts";
import type { Audit } from "@causeway/audit";
import type { Directory, RightsEnding } from "@causeway/directory";
import type { Config, Database, ServerSigner } from "@causeway/platform";
import { createHash } from "node:crypto";
import { known, type Late, type WireOptions } from "./wire-parts.ts";
import type { WiredPolicy } from "./wire-policy.ts";

/** How long the block page's hint of a machine is believed. */
const HINT_MS = 3_600_000;
const TICK_MS = 1000;

/** Builds requests, decisions and grants. */
export function wireAccess(
  options: WireOptions,
  parts: {
    readonly db: Database;
    readonly signer: ServerSigner;
    readonly accounts: Accounts;
    readonly people: Directory;
    readonly audit: Audit;
    readonly policy: Pick<WiredPolicy, "services" | "counting">;
    readonly failed: (error: unknown) => void;
  },
): { readonly access: Access; readonly hints: MachineHints } {
  const { db, accounts, people, audit, policy, failed } = parts;
  const limits = limitsOf(options.config, options.accessAuthorities);
  // One key for every node of the server, and for none but them.
  const secret = parts.signer.privateKey.export({ format: "der", type: "pkcs8" });
  const hints = createMachineHints({
    key: createHash("sha256").update("causeway machine hints").update(secret).digest(),
    ttlMs: HINT_MS,
  });
  const access = createAccess({
    ...{ db, clock: options.clock, limits, directory: people, failed },
    audit: audit.record,
    services: policy.services,
    uses: policy.counting.uses,
    stepUp: (caller, operation, given) =>
      limits.stepUp === "passkey"
        ? accounts.stepUp(caller, operation, given)
        : accounts.check(caller, operation, given.auth, given.ip),
    verifyMachineHint: hints.verify,
  });
  return { access, hints };
}

/** For the directory, which is there before: grants end in its own transactions. */
export function endingOf(late: Late): RightsEnding {
  return { prepare: (ended) => known(late.access).ending.prepare(ended) };
}

/** Does what the clock brings, one look after another; the function ends it. */
export function keepAccessTicking(access: Access, failed: (error: unknown) => void): () => Promise<void> {
  let looking: Promise<void> = Promise.resolve();
  let isLooking = false;
  const look = (): void => {
    if (isLooking) return;
    isLooking = true;
    looking = access
      .tick()
      .catch(failed)
      .finally(() => (isLooking = false));
  };
  const timer = setInterval(look, TICK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await looking;
    await access.settle();
  };
}

function limitsOf(config: Config, authorities: AccessLimits["authorities"] | undefined): AccessLimits {
  return {
    risk: config.accessRisk,
    maxDays: config.accessMaxDays,
    maxOpenRequests: config.accessMaxOpenRequests,
    maxDrafts: config.accessMaxDrafts,
    warnMinutes: config.accessWarnMinutes,
    breakGlassMinutes: config.accessBreakGlassMinutes,
    breakGlassLabels: config.accessBreakGlassLabels,
    maxBreakGlassPerDay: config.accessMaxBreakGlassPerDay,
    glassReviewDays: config.accessGlassReviewDays,
    escalateMinutes: config.accessEscalateMinutes,
    escalateTo: config.accessEscalateTo,
    authorities: { ...authorities, ...config.accessAuthorities },
    advisers: config.accessAdvisers,
    directorate: config.accessDirectorate,
    stepUp: config.accessStepUp,
    quarterMonths: config.accessQuarterMonths,
    reviewDays: config.accessReviewDays,
    maxLookDays: config.accessMaxLookDays,
    maxOpenLooks: config.accessMaxOpenLooks,
    maxExportRows: config.accessMaxExportRows,
    utcOffsetMinutes: config.utcOffsetMinutes,
  };
}
