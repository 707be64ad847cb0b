import type { CompiledPolicy, MachineSeen, Permission } from "@causeway/policy";
import type { Judge } from "../embedded/judge.ts";
import type { EmbeddedSource } from "../embedded/ports.ts";
import { AnswerCache, type Kept } from "./cache.ts";
import { BLOCK_TTL, flags, IN, rcodes, types } from "./constants.ts";
import { readQuery, type Query } from "./query.ts";
import {
  anyReply,
  blockReply,
  errorReply,
  extendedErrors,
  headerReply,
  makeReply,
  type BlockAnswer,
} from "./replies.ts";
import { isCacheable, readResponse, writeResponse, type Response } from "./response.ts";
import type { Upstream } from "./upstream.ts";

/** Who asks: found for the policy of that moment. */
export type MachineOf = (policy: CompiledPolicy) => MachineSeen;

/** Takes the reply; undefined: none is given. `query` is there when the message was one. */
export type Replied = (reply: Buffer | undefined, query: Query | undefined) => void;

/** What the filter is built from. */
export interface FilterParts {
  readonly source: EmbeddedSource;
  readonly judge: Judge;
  readonly upstream: Upstream;
  readonly blockAnswer: BlockAnswer;
  readonly cacheEntries: number;
  /** The longest that a client may keep an answer, in seconds. */
  readonly maxTtl: number;
}

/** Names that tell programs to go elsewhere for their names; they do not exist here (browsers' canary, discovery of other resolvers). */
const CANARIES: ReadonlySet<string> = new Set(["use-application-dns.net", "_dns.resolver.arpa", "resolver.arpa"]);
const NEVER_ASKED: ReadonlySet<number> = new Set([
  types.OPT,
  types.TKEY,
  types.IXFR,
  types.AXFR,
  types.MAILB,
  types.MAILA,
  250,
]);
/** What was found on where an answer leads holds for so long: rules begin and end by the clock too. */
const LEADS_MS = 2000;
const MAX_JOINED = 200;

interface Waiting {
  readonly bytes: Buffer;
  readonly query: Query;
  readonly machineOf: MachineOf;
  readonly replied: Replied;
}

/** Decides on each query, answers what is blocked itself and asks a resolver for the rest. */
export class DnsFilter {
  #parts: FilterParts;
  #cache: AnswerCache;
  #asked = new Map<string, Waiting[]>();
  queries = 0;
  blocked = 0;

  constructor(parts: FilterParts) {
    this.#parts = parts;
    this.#cache = new AnswerCache(parts.cacheEntries);
  }

  get cached(): number {
    return this.#cache.size;
  }

