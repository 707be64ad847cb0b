import { blockedServices } from "../endpoint-files/blocked.ts";
import type { FileInput } from "../endpoint-files/file-input.ts";
import { urlLists } from "./url-lists.ts";

/** A value of a browser's policy. */
export type SettingValue = boolean | number | string | readonly string[] | { readonly [name: string]: SettingValue };

/** A browser's policy, by the names that the browser gives its parts. */
export type BrowserSettings = Readonly<Record<string, SettingValue>>;

/** Browsers whose policies have the same meaning, and nearly the same names. */
export type Browser = "chrome" | "edge";

/** The policy of Chromium, Chrome or Edge for the machines of a department. */
export function browserSettings(input: FileInput, browser: Browser): BrowserSettings {
  return { ...closedEscapes(browser), ...accounts(input), ...lists(input), ...guardSettings(input) };
}

/** Ways around the other points: resolvers of others, protocols that no proxy sees, profiles that have no extensions. */
function closedEscapes(browser: Browser): BrowserSettings {
  return {
    DnsOverHttpsMode: "off",
    BuiltInDnsClientEnabled: false,
    QuicAllowed: false,
    // NOTE Who can read the name in a TLS handshake is the proxy, which decides by it and decrypts nothing.
    EncryptedClientHelloEnabled: false,
    // NOTE A browser that guesses connects to a page before anything is asked whether it may.
    NetworkPredictionOptions: 2,
    BrowserSignin: 0,
    BrowserGuestModeEnabled: false,
    [browser === "edge" ? "InPrivateModeAvailability" : "IncognitoModeAvailability"]: 1,
  };
}

/** Sent with each request to Google, which then lets in no account of another domain. */
function accounts({ workspaceDomains }: FileInput): BrowserSettings {
  return workspaceDomains.length === 0 ? {} : { AllowedDomainsForApps: workspaceDomains.join(",") };
}

function lists(input: FileInput): BrowserSettings {
  const services = blockedServices(
    input.policy,
    { department: input.department.id, class: input.machineClass },
    input.now,
  );
  const { blocked, allowed } = urlLists(services, { hasGuard: input.guard !== undefined });
  return { URLBlocklist: blocked, URLAllowlist: allowed };
}

function guardSettings({ guard, policy }: FileInput): BrowserSettings {
  if (guard === undefined) return {};
  const { extensionId, updateUrl, server } = guard;
  return {
    ExtensionInstallBlocklist: ["*"],
    ExtensionInstallAllowlist: [extensionId],
    ExtensionInstallForcelist: [`${extensionId};${updateUrl}`],
    "3rdparty": { extensions: { [extensionId]: { server, policyVersion: policy.document.version } } },
  };
}
