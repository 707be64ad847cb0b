import { failure, ok, type Instant } from "@causeway/base";
import { getBlockedState, getBlockPage, getBlockPageScript } from "@causeway/contract";
import { HttpReply, serve, type Route } from "@causeway/platform";
import type { CompiledPolicy, ServiceFacts, Verdict } from "@causeway/policy";
import { randomBytes } from "node:crypto";
import { addressOfSocket, Judge, type Claim } from "../embedded/judge.ts";
import type { Credentials, EmbeddedSource } from "../embedded/ports.ts";
import type { RefusalPage } from "../proxy/ports.ts";
import { languageOf } from "./languages.ts";
import { pageScript } from "./page-script.ts";
import { renderPage, type PageSubject } from "./page.ts";
import { renderProxyPage } from "./proxy-page.ts";
import { readReturnAddress, type ReturnAddress } from "./return-address.ts";

/** Port: says to the rest of Causeway which machine was stopped (`MachineHints` of access). */
export interface StoppedMachines {
  /** A hint about a machine, by its source address or its id; empty when none can be given. */
  hintOf(machine: string, now: Instant): string;
  /** The source address that a hint names; undefined for one that is forged or too old. */
  verify(hint: string, now: Instant): string | undefined;
}

/** What the block page is built from. */
export interface BlockPageOptions {
  /** Nothing is counted here: who reads why something was stopped has been counted when it was. */
  readonly source: Omit<EmbeddedSource, "count">;
  readonly credentials: Credentials;
  readonly hints: StoppedMachines;
  /** Where browsers reach Causeway. */
  readonly publicUrl: () => string;
  /** How long a question about the state waits at most, and how many may wait. */
  readonly waitMs: number;
  readonly maxWaiting: number;
}

/** The block page: the server's own with its endpoints, and the proxy's body. */
export interface BlockPage {
  readonly routes: readonly Route[];
  readonly forProxy: RefusalPage;
}

/** Builds the block page. */
export function createBlockPage(options: BlockPageOptions): BlockPage {
  const watch = new StateWatch(options);
  const judge = new Judge(options.source, options.credentials);
  return {
    routes: [
      serve(getBlockPage, ({ query, headers, ip, now }) => {
        const address = readReturnAddress(query.url);
        const claim = claimOf(options, { hint: query.machine_hint, ip });
        const nonce = randomBytes(16).toString("base64");
        const hint = options.hints.hintOf(claim.machine ?? claim.address, now);
        const language = languageOf(query.lang, headers["accept-language"]);
        const { utcOffsetMinutes = 0 } = judge.policy?.head ?? {};
        const subject = subjectOf(judge, claim, address);
        const body = renderPage(subject, { language, nonce, hint, utcOffsetMinutes });
        const status = subject.kind === "bad-address" ? 400 : 200;
        return ok(new HttpReply({ status, body, headers: pageHeaders(options, nonce) }));
      }),
      serve(getBlockPageScript, () =>
        ok(
          new HttpReply({
            body: pageScript,
            headers: { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-cache", ...COMMON },
          }),
        ),
      ),
      serve(getBlockedState, async ({ query, ip, signal, headers }) => {
        // NOTE Another site's script could otherwise learn what is open on the machine that runs it.
        if (headers["sec-fetch-site"] === "cross-site") return failure("M_INVALID_PARAM", "Not for other sites.");
        const address = readReturnAddress(query.url);
        if (address === undefined) return failure("M_INVALID_PARAM", "query `url`: not an address of http or https");
        const claim = claimOf(options, { hint: query.machine_hint, ip });
        const state = await watch.stateOf({ claim, address, known: query.known, signal });
        if (state === undefined) return failure("M_LIMIT_EXCEEDED", undefined, { retry_after_ms: 15_000 });
        const own = new URL(options.publicUrl()).origin;
        const reply = { "access-control-allow-origin": own, "cache-control": "no-store" };
        return ok(new HttpReply({ body: JSON.stringify(state), headers: reply }));
      }),
    ],
    forProxy: (refused) => {
      const { policy } = judge;
      const service = policy === undefined ? undefined : serviceOf(policy, refused.service);
      return renderProxyPage(refused, { service, link: linkOf(options, refused) });
    },
  };
}

const COMMON = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex, nofollow",
  "cross-origin-resource-policy": "same-origin",
} as const;

