import type { Said } from "../../i18n/i18n.ts";

/** Why there is no passkey. */
export type PasskeyFault = "cancelled" | "unsupported" | "insecure" | "elsewhere" | "present" | "surprise";

/** What the browser's refusal means (WebAuthn, sections 5.1.3 and 5.1.4). */
export function passkeyFaultOf(error: unknown): PasskeyFault {
  switch (error instanceof Error ? error.name : "") {
    case "NotAllowedError":
    case "AbortError":
      return "cancelled";
    case "InvalidStateError":
      return "present";
    case "NotSupportedError":
    case "ConstraintError":
      return "unsupported";
    case "SecurityError":
      return "elsewhere";
    default:
      return "surprise";
  }
}

/** The same for a person. */
export function sayPasskeyFault(fault: PasskeyFault): Said {
  return { key: `passkey.${fault}` };
}
