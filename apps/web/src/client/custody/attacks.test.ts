import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { encodeBase64 } from "../base64.ts";
import type { RecoveryView } from "./custody-api.ts";
import { signed, type MasterKey } from "./custodian-key.ts";
import { goodOnes, judged, type GoodCustodian, type Masters } from "./custodians.ts";
import { sealForCustodian, sealForDevice } from "./envelopes.ts";
import { areCurrent, newer, NOTHING_KNOWN, readKnown } from "./known.ts";
import { numberOf } from "./number.ts";
import { halfForDevice, keyFromHalves, sealedShares } from "./recover.ts";
import { ALGORITHM, makePair, unseal, type SealingPair } from "./sealing.ts";

const [AMY, KAY, LOU, MAL] = ["@amy:s", "@kay:s", "@lou:s", "@mal:s"] as const;
const KEY = crypto.getRandomValues(new Uint8Array(32));

interface Keeper extends SealingPair {
  readonly custodian: GoodCustodian;
}

async function keeper(userId: string): Promise<Keeper> {
  const pair = await makePair();
  const custodian = { userId, name: userId, standing: "good", publicKey: pair.publicKey, masterKey: "m" } as const;
  return { ...pair, custodian };
}

async function masterKey(): Promise<MasterKey> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const { x = "", d = "" } = await crypto.subtle.exportKey("jwk", pair.privateKey);
  const plain = (text: string): string => text.replaceAll("-", "+").replaceAll("_", "/");
  return { publicKey: plain(x), secretKey: plain(d) };
}

/** What an honest server would show of amy's recovery to whoever looks. */
function recovery(device: SealingPair, more: Partial<RecoveryView> = {}): RecoveryView {
  return {
    ...{ recovery_id: "rc_12345678", person: { user_id: AMY }, state: "asked", asked_at: 1, expires_at: 2 },
    ...{ device: "FRESH", key: { algorithm: ALGORITHM, public_key: device.publicKey } },
    custodians: [{ user_id: KAY }, { user_id: LOU }],
    ...more,
  };
}

