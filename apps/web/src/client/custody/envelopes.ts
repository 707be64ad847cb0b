import { decodeBase64, encodeBase64 } from "../base64.ts";
import { seal, unseal } from "./sealing.ts";

/** One half of somebody's recovery key, with what it belongs to. */
export interface Share {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same on both halves of one splitting: halves of two splittings say nothing. */
  readonly split: string;
}

/** Whose half it is, and with whom it lies. */
export interface Whose {
  readonly person: string;
  readonly custodian: string;
}

const KEPT = "org.causeway.custody.kept";
const GIVEN = "org.causeway.custody.given";

/** Seals a half for the custodian who is to keep it. Its names lie inside: the server cannot pass it off as somebody else's. */
export async function sealForCustodian(publicKey: string, whose: Whose, share: Share): Promise<string> {
  return await seal(publicKey, textOf({ kind: KEPT, ...named(whose), ...written(share) }));
}

/** Opens a half that a custodian keeps; undefined unless it is this person's, for this custodian. */
export async function openKept(secretKey: string, whose: Whose, sealed: string): Promise<Share | undefined> {
  return read(await unseal(secretKey, sealed), { kind: KEPT, ...named(whose) });
}

/** Seals a half for the device that asked. It counts for this recovery alone. */
export async function sealForDevice(
  publicKey: string,
  whose: Whose & { readonly recovery: string },
  share: Share,
): Promise<string> {
  return await seal(publicKey, textOf({ kind: GIVEN, ...named(whose), recovery: whose.recovery, ...written(share) }));
}

/** Opens a half that was given to this device; undefined unless it is of this custodian, in this recovery. */
export async function openGiven(
  secretKey: string,
  whose: Whose & { readonly recovery: string },
  sealed: string,
): Promise<Share | undefined> {
  return read(await unseal(secretKey, sealed), { kind: GIVEN, ...named(whose), recovery: whose.recovery });
}

function named({ person, custodian }: Whose): Whose {
  return { person, custodian };
}

function written({ bytes, split }: Share): { readonly share: string; readonly split: string } {
  return { share: encodeBase64(bytes), split };
}

function textOf(fields: Readonly<Record<string, string>>): string {
  return JSON.stringify(fields);
}

/** What is inside, when every field is as it must be. */
function read(text: string | undefined, wanted: Readonly<Record<string, string>>): Share | undefined {
  try {
    const found: Readonly<Record<string, unknown>> = Object(JSON.parse(text ?? "null"));
    if (Object.entries(wanted).some(([name, value]) => found[name] !== value)) return undefined;
    const { share, split } = found;
    if (typeof share !== "string" || typeof split !== "string") return undefined;
    const bytes = decodeBase64(share);
    return bytes === undefined ? undefined : { bytes, split };
  } catch {
    return undefined;
  }
}
