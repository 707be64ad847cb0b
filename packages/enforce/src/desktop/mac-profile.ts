import { browserSettings, type Browser, type BrowserSettings } from "../browser/settings.ts";
import { blockedServices, type BlockedService } from "../endpoint-files/blocked.ts";
import { titleOf, type FileInput } from "../endpoint-files/file-input.ts";
import { writePlist, type PlistValue } from "../endpoint-files/plist.ts";
import { uuidOf } from "../endpoint-files/uuid.ts";
import type { Gap } from "./windows-programs.ts";

const BROWSERS: Readonly<Record<Browser, string>> = { chrome: "com.google.Chrome", edge: "com.microsoft.Edge" };

/** A configuration profile for Macs: the browsers' policies, and for programs the rules of Santa, which is what refuses them there. */
export function macProfile(input: FileInput): string {
  const base = `org.causeway.${input.department.code.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`;
  const services = blockedServices(
    input.policy,
    { department: input.department.id, class: input.machineClass },
    input.now,
  );
  const rules = santaRules(services);
  const part = (type: string, name: string, values: Readonly<Record<string, PlistValue>>): PlistValue => ({
    PayloadType: type,
    PayloadVersion: 1,
    PayloadIdentifier: `${base}.${name}`,
    PayloadUUID: uuidOf("mac", input.policy.document.installation, base, name).toUpperCase(),
    PayloadDisplayName: `Causeway: ${name}`,
    ...values,
  });
  return writePlist({
    PayloadType: "Configuration",
    PayloadVersion: 1,
    PayloadIdentifier: base,
    PayloadUUID: uuidOf("mac", input.policy.document.installation, base).toUpperCase(),
    PayloadDisplayName: `Causeway, department ${input.department.code}`,
    PayloadDescription: titleOf(input),
    PayloadScope: "System",
    PayloadRemovalDisallowed: true,
    PayloadContent: [
      ...(["chrome", "edge"] as const).map((browser) =>
        part(BROWSERS[browser], browser, withoutExtensions(browserSettings(input, browser))),
      ),
      ...guardParts(input, part),
      ...(rules.length === 0
        ? []
        : [part("com.northpolesec.santa", "programs", { ClientMode: 1, StaticRules: [...rules] })]),
    ],
  });
}

/** What extensions are told is in a payload of its own. */
function withoutExtensions(settings: BrowserSettings): BrowserSettings {
  const { "3rdparty": _, ...rest } = settings;
  return rest;
}

function guardParts(
  { guard, policy }: FileInput,
  part: (type: string, name: string, values: Readonly<Record<string, PlistValue>>) => PlistValue,
): readonly PlistValue[] {
  if (guard === undefined) return [];
  const told = { server: guard.server, policyVersion: policy.document.version };
  return (["chrome", "edge"] as const).map((browser) =>
    part(`${BROWSERS[browser]}.extensions.${guard.extensionId}`, `guard-${browser}`, told),
  );
}

/** NOTE Santa knows a program by its signer's team and its own id together; an id alone anybody could give to anything. */
function santaRules(services: readonly BlockedService[]): readonly PlistValue[] {
  return services
    .filter(({ isObserved }) => !isObserved)
    .flatMap(({ service }): readonly PlistValue[] => {
      const { bundleId, teamId } = service.apps.macos ?? {};
      if (bundleId === undefined || teamId === undefined || !isTeam(teamId)) return [];
      const custom_msg = `${service.name.en}: ${service.clause}`;
      return [{ identifier: `${teamId}:${bundleId}`, rule_type: "SIGNINGID", policy: "BLOCKLIST", custom_msg }];
    });
}

function isTeam(text: string): boolean {
  return /^[A-Z0-9]{10}$/.test(text);
}

/** Programs of Macs that are not refused because the catalogue does not say whose they are. */
export function macGaps(services: readonly BlockedService[]): readonly Gap[] {
  return services.flatMap(({ service }): readonly Gap[] => {
    const { bundleId, teamId } = service.apps.macos ?? {};
    if (bundleId === undefined || (teamId !== undefined && isTeam(teamId))) return [];
    return [{ service: service.id, why: "no-team-id", what: bundleId }];
  });
}
