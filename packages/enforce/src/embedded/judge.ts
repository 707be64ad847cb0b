import {
  decide,
  machineOfAddress,
  machineOfId,
  normalHost,
  type CompiledPolicy,
  type MachineSeen,
  type Verdict,
} from "@causeway/policy";
import type { Credentials, EmbeddedSource } from "./ports.ts";

/** Who asks, as far as this point can know: the person when they proved it, and the machine always. */
export interface Who {
  readonly user?: string;
  readonly machine: MachineSeen;
}

/** How somebody is found again after a change of the policy: where they came from, and what they proved. */
export interface Claim {
  /** The source address in its normal form. */
  readonly address: string;
  readonly user?: string;
  /** The id of the machine whose token was shown. */
  readonly machine?: string;
}

/** Machines that are remembered between two versions of the policy. */
const MAX_SEEN = 20_000;

/** Answers who asks and whether they may, by the policy in force at that moment. */
export class Judge {
  #source: Omit<EmbeddedSource, "count">;
  #credentials: Credentials;
  #seen = new Map<string, MachineSeen>();
  #seenBy: CompiledPolicy | undefined;

  constructor(source: Omit<EmbeddedSource, "count">, credentials: Credentials) {
    this.#source = source;
    this.#credentials = credentials;
  }

  get policy(): CompiledPolicy | undefined {
    return this.#source.current();
  }

  /** The machine of a source address. */
  machineAt(policy: CompiledPolicy, address: string): MachineSeen {
    return this.#remembered(policy, address, () => machineOfAddress(policy, address));
  }

  /** Who a claim stands for now; undefined while there is no policy. */
  whoIs(claim: Claim): Who | undefined {
    const policy = this.#source.current();
    if (policy === undefined) return undefined;
    const { machine: id } = claim;
    const machine =
      id === undefined
        ? this.machineAt(policy, claim.address)
        : this.#remembered(policy, id, () => machineOfId(policy, id) ?? { key: id, class: "internal-desktop" });
    return claim.user === undefined ? { machine } : { user: claim.user, machine };
  }

  /** The machine of a point token shown from an address; undefined for one that is nobody's, or that came from another registered machine. */
  machineOfToken(token: string, address: string): string | undefined {
    const id = this.#credentials.machineOfToken(token);
    const policy = this.#source.current();
    if (id === undefined || policy === undefined) return id;
    const here = this.machineAt(policy, address).key;
    // NOTE A token that was carried to another machine must not open there what is open on its own.
    return here === id || here.startsWith("addr:") ? id : undefined;
  }

  /** The person of a secret for the proxy. */
  userOfSecret(secret: string): string | undefined {
    return this.#credentials.userOfSecret(secret);
  }

  /** Whether a claim may reach a host now; undefined while there is no policy. */
  judge(claim: Claim, host: string): Verdict | undefined {
    const policy = this.#source.current();
    const who = this.whoIs(claim);
    if (policy === undefined || who === undefined) return undefined;
    return decide(policy, { ...who, target: { kind: "host", host }, now: this.#source.now() });
  }

  /** The same for a machine that is known already: what the DNS filter asks for each query. */
  judgeMachine(policy: CompiledPolicy, machine: MachineSeen, host: string): Verdict {
    return decide(policy, { machine, target: { kind: "host", host }, now: this.#source.now() });
  }

  #remembered(policy: CompiledPolicy, key: string, find: () => MachineSeen): MachineSeen {
    if (this.#seenBy !== policy || this.#seen.size >= MAX_SEEN) {
      this.#seen.clear();
      this.#seenBy = policy;
    }
    const known = this.#seen.get(key);
    if (known !== undefined) return known;
    const machine = find();
    this.#seen.set(key, machine);
    return machine;
  }
}

/** The source address of a socket in the form in which machines are registered. */
export function addressOfSocket(remote: string | undefined): string {
  const bare = (remote ?? "").replace(/%.*$/, "");
  return normalHost(bare)?.host ?? bare;
}