function pageHeaders(options: BlockPageOptions, nonce: string): Readonly<Record<string, string>> {
  return {
    ...COMMON,
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
    vary: "accept-language",
    // What the page says depends on where it is read: no other site's script may read it.
    "access-control-allow-origin": new URL(options.publicUrl()).origin,
  };
}

/** The machine that a visit is about: the one that the proxy's hint names, else the one that it comes from. */
function claimOf(
  { hints, source }: BlockPageOptions,
  from: { readonly hint: string | undefined; readonly ip: string },
): Claim {
  const named = from.hint === undefined ? undefined : hints.verify(from.hint, source.now());
  const address = addressOfSocket(from.ip);
  return { address: named ?? address };
}

function linkOf(
  { publicUrl, hints, source }: BlockPageOptions,
  refused: { readonly url: string; readonly machine: string },
): string | undefined {
  const base = publicUrl();
  if (base === "") return undefined;
  const query = new URLSearchParams({ url: refused.url });
  const hint = hints.hintOf(refused.machine, source.now());
  if (hint !== "") query.set("machine_hint", hint);
  return `${base.replace(/\/+$/, "")}/blocked?${query.toString()}`;
}

function serviceOf(policy: CompiledPolicy, id: string | undefined): ServiceFacts | undefined {
  return id === undefined ? undefined : policy.parts.services.find((one) => one.id === id);
}

/** Whether what allows it is something that was given: then the page may lead there. What nobody ever blocked it leads nowhere. */
function isOpened(verdict: Verdict): boolean {
  return verdict.allowed && verdict.by !== "unlisted" && verdict.by !== "no-rule";
}

function subjectOf(judge: Judge, claim: Claim, address: ReturnAddress | undefined): PageSubject {
  if (address === undefined) return { kind: "bad-address" };
  const { policy } = judge;
  const verdict = judge.judge(claim, address.host.host);
  if (policy === undefined || verdict === undefined)
    return { kind: "blocked", address, reason: "blocked", service: undefined, clause: undefined };
  const service = serviceOf(policy, verdict.service);
  if (!verdict.allowed) {
    const reason = verdict.reason === "bad-host" ? "address" : verdict.reason;
    return { kind: "blocked", address, reason, service, clause: verdict.clause };
  }
  return isOpened(verdict) ? { kind: "open", address, until: verdict.ends, service } : { kind: "not-blocked", address };
}

interface Watched {
  readonly claim: Claim;
  readonly address: ReturnAddress;
  readonly known: "open" | "closed" | undefined;
  readonly signal: AbortSignal;
}

interface State {
  readonly open: boolean;
  readonly until?: number;
}

/** Answers whether something is open, at once or when that changes. */
class StateWatch {
  #options: BlockPageOptions;
  #judge: Judge;
  #waiting = 0;

  constructor(options: BlockPageOptions) {
    this.#options = options;
    this.#judge = new Judge(options.source, options.credentials);
  }

  /** Undefined: too many wait. */
  async stateOf(watched: Watched): Promise<State | undefined> {
    const now = this.#state(watched);
    if (watched.known === undefined || now.open !== (watched.known === "open")) return now;
    if (this.#waiting >= this.#options.maxWaiting) return undefined;
    this.#waiting += 1;
    try {
      await this.#change(watched);
    } finally {
      this.#waiting -= 1;
    }
    return this.#state(watched);
  }

  #state({ claim, address }: Watched): State {
    const verdict = this.#judge.judge(claim, address.host.host);
    if (verdict === undefined || !verdict.allowed) return { open: false };
    return verdict.ends === undefined ? { open: true } : { open: true, until: verdict.ends };
  }

  #change(watched: Watched): Promise<void> {
    const { source, waitMs } = this.#options;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        unsubscribe();
        watched.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      const unsubscribe = source.subscribe(() => {
        if (this.#state(watched).open !== (watched.known === "open")) done();
      });
      watched.signal.addEventListener("abort", done);
      if (watched.signal.aborted) done();
    });
  }
}
