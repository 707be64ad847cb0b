import { parseUserId, localpartOf } from "@causeway/base";
import { Budgets } from "../embedded/budget.ts";
import type { Claim, Judge } from "../embedded/judge.ts";
import type { ProxyLimits } from "./ports.ts";

/** Who a request says that it is from, checked. */
export type Authenticated =
  | { readonly kind: "known"; readonly claim: Claim; readonly proof: string | undefined }
  /** Nothing was shown where something is needed, or what was shown is wrong. */
  | { readonly kind: "unproven" }
  /** There were so many wrong ones that nothing is looked at. */
  | { readonly kind: "throttled" };

/** The name that goes with a machine's token in Basic authentication, beside the machine's own id. */
const MACHINE = "machine";
const UNPROVEN: Authenticated = { kind: "unproven" };

/**
 * Reads proxy authentication. Basic: the localpart with a secret for the proxy, or a machine's id (or `machine`) with its token;
 * Bearer: a machine's token. Secrets are found by their hash, never compared with what is kept; account passwords are none.
 */
export class ProxyAuthentication {
  #judge: Judge;
  #isNeeded: boolean;
  #wrong: Budgets;

  constructor(judge: Judge, options: { readonly limits: ProxyLimits; readonly isNeeded: boolean }) {
    this.#judge = judge;
    this.#isNeeded = options.isNeeded;
    const { wrongSecrets, wrongSecretsPerMs } = options.limits;
    this.#wrong = new Budgets({ burst: wrongSecrets, perSecond: (wrongSecrets * 1000) / wrongSecretsPerMs });
  }

  /** Who a request is from, by its header and where it came from. */
  check(header: string | undefined, address: string): Authenticated {
    if (header === undefined)
      return this.#isNeeded ? UNPROVEN : { kind: "known", claim: { address }, proof: undefined };
    const shown = read(header);
    if (shown === undefined) return UNPROVEN;
    const now = performance.now();
    const keys = shown.name === undefined ? [address] : [address, `${address} ${shown.name}`];
    if (keys.some((key) => this.#wrong.left(key, now) < 1)) return { kind: "throttled" };
    const claim = this.#claimOf(shown, address);
    if (claim !== undefined) return { kind: "known", claim, proof: shown.secret };
    this.#wrong.take(address, now);
    return UNPROVEN;
  }

  /** Whether what was shown still proves it. */
  isStillProven(claim: Claim, proof: string | undefined): boolean {
    if (proof === undefined) return true;
    if (claim.user !== undefined) return this.#judge.userOfSecret(proof) === claim.user;
    return claim.machine !== undefined && this.#judge.machineOfToken(proof, claim.address) === claim.machine;
  }

  #claimOf({ name, secret }: Shown, address: string): Claim | undefined {
    const user = name === undefined ? undefined : this.#judge.userOfSecret(secret);
    if (user !== undefined) {
      const id = parseUserId(user);
      const isTheirs = name === user || (id !== undefined && name === localpartOf(id));
      return isTheirs ? { address, user } : undefined;
    }
    const machine = this.#judge.machineOfToken(secret, address);
    if (machine === undefined) return undefined;
    return name === undefined || name === MACHINE || name === machine ? { address, machine } : undefined;
  }
}

interface Shown {
  readonly name: string | undefined;
  readonly secret: string;
}

function read(header: string): Shown | undefined {
  const match = /^(Basic|Bearer) +([A-Za-z0-9+/=._~-]{1,2048})$/i.exec(header);
  if (match === null) return undefined;
  const { 1: scheme = "", 2: text = "" } = match;
  if (scheme.toLowerCase() === "bearer") return { name: undefined, secret: text };
  const pair = Buffer.from(text, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  return colon < 0 ? undefined : { name: pair.slice(0, colon), secret: pair.slice(colon + 1) };
}
