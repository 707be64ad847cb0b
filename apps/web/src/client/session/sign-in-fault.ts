import type { Said } from "../../i18n/i18n.ts";
import { sayPasskeyFault, type PasskeyFault } from "../passkeys/passkey-fault.ts";

/** Why somebody could not sign in. */
export type SignInFault =
  | { readonly kind: "wrong" }
  | { readonly kind: "deactivated" }
  | { readonly kind: "locked" }
  | { readonly kind: "too-often"; readonly seconds: number }
  | { readonly kind: "unreachable" }
  | { readonly kind: "surprise" }
  /** The browser gave no passkey. */
  | { readonly kind: "passkey"; readonly fault: PasskeyFault }
  /** The server does not know the passkey. */
  | { readonly kind: "passkey-unknown" }
  | { readonly kind: "provider"; readonly fault: ProviderFault };

/** What came of the way to an identity provider. Lapsed: the token was used, is too old, or was not asked for here. */
export type ProviderFault = "cancelled" | "refused" | "no-account" | "unreachable" | "lapsed";

/** Reads a refusal of a login of a type. */
export function failedSignIn(response: Response, answer: unknown, type: unknown): SignInFault {
  const { errcode, retry_after_ms: retryAfterMs } = Object(answer);
  if (errcode === "M_USER_DEACTIVATED") return { kind: "deactivated" };
  if (errcode === "M_USER_LOCKED") return { kind: "locked" };
  if (response.status === 403 || response.status === 400) return refusedAs(type);
  if (response.status === 429) {
    return { kind: "too-often", seconds: Math.ceil((typeof retryAfterMs === "number" ? retryAfterMs : 5000) / 1000) };
  }
  return response.status >= 500 ? { kind: "unreachable" } : { kind: "surprise" };
}

function refusedAs(type: unknown): SignInFault {
  if (type === "m.login.token") return { kind: "provider", fault: "lapsed" };
  return type === "org.causeway.passkey" ? { kind: "passkey-unknown" } : { kind: "wrong" };
}

/** What happened, what was kept, and the next step. */
export function sayFault(fault: SignInFault): Said {
  switch (fault.kind) {
    case "wrong":
      return { key: "signIn.wrong" };
    case "deactivated":
      return { key: "signIn.deactivated" };
    case "locked":
      return { key: "signIn.locked" };
    case "too-often":
      return { key: "signIn.tooOften", values: { seconds: fault.seconds } };
    case "unreachable":
      return { key: "signIn.unreachable" };
    case "surprise":
      return { key: "signIn.surprise" };
    case "passkey":
      return sayPasskeyFault(fault.fault);
    case "passkey-unknown":
      return { key: "passkey.unknown" };
    case "provider":
      return { key: `provider.${fault.fault}` };
  }
}
