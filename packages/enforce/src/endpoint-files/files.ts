import { intuneProfile } from "../browser/intune.ts";
import { policyJson } from "../browser/policy-json.ts";
import { registryFile } from "../browser/registry-file.ts";
import { urlLists } from "../browser/url-lists.ts";
import { androidPolicy } from "../desktop/android.ts";
import { appControlXml } from "../desktop/app-control.ts";
import { appLockerXml } from "../desktop/app-locker.ts";
import { macGaps, macProfile } from "../desktop/mac-profile.ts";
import { windowsPrograms, type WindowsPrograms } from "../desktop/windows-programs.ts";
import { blockedServices, type BlockedService } from "./blocked.ts";
import { titleOf, type FileInput } from "./file-input.ts";

/** A file that is put on the machines of a department by what manages them. */
export interface EndpointFile {
  readonly name: string;
  readonly mediaType: string;
  /** One sentence for operators. */
  readonly about: string;
  readonly make: (input: FileInput) => string | Uint8Array;
}

const JSON_TYPE = "application/json; charset=utf-8";
const XML_TYPE = "application/xml; charset=utf-8";
const REG_TYPE = "text/plain; charset=utf-16le";

/** Every file that there is. */
export const endpointFiles: readonly EndpointFile[] = [
  file("chrome-policy.json", JSON_TYPE, {
    about: "Chrome and Chromium on Linux: /etc/opt/chrome/policies/managed or /etc/chromium/policies/managed.",
    make: (input) => policyJson(input, "chrome"),
  }),
  file("edge-policy.json", JSON_TYPE, {
    about: "Edge on Linux: /etc/opt/edge/policies/managed.",
    make: (input) => policyJson(input, "edge"),
  }),
  file("chrome.reg", REG_TYPE, {
    about: "Chrome on Windows: the registry.",
    make: (input) => registryFile(input, "chrome"),
  }),
  file("edge.reg", REG_TYPE, { about: "Edge on Windows: the registry.", make: (input) => registryFile(input, "edge") }),
  file("intune.json", JSON_TYPE, {
    about: "Edge and Chrome by Intune: one profile of the settings catalogue.",
    make: intuneProfile,
  }),
  file("macos.mobileconfig", "application/x-apple-aspen-config", {
    about: "Macs: Chrome, Edge, and programs by Santa.",
    make: macProfile,
  }),
  file("applocker-audit.xml", XML_TYPE, {
    about: "AppLocker on Windows, reports only: first.",
    make: (input) => appLocker({ ...input, auditOnly: true }),
  }),
  file("applocker.xml", XML_TYPE, { about: "AppLocker on Windows, enforced.", make: appLocker }),
  file("app-control-audit.xml", XML_TYPE, {
    about: "App Control on Windows, reports only: first.",
    make: (input) => appControl({ ...input, auditOnly: true }),
  }),
  file("app-control.xml", XML_TYPE, { about: "App Control on Windows, enforced.", make: appControl }),
  file("android.json", JSON_TYPE, {
    about: "Android by its management interface.",
    make: (input) => androidPolicy(input, servicesOf(input)),
  }),
  file("coverage.json", JSON_TYPE, { about: "What these files cannot block, and why.", make: coverage }),
];

function file(name: string, mediaType: string, rest: Pick<EndpointFile, "about" | "make">): EndpointFile {
  return { name, mediaType, ...rest };
}

function servicesOf({ policy, department, machineClass, now }: FileInput): readonly BlockedService[] {
  return blockedServices(policy, { department: department.id, class: machineClass }, now);
}

/** What is only observed is in the files that report, and in none that refuses. */
function programsOf(input: FileInput): WindowsPrograms {
  return windowsPrograms(servicesOf(input).filter(({ isObserved }) => input.auditOnly || !isObserved));
}

function appLocker(input: FileInput): string {
  return appLockerXml(input, programsOf(input));
}

function appControl(input: FileInput): string {
  return appControlXml(input, programsOf(input));
}

function coverage(input: FileInput): string {
  const services = servicesOf(input);
  const { gaps } = windowsPrograms(services);
  const { left } = urlLists(services, { hasGuard: input.guard !== undefined });
  const found = {
    about: titleOf(input),
    policy_version: input.policy.document.version,
    services: services.map(({ service, isObserved }) => ({ id: service.id, observed: isObserved })),
    windows: gaps,
    macos: macGaps(services),
    browsers: { hosts_beyond_the_limit: left },
  };
  return `${JSON.stringify(found, null, 2)}\n`;
}
