import type { Instant } from "@causeway/base";

/** What a machine is: the outside services are kept from internal desktops; designated machines are the way in; personal devices are outside the ban. */
export type PolicyMachineClass = "internal-desktop" | "designated-machine" | "personal-device";

/** All classes, in the order of their codes in compiled policies. */
export const policyMachineClasses: readonly PolicyMachineClass[] = [
  "internal-desktop",
  "designated-machine",
  "personal-device",
];

/** A text in the three languages of the interface. */
export interface Texts {
  readonly en: string;
  readonly zhHant: string;
  readonly zhHans: string;
}

/** Host names: one (`exact`), or one and everything under it (`suffix`). In lower case, as A-labels, without the trailing dot. */
export interface HostRule {
  readonly kind: "exact" | "suffix";
  readonly host: string;
}

/** The programs of a service on each platform, as its publisher names them. */
export interface ServiceApps {
  readonly windows?: {
    readonly publisher?: string;
    readonly packageFamilyName?: string;
    readonly executables?: readonly string[];
  };
  readonly macos?: { readonly bundleId?: string; readonly teamId?: string };
  /** Package names. */
  readonly android?: readonly string[];
  /** Bundle ids. */
  readonly ios?: readonly string[];
}

/** A service of the catalogue. */
export interface PolicyService {
  readonly id: string;
  /** `messaging`, `cloud-storage`, `webmail`, `file-transfer`, `resolver`: the catalogue may add more. */
  readonly category: string;
  /** The department that added it, for its own machines only; undefined for the centre's. */
  readonly department?: string;
  readonly name: Texts;
  /** Why it is blocked, in at most two lines. */
  readonly reason: Texts;
  /** The clause of the security policy. */
  readonly clause: string;
  readonly hosts: readonly HostRule[];
  /** Hosts under those of `hosts` that do not belong to the service. */
  readonly exempt: readonly HostRule[];
  readonly apps: ServiceApps;
  /** `192.0.2.0/24`, `2001:db8::/32`: addresses that belong to the service alone. */
  readonly addresses: readonly string[];
  /** Whether a grant can open it. What closes an escape (resolvers of others) cannot be granted. */
  readonly grantable: boolean;
}

/** Times of the day in the installation's own time. */
export interface Hours {
  /** 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[];
  /** Minutes from midnight; a span with `to` ≤ `from` goes on into the day after. */
  readonly from: number;
  readonly to: number;
}

/** Under what conditions a rule allows. */
export interface Conditions {
  readonly hours?: Hours;
  readonly upload?: boolean;
}

/**
 * What holds for a service, a category, or every service (neither given), by department and machine class. The most specific rule in
 * effect decides: a service before a category before everything, then a department, then a class; of equals the last in the list.
 */
export interface PolicyRule {
  readonly id: string;
  readonly service?: string;
  readonly category?: string;
  readonly department?: string;
  readonly machineClass?: PolicyMachineClass;
  readonly effect: "blocked" | "allowed" | "conditional";
  /** Only where `effect` is `conditional`. */
  readonly conditions?: Conditions;
  readonly clause: string;
  /** True: it decides nothing yet. The rules after it decide, and what it would refuse is counted. */
  readonly observe?: boolean;
  /** In effect from and until before these; undefined: since ever, for ever. */
  readonly from?: Instant;
  readonly until?: Instant;
}

/**
 * An authorisation that is in force, or will be. One with `users` is theirs wherever they are known; where a point cannot know the
 * person it opens on `machines`, those from which it was asked. One without `users` opens for whoever uses its machines.
 */
export interface PolicyGrant {
  readonly id: string;
  /** Whole user ids, holders of posts and members of groups already found. */
  readonly users: readonly string[];
  /** Ids of registered machines (`ma_…`), or `addr:` with the normal form of an address that is not registered. */
  readonly machines: readonly string[];
  readonly services: readonly string[];
  /** Sites that are no service, or less than one. */
  readonly sites: readonly HostRule[];
  readonly hours?: Hours;
  readonly upload: boolean;
  readonly begins: Instant;
  /** It is over from this instant on. */
  readonly ends: Instant;
}

/** A registered machine. */
export interface PolicyMachine {
  readonly id: string;
  readonly class: PolicyMachineClass;
  readonly department?: string;
  /** In their one normal form. */
  readonly addresses: readonly string[];
}

/** Everything that an enforcement point needs to answer from memory. */
export interface PolicyDocument {
  readonly format: 1;
  /** The server's name: what a login at a proxy is completed with. */
  readonly installation: string;
  /** Rises with every change; a point refuses an older one. */
  readonly version: number;
  readonly issued: Instant;
  /** A point without a newer one by then says that it is stale; it goes on with what it has. */
  readonly expires: Instant;
  /** The installation's own time, for `Hours`. */
  readonly utcOffsetMinutes: number;
  /** On machines of these classes hosts may be asked for by a bare address. */
  readonly addressesAllowedOn: readonly PolicyMachineClass[];
  /** Where nothing is refused yet and what would be is counted: everywhere, or on the machines of some departments. */
  readonly observe: { readonly everywhere: boolean; readonly departments: readonly string[] };
  readonly services: readonly PolicyService[];
  readonly rules: readonly PolicyRule[];
  readonly grants: readonly PolicyGrant[];
  readonly machines: readonly PolicyMachine[];
}

/** How one version of a policy follows from another: rows in their new form, and ids of those that are gone. */
export interface PolicyDelta extends Omit<PolicyDocument, "services" | "rules" | "grants" | "machines"> {
  /** The version that it changes; `version` is what comes of it. */
  readonly since: number;
  readonly put: Pick<PolicyDocument, "services" | "rules" | "grants" | "machines">;
  readonly gone: {
    readonly services: readonly string[];
    readonly rules: readonly string[];
    readonly grants: readonly string[];
    readonly machines: readonly string[];
  };
}

/** A document or a delta with its signatures. `signed` is canonical JSON; the ed25519 signatures (unpadded base64, by key id) are over its UTF-8 bytes. */
export interface PolicyEnvelope {
  readonly signed: string;
  readonly signatures: Readonly<Record<string, string>>;
}
