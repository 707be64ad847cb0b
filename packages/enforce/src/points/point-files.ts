import { instant, type Instant } from "@causeway/base";
import { writeDurably } from "@causeway/platform";
import type { PolicyDocument } from "@causeway/policy";
import { appendFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { takeKeys, takePolicy, verifyKey, type Trust } from "./envelope.ts";

const identityShape = z.object({
  server: z.url(),
  point_id: z.string(),
  token: z.string(),
  installation: z.string(),
  /** The keys that were given at the enrolment: the root of everything that is believed later. */
  keys: z.array(verifyKey).min(1),
  /** The point's own key: its seed. */
  private_key: z.string(),
});
/** Who a point is, and whom it believes. */
export type PointIdentity = z.output<typeof identityShape>;

const IDENTITY = "point.json";
const POLICY = "policy.json";
const STEPS = "policy-steps.jsonl";
const KEYS = "policy-keys.json";
const CLOCK = "clock.json";

/** What a point keeps in its directory, each file mode 600 and whole after a power cut. */
export class PointFiles {
  #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Whether the point has enrolled. */
  get isEnrolled(): boolean {
    return existsSync(join(this.#directory, IDENTITY));
  }

  /** Who the point is. @throws when it has not enrolled, or the file is not one of ours */
  identity(): PointIdentity {
    return identityShape.parse(JSON.parse(readFileSync(join(this.#directory, IDENTITY), "utf8")));
  }

  putIdentity(identity: PointIdentity): void {
    writeDurably(join(this.#directory, IDENTITY), `${JSON.stringify(identity, null, 2)}\n`);
  }

  /** The keys to believe: those of the enrolment, and the last list that they lead to. */
  trust({ installation, keys }: PointIdentity): Trust {
    const root: Trust = { installation, keys, serial: 0 };
    return this.#lists().reduce((trust, text) => {
      const next = takeKeys(text, trust);
      return typeof next === "string" ? trust : next;
    }, root);
  }

  /** Keeps a list of keys after those before it: each is signed by a key of one before. */
  addKeys(text: string): void {
    writeDurably(join(this.#directory, KEYS), JSON.stringify([...this.#lists(), text].slice(-MOST_LISTS)));
  }

  #lists(): readonly string[] {
    const text = this.#read(KEYS);
    const parsed = z.array(z.string()).safeParse(text);
    return parsed.success ? parsed.data : [];
  }

  /** The last policy, as far as it is still what the server signed; what is not is cut off. */
  policy(trust: Trust): { readonly document: PolicyDocument; readonly steps: number } | undefined {
    const whole = takePolicy(this.#text(POLICY), trust, undefined);
    if (typeof whole === "string") return undefined;
    const lines = this.#text(STEPS).split("\n").filter(Boolean);
    let document = whole;
    let steps = 0;
    for (const line of lines) {
      const next = takePolicy(line, trust, document);
      if (typeof next === "string") break;
      document = next;
      steps += 1;
    }
    const good = lines.slice(0, steps).map((line) => `${line}\n`);
    if (steps < lines.length) writeDurably(join(this.#directory, STEPS), good.join(""));
    return { document, steps };
  }

  /** Keeps a whole policy as it was signed. */
  putWhole(text: string): void {
    // The steps first: a whole policy of old with none is still one.
    rmSync(join(this.#directory, STEPS), { force: true });
    writeDurably(join(this.#directory, POLICY), text);
  }

  /** Keeps a step after those before it. What the power takes from its end is found out at the next start. */
  addStep(text: string): void {
    appendFileSync(join(this.#directory, STEPS), `${text}\n`, { mode: 0o600 });
  }

  /** The latest time that was ever known. */
  latest(): Instant {
    const parsed = z.object({ latest: z.number().int() }).safeParse(this.#read(CLOCK));
    return instant(parsed.success ? parsed.data.latest : 0);
  }

  putLatest(latest: Instant): void {
    writeDurably(join(this.#directory, CLOCK), JSON.stringify({ latest }));
  }

  #text(name: string): string {
    const path = join(this.#directory, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  #read(name: string): unknown {
    try {
      return JSON.parse(this.#text(name));
    } catch {
      return undefined; // half a file of some other program: the server has the policy
    }
  }
}

const MOST_LISTS = 50;
