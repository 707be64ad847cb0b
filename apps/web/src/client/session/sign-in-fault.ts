import type { Said } from "../../i18n/i18n.ts";

/** Why somebody could not sign in. */
export type SignInFault =
  | { readonly kind: "wrong" }
  | { readonly kind: "deactivated" }
  | { readonly kind: "too-often"; readonly seconds: number }
  | { readonly kind: "unreachable" }
  | { readonly kind: "surprise" };

/** Reads a refusal. */
export function failedSignIn(response: Response, answer: unknown): SignInFault {
  const { errcode, retry_after_ms: retryAfterMs } = Object(answer);
  if (errcode === "M_USER_DEACTIVATED") return { kind: "deactivated" };
  if (response.status === 403 || response.status === 400) return { kind: "wrong" };
  if (response.status === 429) {
    return { kind: "too-often", seconds: Math.ceil((typeof retryAfterMs === "number" ? retryAfterMs : 5000) / 1000) };
  }
  return response.status >= 500 ? { kind: "unreachable" } : { kind: "surprise" };
}

/** What happened, what was kept, and the next step. */
export function sayFault(fault: SignInFault): Said {
  switch (fault.kind) {
    case "wrong":
      return { key: "signIn.wrong" };
    case "deactivated":
      return { key: "signIn.deactivated" };
    case "too-often":
      return { key: "signIn.tooOften", values: { seconds: fault.seconds } };
    case "unreachable":
      return { key: "signIn.unreachable" };
    case "surprise":
      return { key: "signIn.surprise" };
  }
}
