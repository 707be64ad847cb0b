import { factsOfError, type Log } from "@causeway/platform";
import {
  decide,
  machineOfAddress,
  normalHost,
  type CompiledPolicy,
  type MachineSeen,
  type Verdict,
} from "@causeway/policy";
import type { Readable, Writable } from "node:stream";
import type { PolicySource } from "../points/index.ts";
import type { Cutter } from "./cutter.ts";
import { readQuestion, writeAnswer, type SquidAnswer, type SquidQuestion } from "./line.ts";
import { LiveUses, type LiveUse } from "./live-uses.ts";

/** What the helper works with. */
export interface SquidHelperOptions {
  readonly source: PolicySource;
  readonly log: Log;
  /** Ends connections; without it what is open stays open, and the point says so. */
  readonly cutter?: Cutter;
  /** Hosts of Causeway itself: the way to the block page is never blocked. */
  readonly own?: readonly string[];
}

const LONGEST_LINE = 65_536;
/** Grants end by the source's clock, which may be set; it is looked at this often. */
const LOOK_MS = 1000;

interface Judged {
  readonly machine: MachineSeen;
  readonly verdict: Verdict;
  readonly user: string | undefined;
}

/** Answers Squid's questions, every time anew, and ends what is open when it may no longer be. One process serves all of Squid. */
export class SquidHelper implements Disposable {
  readonly #options: SquidHelperOptions;
  readonly #uses = new LiveUses();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #cutting: Promise<void> = Promise.resolve();
  #fault = "";

  constructor(options: SquidHelperOptions) {
    this.#options = options;
    this.#unsubscribe = options.source.subscribe(() => this.sweep());
    this.#later();
  }

  /** Answers questions from one stream to another, until the first ends. */
  async serve(input: Readable, output: Writable): Promise<void> {
    let rest = "";
    for await (const chunk of input.setEncoding("utf8")) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST_LINE) throw new Error("a question is too long");
      let answers = "";
      for (const line of lines) answers += this.answer(line) ?? "";
      if (answers !== "") output.write(answers);
    }
  }

  /** Answers one line; nothing for what has no channel to answer on. */
  answer(line: string): string | undefined {
    const question = readQuestion(line);
    if (question === undefined) return undefined;
    if (!("host" in question)) return writeAnswer(question.channel, { kind: "nonsense" });
    return writeAnswer(question.channel, this.#answerTo(question));
  }

  /** Looks at everything that is open, and ends what may no longer be. */
  sweep(): void {
    const policy = this.#options.source.current();
    if (policy === undefined) return;
    const ended: LiveUse[] = [];
    for (const use of this.#uses.all()) {
      const isOpen = use.hosts.every((host) => this.#judge(policy, use, host).verdict.allowed);
      if (!isOpen) ended.push(use);
    }
    for (const use of ended) this.#uses.drop(use);
    this.#uses.lookAgain();
    if (ended.length > 0) this.#cut(ended);
  }

  /** What keeps this from enforcing, as a code. */
  get fault(): string {
    return this.#fault;
  }

  /** Tries whether connections can be ended at all; when not, that is reported, and logged with what to do. */
  async tryCutting(): Promise<boolean> {
    const isPossible = (await this.#options.cutter?.canCut()) ?? false;
    this.#fault = isPossible ? "" : "tunnels-not-cut";
    if (!isPossible) this.#options.source.report({ fault: this.#fault });
    return isPossible;
  }

  /** Waits until what is being ended has ended. */
  async settled(): Promise<void> {
    await this.#cutting;
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  #answerTo(question: SquidQuestion): SquidAnswer {
    const { source } = this.#options;
    const address = normalHost(question.address)?.host ?? question.address;
    const policy = source.current();
    if (policy === undefined) return { kind: "no", message: "no policy yet", tag: "no-policy" };
    const use = { address, port: question.port, user: userOf(question.login, policy) };
    // What is told in the hello counts as much as what was asked of the proxy.
    const hosts = [question.host, ...(question.serverName === undefined ? [] : [question.serverName])];
    if (hosts.every((host) => this.#isOwn(host))) return { kind: "yes" };
    let ends: LiveUse["ends"];
    for (const host of hosts) {
      const { machine, verdict } = this.#judge(policy, use, host);
      source.count(machine, verdict);
      if (!verdict.allowed) {
        this.#uses.drop(use);
        return { kind: "no", message: wordFor(verdict, policy), tag: verdict.service ?? verdict.reason };
      }
      if (verdict.ends !== undefined && (ends === undefined || verdict.ends < ends)) ends = verdict.ends;
    }
    const before = this.#uses.soonest;
    this.#uses.put({ ...use, hosts, ends });
    if (this.#uses.soonest !== before) this.#later();
    return { kind: "yes" };
  }

  #isOwn(host: string): boolean {
    const normal = normalHost(host)?.host;
    return normal !== undefined && this.#options.own?.includes(normal) === true;
  }

  #judge(policy: CompiledPolicy, use: Pick<LiveUse, "address" | "user">, host: string): Judged {
    const machine = machineOfAddress(policy, use.address);
    const { user } = use;
    const target = { kind: "host", host } as const;
    const now = this.#options.source.now();
    const verdict = decide(policy, { machine, target, now, ...(user === undefined ? {} : { user }) });
    return { machine, verdict, user };
  }

  #cut(ended: readonly LiveUse[]): void {
    const { cutter, source, log } = this.#options;
    this.#cutting = this.#cutting
      .then(async () => {
        const isCut = (await cutter?.cut(ended)) ?? false;
        this.#fault = isCut ? "" : "tunnels-not-cut";
        source.report({ fault: this.#fault });
      })
      .catch((error: unknown) => log.error("open connections could not be ended", factsOfError(error)));
  }

  /** Looks again at the latest in a second, and at the moment at which the first of what is open ends. */
  #later(): void {
    clearTimeout(this.#timer);
    const first = this.#uses.soonest;
    const left = first === undefined ? LOOK_MS : first - this.#options.source.now();
    this.#timer = setTimeout(
      () => {
        const end = this.#uses.soonest;
        if (end !== undefined && end <= this.#options.source.now()) this.sweep();
        this.#later();
      },
      Math.max(1, Math.min(LOOK_MS, left)),
    );
  }
}

/** A login is a local part, or a Kerberos principal (`mei@REALM`): the person of that name on this server. */
function userOf(login: string | undefined, policy: CompiledPolicy): string | undefined {
  if (login === undefined) return undefined;
  if (login.startsWith("@") && login.endsWith(`:${policy.head.installation}`)) return login;
  const local = login.split("@")[0]?.toLowerCase();
  return local === undefined || local === "" ? undefined : `@${local}:${policy.head.installation}`;
}

/** What the page says was refused: the service by its name, or why there is no name. NOTE Squid writes each byte beyond ASCII as a character of its own. */
function wordFor(verdict: Verdict & { readonly allowed: false }, policy: CompiledPolicy): string {
  const service = policy.parts.services.find(({ id }) => id === verdict.service);
  if (service === undefined) return verdict.reason;
  return /^[ -~]+$/.test(service.name.en) ? service.name.en : service.id;
}