describe("custody under attack", () => {
  let kay: Keeper;
  let lou: Keeper;
  let device: SealingPair;
  let kept: Readonly<Record<string, string>>;

  before(async () => {
    [kay, lou, device] = await Promise.all([keeper(KAY), keeper(LOU), makePair()]);
    kept = await keptBy(KEY);
  });

  async function keptBy(key: Uint8Array<ArrayBuffer>): Promise<Readonly<Record<string, string>>> {
    const shares = await sealedShares(AMY, key, [kay.custodian, lou.custodian]);
    return Object.fromEntries(shares.map(({ custodian, sealed }) => [custodian, sealed]));
  }

  async function given(by: Keeper, shown: RecoveryView = recovery(device), share?: string): Promise<string> {
    const { userId } = by.custodian;
    const half = await halfForDevice({ ...shown, my_share: share ?? kept[userId] }, userId, by.secretKey);
    assert.ok(half.ok, half.ok ? "" : half.fault);
    return half.value;
  }

  test("two custodians give the key back to the device that asked", async () => {
    const shares = [await given(lou), await given(kay)];
    const key = await keyFromHalves(recovery(device, { state: "open", shares }), AMY, device.secretKey);
    assert.deepEqual(key, { ok: true, value: KEY });
  });

  test("one custodian alone has nothing of the key: their half is drawn at random, or hidden by such a half", async () => {
    const half = JSON.parse((await unseal(kay.secretKey, kept[KAY] ?? "")) ?? "{}");
    assert.notEqual(half.share, encodeBase64(KEY));
    assert.equal(await unseal(kay.secretKey, kept[LOU] ?? ""), undefined, "the other's half is not theirs to open");
    const again = await keptBy(KEY);
    const other = JSON.parse((await unseal(kay.secretKey, again[KAY] ?? "")) ?? "{}");
    assert.notEqual(other.share, half.share, "the same key is hidden anew each time");
  });

  test("the same custodian twice is not two, nor is the same half twice", async () => {
    const one = await given(kay);
    for (const shares of [[], [one], [one, one], [one, await given(kay)]])
      assert.deepEqual(await keyFromHalves(recovery(device, { state: "open", shares }), AMY, device.secretKey), {
        ok: false,
        fault: "not-theirs",
      });
    const same = recovery(device, {
      shares: [one, await given(kay)],
      custodians: [{ user_id: KAY }, { user_id: KAY }],
    });
    assert.equal((await keyFromHalves(same, AMY, device.secretKey)).ok, false);
  });

  test("halves given to one device are worth nothing on another, and not in another recovery", async () => {
    const shares = [await given(kay), await given(lou)];
    const thief = await makePair();
    assert.equal((await keyFromHalves(recovery(thief, { shares }), AMY, thief.secretKey)).ok, false);
    const later = recovery(device, { recovery_id: "rc_87654321", shares });
    assert.equal((await keyFromHalves(later, AMY, device.secretKey)).ok, false);
    assert.equal((await keyFromHalves(recovery(device, { shares }), MAL, device.secretKey)).ok, false);
  });

  test("a custodian gives nobody's half under somebody else's name, and no half as it is kept", async () => {
    const asMal = recovery(device, { person: { user_id: MAL }, my_share: kept[KAY] });
    assert.deepEqual(await halfForDevice(asMal, KAY, kay.secretKey), { ok: false, fault: "not-mine" });
    const ofLou = recovery(device, { my_share: kept[LOU] });
    assert.deepEqual(await halfForDevice(ofLou, KAY, kay.secretKey), { ok: false, fault: "not-mine" });
    const whose = { person: AMY, custodian: KAY };
    const asGiven = await sealForDevice(
      kay.publicKey,
      { ...whose, recovery: "rc_12345678" },
      { bytes: KEY, split: "s" },
    );
    assert.equal((await halfForDevice(recovery(device, { my_share: asGiven }), KAY, kay.secretKey)).ok, false);
    const asKept = await sealForCustodian(device.publicKey, whose, { bytes: KEY, split: "s" });
    const shares = [asKept, await given(lou)];
    assert.equal((await keyFromHalves(recovery(device, { shares }), AMY, device.secretKey)).ok, false);
  });

  test("halves of two splittings are not joined to a wrong key, but told apart", async () => {
    const later = await keptBy(KEY);
    const shares = [await given(kay), await given(lou, recovery(device), later[LOU])];
    assert.deepEqual(await keyFromHalves(recovery(device, { shares }), AMY, device.secretKey), {
      ok: false,
      fault: "two-splits",
    });
  });

  test("a half that was changed, is cut, or is no text of ours is none", async () => {
    const whole = await given(kay);
    for (const bad of ["", "x", whole.slice(0, -40), whole.replace(/[A-Za-z]{3}\n/, "AAA\n"), JSON.stringify({})]) {
      const shares = [bad, await given(lou)];
      assert.equal(
        (await keyFromHalves(recovery(device, { shares }), AMY, device.secretKey)).ok,
        false,
        bad.slice(0, 20),
      );
    }
    for (const key of [
      { algorithm: "other", public_key: device.publicKey },
      { algorithm: ALGORITHM, public_key: "age1x" },
      { algorithm: ALGORITHM, public_key: device.secretKey },
    ])
      assert.deepEqual(await halfForDevice(recovery(device, { key, my_share: kept[KAY] }), KAY, kay.secretKey), {
        ok: false,
        fault: "bad-key",
      });
  });

  test("a server that puts its own key in the place of the device's shows the custodian another number", async () => {
    const between = await makePair();
    const [here, there] = await Promise.all([
      numberOf("recovery", AMY, device.publicKey),
      numberOf("recovery", AMY, between.publicKey),
    ]);
    assert.match(here, /^(\d{4} ){4}\d{4}$/);
    assert.notEqual(here, there);
    assert.notEqual(here, await numberOf("recovery", MAL, device.publicKey), "a number is of one person");
    assert.notEqual(here, await numberOf("custodian", AMY, device.publicKey), "and of one use");
  });

  test("a server that names a key of its own for a custodian gets no share: their master key has not signed it", async () => {
    const [master, other] = await Promise.all([masterKey(), masterKey()]);
    const own = { algorithm: ALGORITHM, public_key: kay.publicKey };
    const good = await signed(KAY, own, master);
    const shown: Masters = { [KAY]: master.publicKey };
    const standing = async (key: typeof good | undefined, known: Masters = {}, masters = shown): Promise<string> => {
      const [judgedOne] = await judged([{ user_id: KAY, ...(key === undefined ? {} : { key }) }], masters, known);
      return judgedOne?.standing ?? "";
    };
    assert.equal(await standing(good), "good");
    assert.equal(await standing(undefined), "no-key");
    const swapped = { ...good, public_key: lou.publicKey };
    for (const bad of [own, swapped, await signed(KAY, own, other), await signed(LOU, own, master)])
      assert.equal(await standing(bad), "unproved");
    assert.equal(await standing(good, {}, {}), "unproved");
    // The server may also swap the master key itself: whoever knew the last one is not taken in.
    const forged = await signed(KAY, { algorithm: ALGORITHM, public_key: lou.publicKey }, other);
    const known = { [KAY]: master.publicKey };
    assert.equal(await standing(forged, known, { [KAY]: other.publicKey }), "changed");
    const changed = await judged([{ user_id: KAY, key: forged }], { [KAY]: other.publicKey }, known);
    assert.deepEqual(goodOnes(changed, AMY), []);
    assert.deepEqual(
      goodOnes(await judged([{ user_id: KAY, key: good }], shown, {}), KAY),
      [],
      "nobody keeps their own",
    );
  });

  test("a server that shows an older record again, or other shares, is told by the version and the time", () => {
    const known = { version: 3, masters: { [KAY]: "m" }, shared: { at: 7, keys: { [KAY]: "k", [LOU]: "l" } } };
    assert.equal(newer(known, { ...known, version: 2 }), known);
    assert.equal(newer(known, NOTHING_KNOWN), known);
    assert.deepEqual(readKnown(JSON.stringify(known)), known);
    for (const broken of [undefined, "", "{", "7", '{"version":"3"}']) assert.equal(readKnown(broken), NOTHING_KNOWN);
    const good = [kay, lou].map(({ custodian }, at) => ({ ...custodian, publicKey: at === 0 ? "k" : "l" }));
    const shares = { custodians: [KAY, LOU], shared_at: 7, current: true };
    assert.equal(areCurrent(shares, known, good), true);
    assert.equal(areCurrent({ ...shares, shared_at: 8 }, known, good), false, "somebody else left them there");
    assert.equal(areCurrent({ ...shares, current: false }, known, good), false);
    assert.equal(areCurrent(shares, known, good.slice(1)), false);
    assert.equal(areCurrent({ ...shares, custodians: [KAY, MAL] }, known, good), false);
    assert.equal(areCurrent(shares, { ...known, shared: { at: 7, keys: { [KAY]: "x", [LOU]: "l" } } }, good), false);
  });
});
