import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import type { Admitted, EncryptionState } from "../encryption/encryption.ts";
import { Model } from "../view-model.ts";
import { CustodyModel } from "./custody.ts";
import type { MasterKey } from "./custodian-key.ts";
import { NOTHING_KNOWN, type Known } from "./known.ts";
import { RecoveryModel } from "./recovery.ts";

interface Recovery {
  readonly id: string;
  readonly person: string;
  readonly session: string;
  readonly key: unknown;
  state: "asked" | "open" | "refused" | "withdrawn";
  readonly given: Map<string, string>;
  refused?: { readonly by: string; readonly reason: string };
}

/** One department's custody as the contract has it, for clients that run in one process. The real server is in tests/e2e. */
class Department {
  custodians: readonly string[];
  keys = new Map<string, Readonly<Record<string, unknown>>>();
  shares = new Map<string, { readonly at: number; readonly of: Map<string, string>; readonly keys: string }>();
  recoveries: Recovery[] = [];
  #time = 0;

  constructor(...custodians: readonly string[]) {
    this.custodians = custodians;
  }

  #keysOf(users: Iterable<string>): string {
    return JSON.stringify([...users].map((user) => [this.custodians.includes(user), this.keys.get(user)]));
  }

  #custody(user: string): object {
    const kept = this.shares.get(user);
    const key = this.keys.get(user);
    return {
      ...{ department: "RD", enabled: this.custodians.length > 0 },
      custodians: this.custodians.map((one) => {
        const its = this.keys.get(one);
        return { user_id: one, ...(its === undefined ? {} : { key: its }) };
      }),
      ...(kept === undefined
        ? {}
        : {
            shares: {
              ...{ custodians: [...kept.of.keys()], shared_at: kept.at },
              current: kept.keys === this.#keysOf(kept.of.keys()),
            },
          }),
      ...(this.custodians.includes(user) ? { duty: key === undefined ? {} : { key } } : {}),
    };
  }

  #view(recovery: Recovery, user: string, session: string): object {
    const { id, person, state, key, given, refused } = recovery;
    const half = this.shares.get(person)?.of.get(user);
    const isWaiting = state === "asked" && half !== undefined && !given.has(user);
    return {
      ...{ recovery_id: id, person: { user_id: person }, state, asked_at: 1, expires_at: 2, device: session, key },
      custodians: [...(this.shares.get(person)?.of.keys() ?? [])].map((one) => ({
        user_id: one,
        ...(given.has(one) ? { agreed_at: 1 } : {}),
      })),
      ...(refused === undefined ? {} : { refused }),
      ...(isWaiting ? { my_share: half } : {}),
      ...(state === "open" && session === recovery.session ? { shares: [...given.values()] } : {}),
    };
  }

  /** The calls of one session. */
  calls(user: string, session = user) {
    const one = (path: string): Recovery => {
      const found = this.recoveries.find(({ id }) => path.includes(id));
      assert.ok(found);
      return found;
    };
    return {
      get: (path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> => {
        if (path === "/custody") return Promise.resolve(this.#custody(user));
        if (path !== "/custody/recoveries") return Promise.resolve(this.#view(one(path), user, session));
        const found = this.recoveries.filter(({ person }) => (query["list"] === "mine" ? person === user : true));
        return Promise.resolve({ recoveries: found.toReversed().map((each) => this.#view(each, user, session)) });
      },
      put: (path: string, body: object): Promise<unknown> => {
        if (path === "/custody/key") this.keys.set(user, { ...body });
        else {
          const { shares }: { readonly shares?: readonly { custodian: string; sealed: string }[] } = body;
          const of = new Map((shares ?? []).map(({ custodian, sealed }) => [custodian, sealed] as const));
          this.shares.set(user, { at: (this.#time += 1), of, keys: this.#keysOf(of.keys()) });
        }
        return Promise.resolve(this.#custody(user));
      },
      post: (path: string, body: object = {}): Promise<unknown> => {
        const { key, sealed, reason }: { key?: unknown; sealed?: string; reason?: string } = body;
        if (path === "/custody/recoveries") {
          if (this.recoveries.some(({ state }) => state === "asked")) return Promise.reject(new Error("one is open"));
          const id = `rc_${String(this.recoveries.length).padStart(8, "0")}`;
          this.recoveries.push({ id, person: user, session, key, state: "asked", given: new Map() });
          return Promise.resolve(this.#view(one(id), user, session));
        }
        const recovery = one(path);
        if (path.endsWith("/withdraw")) recovery.state = "withdrawn";
        if (path.endsWith("/refuse")) {
          recovery.state = "refused";
          recovery.refused = { by: user, reason: reason ?? "" };
        }
        if (path.endsWith("/agree")) {
          recovery.given.set(user, sealed ?? "");
          if (recovery.given.size === 2) recovery.state = "open";
        }
        return Promise.resolve(this.#view(recovery, user, session));
      },
    };
  }
}

/** Encryption of one device: whether it reads, and which key lets it. */
class Encryption extends Model<EncryptionState> {
  #key: Uint8Array;

  constructor(key: Uint8Array, isReady: boolean) {
    super(isReady ? { step: "ready" } : { step: "needs-recovery", busy: false });
    this.#key = key;
  }

  isReachable = true;

  admitWith(key: Uint8Array): Promise<Admitted> {
    if (String(key) !== String(this.#key)) return Promise.resolve("other-key");
    if (!this.isReachable) return Promise.resolve("not-now");
    this.turnReady();
    return Promise.resolve("in");
  }

  turnReady(): void {
    this.set({ step: "ready" });
  }

  /** As when a start finds out how the device stands. */
  say(): void {
    this.set({ ...this.snapshot() });
  }
}

/** An account: its secret storage, and master keys as the server shows them. */
class Account {
  readonly key = crypto.getRandomValues(new Uint8Array(32));
  known: Known = NOTHING_KNOWN;
  own: string | undefined;
  asked: string | undefined;
  isReachable = true;
  #world: World;
  #userId: string;

  constructor(world: World, userId: string) {
    this.#world = world;
    this.#userId = userId;
  }

  recoveryKey = () => this.key;
  ownKey = () => Promise.resolve(this.own);
  keepOwnKey = (key: string) => Promise.resolve(void (this.own = key));
  askedWith = () => Promise.resolve(this.asked);
  keepAskedWith = (key: string) => Promise.resolve(void (this.asked = key));
  forgetAskedWith = () => Promise.resolve(void (this.asked = undefined));
  ownMaster = () => Promise.resolve(this.#world.masters.get(this.#userId));
  mastersOf = (users: readonly string[]) =>
    Promise.resolve(Object.fromEntries(users.map((user) => [user, this.#world.masters.get(user)?.publicKey ?? ""])));
  keepKnown = (known: Known) =>
    this.isReachable ? Promise.resolve(void (this.known = known)) : Promise.reject(new Error("out of reach"));
}

interface World {
  readonly department: Department;
  readonly masters: Map<string, MasterKey>;
  newMaster(user: string): Promise<void>;
  /** A device that reads, with its custody. */
  device(user: string): Promise<{ readonly account: Account; readonly custody: CustodyModel }>;
  /** A device of an account that may not read yet. */
  locked(account: Account, user: string, session: string): { model: RecoveryModel; encryption: Encryption };
}

function world(t: TestContext, ...custodians: readonly string[]): World {
  const department = new Department(...custodians);
  const masters = new Map<string, MasterKey>();
  const plain = (text = ""): string => text.replaceAll("-", "+").replaceAll("_", "/");
  const made: World = {
    department,
    masters,
    newMaster: async (user) => {
      const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
      const { x, d } = await crypto.subtle.exportKey("jwk", pair.privateKey);
      masters.set(user, { publicKey: plain(x), secretKey: plain(d) });
    },
    device: async (user) => {
      if (!masters.has(user)) await made.newMaster(user);
      const account = new Account(made, user);
      const secrets = { ...account, known: () => Promise.resolve(account.known) };
      const encryption = new Encryption(account.key, true);
      const custody = new CustodyModel(department.calls(user), { userId: user, secrets, encryption });
      t.after(() => custody.stop());
      await custody.check();
      return { account, custody };
    },
    locked: (account, user, session) => {
      const encryption = new Encryption(account.key, false);
      const admitted = (): Promise<void> => Promise.resolve();
      const of = { userId: user, secrets: new Account(made, user), encryption, admitted };
      const model = new RecoveryModel(department.calls(user, session), of);
      t.after(() => model.stop());
      encryption.say();
      return { model, encryption };
    },
  };
  return made;
}

function sharesOf({ custody }: { readonly custody: CustodyModel }): string {
  const state = custody.snapshot();
  return state.step === "on" ? state.shares : state.step;
}

/** Two custodians and amy, whose shares they hold. */
async function crewed(t: TestContext) {
  const made = world(t, "@kay:s", "@lou:s");
  const [kay, lou] = [await made.device("@kay:s"), await made.device("@lou:s")];
  const amy = await made.device("@amy:s");
  const agree = async (by: "@kay:s" | "@lou:s"): Promise<boolean> => {
    const [waiting] = await listed(made, by);
    assert.ok(waiting);
    return (await (by === "@kay:s" ? kay : lou).custody.agree(waiting)).ok;
  };
  return { ...made, kay, lou, amy, agree };
}

async function listed({ department }: World, user: string) {
  const { recoveriesOf } = await import("./custody-api.ts");
  return await recoveriesOf(department.calls(user), "to-decide");
}

describe("custody at work", () => {
  test("keys and shares are made without a question, once, and made anew when a custodian goes", async (t) => {
    const made = world(t, "@kay:s", "@lou:s");
    const amy = await made.device("@amy:s");
    assert.equal(sharesOf(amy), "too-few");
    await made.device("@kay:s");
    await amy.custody.check();
    assert.equal(sharesOf(amy), "too-few", "one custodian is not two");
    const lou = await made.device("@lou:s");
    assert.equal(sharesOf(lou), "too-few", "nobody holds a half of their own key");
    await amy.custody.check();
    assert.equal(sharesOf(amy), "current");
    const first = made.department.shares.get("@amy:s");
    await amy.custody.check();
    await lou.custody.check();
    assert.equal(made.department.shares.get("@amy:s"), first, "what is current is left alone");
    made.department.custodians = ["@lou:s", "@max:s"];
    await amy.custody.check();
    assert.equal(sharesOf(amy), "too-few");
    await made.device("@max:s");
    await amy.custody.check();
    assert.equal(sharesOf(amy), "current");
    assert.deepEqual([...(made.department.shares.get("@amy:s")?.of.keys() ?? [])].toSorted(), ["@lou:s", "@max:s"]);
    made.department.custodians = [];
    await amy.custody.check();
    assert.equal(sharesOf(amy), "off");
  });

  test("a custodian whose master key is another one gets nothing until the person says that it is theirs", async (t) => {
    const c = await crewed(t);
    await c.newMaster("@lou:s");
    c.department.keys.delete("@lou:s");
    await c.lou.custody.check();
    await c.amy.custody.check();
    const state = c.amy.custody.snapshot();
    assert.ok(state.step === "on");
    assert.deepEqual(
      state.custodians.map(({ standing }) => standing),
      ["good", "changed"],
    );
    assert.equal(state.shares, "too-few");
    await c.amy.custody.accept("@lou:s");
    assert.equal(sharesOf(c.amy), "current");
  });

  test("shares that somebody else left in their place are made anew, but not while a recovery waits", async (t) => {
    const c = await crewed(t);
    const { of } = c.department.shares.get("@amy:s") ?? {};
    assert.ok(of);
    const thief = c.department.calls("@amy:s", "THIEF");
    const shares = [...of.keys()].map((custodian) => ({ custodian, sealed: "nothing of use" }));
    await thief.put("/custody/shares", { shares });
    const { model } = c.locked(c.amy.account, "@amy:s", "FRESH");
    await model.look();
    await model.ask();
    const left = c.department.shares.get("@amy:s");
    await c.amy.custody.check();
    assert.equal(c.department.shares.get("@amy:s"), left);
    assert.equal(await c.agree("@kay:s"), false, "what is no share is given to nobody");
    await model.withdraw();
    await c.amy.custody.check();
    assert.notEqual(c.department.shares.get("@amy:s"), left);
    assert.equal(sharesOf(c.amy), "current");
  });

  test("both agree, and the device that asked is in; a refusal says why, and can be followed by another try", async (t) => {
    const c = await crewed(t);
    const { model, encryption } = c.locked(c.amy.account, "@amy:s", "FRESH");
    await model.look();
    assert.equal(model.snapshot().step, "possible");
    await model.ask();
    const { number } = model.snapshot();
    assert.match(number ?? "", /^(\d{4} ){4}\d{4}$/);
    await c.department.calls("@kay:s").post("/custody/recoveries/rc_00000000/refuse", { reason: "not seen" });
    await model.look();
    assert.equal(model.snapshot().step, "ended");
    assert.equal(model.snapshot().recovery?.refused?.reason, "not seen");
    await model.ask();
    assert.notEqual(model.snapshot().number, number, "a new key each time");
    assert.ok(await c.agree("@kay:s"));
    await model.look();
    assert.equal(model.snapshot().step, "waiting");
    assert.ok(await c.agree("@lou:s"));
    encryption.isReachable = false;
    await model.look();
    assert.equal(encryption.snapshot().step, "needs-recovery", "the server was out of reach in the middle");
    encryption.isReachable = true;
    await model.look();
    assert.equal(encryption.snapshot().step, "ready");
    assert.equal(c.department.recoveries.at(-1)?.state, "open", "what was given is not taken back");
  });

  test("shares that were put together are made anew; by the next look, when the storage was out of reach", async (t) => {
    const c = await crewed(t);
    const sharedAt = () => c.department.shares.get("@amy:s")?.at;
    const first = sharedAt();
    c.amy.account.isReachable = false;
    await c.amy.custody.renew();
    assert.equal(sharedAt(), first);
    c.amy.account.isReachable = true;
    await c.amy.custody.check();
    const second = sharedAt();
    assert.notEqual(second, first);
    assert.equal(sharesOf(c.amy), "current");
    await c.amy.custody.check();
    assert.equal(sharedAt(), second, "once");
  });

  test("another device that asks is shown and taken back; one that was let in otherwise takes its own back", async (t) => {
    const c = await crewed(t);
    const first = c.locked(c.amy.account, "@amy:s", "FIRST");
    await first.model.look();
    await first.model.ask();
    const second = c.locked(c.amy.account, "@amy:s", "SECOND");
    await second.model.look();
    assert.equal(second.model.snapshot().step, "elsewhere");
    await second.model.withdraw();
    assert.equal(second.model.snapshot().step, "possible");
    await first.model.look();
    assert.equal(first.model.snapshot().step, "ended");
    await second.model.ask();
    assert.equal(second.model.snapshot().step, "waiting");
    second.encryption.turnReady();
    await new Promise(setImmediate);
    assert.equal(second.model.snapshot().step, "none");
    assert.equal(c.department.recoveries.at(-1)?.state, "withdrawn");
  });

  test("when custodians changed since shares were made, the device says that they cannot help", async (t) => {
    const c = await crewed(t);
    c.department.custodians = ["@kay:s", "@max:s"];
    const { model } = c.locked(c.amy.account, "@amy:s", "FRESH");
    await model.look();
    assert.equal(model.snapshot().step, "outdated");
  });

  test("halves of a key that the account has no more say so, and let nobody in", async (t) => {
    const c = await crewed(t);
    const renewed = new Account(c, "@amy:s");
    const { model, encryption } = c.locked(renewed, "@amy:s", "FRESH");
    await model.look();
    await model.ask();
    for (const one of ["@kay:s", "@lou:s"] as const) assert.ok(await c.agree(one));
    await model.look();
    assert.equal(model.snapshot().fault?.key, "custody.fault.otherKey");
    assert.equal(encryption.snapshot().step, "needs-recovery");
  });
});