  /** Answers a message: at once where it can, else when a resolver has answered. Never throws. */
  answer(bytes: Buffer, machineOf: MachineOf, replied: Replied): void {
    this.queries += 1;
    const query = readQuery(bytes);
    if (typeof query !== "object") {
      replied(query === "ignore" ? undefined : headerReply(bytes, query), undefined);
      return;
    }
    const own = this.#ownReply(bytes, query, machineOf);
    if (own !== undefined) {
      replied(own, query);
      return;
    }
    const key = keyOf(query);
    const kept = this.#cache.find(key, performance.now());
    if (kept === undefined) this.#ask(key, { bytes, query, machineOf, replied });
    else replied(this.#replyOf(kept, { bytes, query, machineOf }), query);
  }

  /** What needs no resolver: errors, what is blocked, what is never asked. */
  #ownReply(bytes: Buffer, query: Query, machineOf: MachineOf): Buffer | undefined {
    if (query.edns !== undefined && query.edns.version !== 0) return makeReply(bytes, query, { rcode: rcodes.BADVERS });
    if (query.class !== IN || NEVER_ASKED.has(query.type)) return errorReply(bytes, query, rcodes.REFUSED);
    if (query.type === 0) return errorReply(bytes, query, rcodes.FORMERR);
    const policy = this.#parts.source.current();
    if (policy === undefined)
      return makeReply(bytes, query, { rcode: rcodes.SERVFAIL, extendedError: extendedErrors.notReady });
    if (CANARIES.has(query.name)) return blockReply(bytes, query, { v4: [], v6: [] });
    if (query.name === "") return undefined;
    const machine = machineOf(policy);
    const verdict = this.#parts.judge.judgeMachine(policy, machine, query.name);
    this.#parts.source.count(machine, verdict);
    if (verdict.allowed) return query.type === types.ANY ? anyReply(bytes, query) : undefined;
    if (verdict.reason === "bad-host") return errorReply(bytes, query, rcodes.REFUSED);
    this.blocked += 1;
    return blockReply(bytes, query, this.#parts.blockAnswer);
  }

  /** Asks a resolver, once for all who ask the same at a time. */
  #ask(key: string, waiting: Waiting): void {
    const joined = this.#asked.get(key);
    if (joined !== undefined && joined.length < MAX_JOINED) {
      joined.push(waiting);
      return;
    }
    const all = [waiting];
    this.#asked.set(key, all);
    const { end } = waiting.query;
    this.#parts.upstream.ask(waiting.bytes, waiting.query, (answer) => {
      if (this.#asked.get(key) === all) this.#asked.delete(key);
      const response = answer === undefined ? undefined : readResponse(answer, end);
      const kept = response === undefined ? undefined : this.#keep(key, response);
      for (const one of all) {
        const reply = kept === undefined ? errorReply(one.bytes, one.query, rcodes.SERVFAIL) : this.#replyOf(kept, one);
        one.replied(reply, one.query);
      }
    });
  }

  #keep(key: string, response: Response): Kept {
    const now = performance.now();
    const seconds = Math.min(response.ttl, this.#parts.maxTtl);
    const kept: Kept = { response, since: now, until: now + seconds * 1000, leads: undefined };
    if (isCacheable(response)) this.#cache.put(key, kept);
    return kept;
  }

  /** The reply from a resolver's answer: decided again for this machine, with the names that the answer leads to. */
  #replyOf(kept: Kept, to: Pick<Waiting, "bytes" | "query" | "machineOf">): Buffer {
    const { bytes, query } = to;
    const policy = this.#parts.source.current();
    if (policy === undefined) return errorReply(bytes, query, rcodes.SERVFAIL);
    const ageSeconds = Math.floor((performance.now() - kept.since) / 1000);
    if (query.name === "")
      return writeResponse(kept.response, { bytes, query, ageSeconds, maxTtl: this.#parts.maxTtl });
    const machine = to.machineOf(policy);
    const verdict = this.#parts.judge.judgeMachine(policy, machine, query.name);
    const isClosed = !verdict.allowed || (isUnnamed(verdict) && this.#leadsAway(kept, policy, machine));
    if (isClosed) {
      this.blocked += 1;
      return blockReply(bytes, query, this.#parts.blockAnswer);
    }
    return writeResponse(kept.response, { bytes, query, ageSeconds, maxTtl: this.#ttlFor(verdict) });
  }

  /** What can be closed again is kept by clients for seconds only, and never beyond the end of what opened it. */
  #ttlFor({ service, grant, ends }: Permission): number {
    const most =
      service === undefined && grant === undefined ? this.#parts.maxTtl : Math.min(BLOCK_TTL, this.#parts.maxTtl);
    if (ends === undefined) return most;
    return Math.min(most, Math.max(0, Math.floor((ends - this.#parts.source.now()) / 1000)));
  }

  /** Whether an answer leads to something blocked: a name of anybody's that stands for a service (CNAME cloaking), or its own addresses. */
  #leadsAway(kept: Kept, policy: CompiledPolicy, machine: MachineSeen): boolean {
    const { targets, addresses } = kept.response;
    if (targets.length === 0 && addresses.length === 0) return false;
    const kind = `${machine.class} ${machine.department ?? ""}`;
    const now = performance.now();
    let { leads } = kept;
    if (leads?.policy !== policy || leads.kind !== kind || now - leads.at > LEADS_MS) {
      // For a machine without any grant: only where that is closed does the machine itself matter.
      leads = { policy, kind, at: now, isClosed: this.#isAnyClosed(kept.response, policy, { ...machine, key: "" }) };
      kept.leads = leads;
    }
    return leads.isClosed && this.#isAnyClosed(kept.response, policy, machine);
  }

  #isAnyClosed({ targets, addresses }: Response, policy: CompiledPolicy, machine: MachineSeen): boolean {
    const isClosed = (host: string): boolean => {
      const verdict = this.#parts.judge.judgeMachine(policy, machine, host);
      return !verdict.allowed && verdict.service !== undefined;
    };
    return targets.some(isClosed) || addresses.some(isClosed);
  }
}

/** Whether nothing speaks of the name itself. */
function isUnnamed({ by }: Permission): boolean {
  return by === "unlisted" || by === "no-rule";
}

/** Questions whose answers are the same. */
function keyOf({ name, type, flags: word, edns }: Query): string {
  const wants = (word & (flags.AD | flags.CD)) | (edns?.isDnssec === true ? 1 : 0);
  return `${type} ${wants} ${name}`;
}
