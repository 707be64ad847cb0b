import type { CustodyView } from "./custody-api.ts";
import { isSignedBy } from "./custodian-key.ts";
import { numberOf } from "./number.ts";

/**
 * How a custodian stands to this client: `good` has a key that their own master key signed; `changed` has another master key than the
 * one that was known, and gets nothing until the person says that it is theirs; `unproved` has a key that nobody signed.
 */
export type Standing = "no-key" | "unproved" | "changed" | "good";

/** A custodian as this client sees them. */
export interface Custodian {
  readonly userId: string;
  readonly name: string;
  readonly standing: Standing;
  /** The key to which shares are sealed, when it is good or changed. */
  readonly publicKey?: string;
  readonly masterKey?: string;
  /** What they can compare with the custodian, face to face. */
  readonly number?: string;
}

/** What is known of custodians' master keys, by user. */
export type Masters = Readonly<Record<string, string>>;

/** Judges the custodians that the server names by the master keys that it shows, and by those that were known before. */
export async function judged(
  custodians: CustodyView["custodians"],
  shown: Masters,
  known: Masters,
): Promise<readonly Custodian[]> {
  return await Promise.all(
    custodians.map(async ({ user_id: userId, display_name: name = userId, key }) => {
      if (key === undefined) return { userId, name, standing: "no-key" } as const;
      const masterKey = shown[userId];
      if (masterKey === undefined || !(await isSignedBy(userId, key, masterKey)))
        return { userId, name, standing: "unproved" } as const;
      const before = known[userId];
      return {
        ...{ userId, name, masterKey, publicKey: key.public_key },
        number: await numberOf("custodian", userId, masterKey),
        standing: before === undefined || before === masterKey ? "good" : "changed",
      } as const;
    }),
  );
}

/** A custodian to whom shares can be sealed. */
export type GoodCustodian = Custodian & { readonly publicKey: string; readonly masterKey: string };

/** Those to whom shares can be sealed: never oneself. */
export function goodOnes(custodians: readonly Custodian[], self: string): readonly GoodCustodian[] {
  return custodians.flatMap((one) => {
    const { publicKey, masterKey, standing, userId } = one;
    if (standing !== "good" || userId === self || publicKey === undefined || masterKey === undefined) return [];
    return [{ ...one, publicKey, masterKey }];
  });
}

/** Two of them: those who hold the shares already, as far as they can, else any, so that the duty is spread. */
export function chosenTwo(
  good: readonly GoodCustodian[],
  holders: readonly string[],
): readonly [GoodCustodian, GoodCustodian] | undefined {
  const drawn = crypto.getRandomValues(new Uint32Array(good.length));
  const [first, second] = good
    .map((custodian, at) => ({ custodian, rank: holders.includes(custodian.userId) ? -1 : (drawn[at] ?? 0) }))
    .toSorted((left, right) => left.rank - right.rank)
    .map(({ custodian }) => custodian);
  return first === undefined || second === undefined ? undefined : [first, second];
}
