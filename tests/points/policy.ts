import { instant, systemClock, type Clock, type Instant } from "@causeway/base";
import type { DocumentSource, PointReport } from "@causeway/enforce";
import {
  compilePolicy,
  type CompiledPolicy,
  type PolicyDocument,
  type PolicyGrant,
  type PolicyService,
} from "@causeway/policy";

const texts = { en: "Personal messaging", zhHant: "私人通訊", zhHans: "私人通讯" };
const HOUR_MS = 3_600_000;

function service(id: string, category: string, hosts: readonly string[]): PolicyService {
  return {
    ...{
      id,
      category,
      name: texts,
      reason: texts,
      clause: "4.2",
      apps: {},
      addresses: [],
      grantable: true,
      exempt: [],
    },
    hosts: hosts.map((host) => ({ kind: "suffix", host })),
  };
}

/** A policy in which the machines 127.0.0.11 (registered), 127.0.0.12 (registered) and 127.0.0.13 (personal) stand. */
export function testPolicy(over: Partial<PolicyDocument> = {}): PolicyDocument {
  const exempt = { kind: "suffix", host: "status.whatsapp.com" } as const;
  return {
    ...{ format: 1, installation: "example.org", version: 1, issued: instant(0) },
    ...{ expires: instant(Date.now() + HOUR_MS), utcOffsetMinutes: 480, addressesAllowedOn: ["personal-device"] },
    observe: { everywhere: false, departments: [] },
    services: [
      { ...service("whatsapp", "messaging", ["whatsapp.com", "whatsapp.net"]), exempt: [exempt] },
      {
        ...service("wechat", "messaging", ["wechat.com", "weixin.qq.com"]),
        hosts: [
          { kind: "suffix", host: "weixin.qq.com" },
          { kind: "exact", host: "wx.qq.com" },
        ],
      },
      service("google-drive", "cloud-storage", ["drive.google.com"]),
      service("idn", "messaging", ["xn--bcher-kva.example"]),
    ],
    rules: [{ id: "all", effect: "blocked", clause: "4.2", machineClass: "internal-desktop" }],
    grants: [],
    machines: [
      { id: "ma_desk-one", class: "internal-desktop", department: "un_lands", addresses: ["127.0.0.11"] },
      { id: "ma_desk-two", class: "internal-desktop", department: "un_lands", addresses: ["127.0.0.12"] },
      { id: "ma_phone", class: "personal-device", addresses: ["127.0.0.13"] },
    ],
    ...over,
  };
}

/** A grant for machines that is in force for an hour. */
export function testGrant(over: Partial<PolicyGrant> = {}): PolicyGrant {
  return {
    ...{ id: "gr_1", users: ["@mei:example.org"], machines: ["ma_desk-one"], services: ["whatsapp"], sites: [] },
    ...{ upload: true, begins: instant(0), ends: instant(Date.now() + HOUR_MS) },
    ...over,
  };
}

/** A source whose policy a test sets. */
export interface TestSource extends DocumentSource {
  /** Gives the next version at once. */
  set(change: Partial<PolicyDocument>): void;
  readonly reports: PointReport[];
}

/** Begins a source with a policy. */
export function testSource(first: PolicyDocument = testPolicy(), clock: Clock = systemClock): TestSource {
  let document = first;
  let policy = compilePolicy(document);
  const listeners = new Set<(policy: CompiledPolicy, before: CompiledPolicy | undefined) => void>();
  const reports: PointReport[] = [];
  const now = (): Instant => clock.now();
  return {
    reports,
    current: () => policy,
    document: () => document,
    now,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    standing: () => ({
      ...{ version: document.version, issued: document.issued, heard: now(), isStale: false, fault: undefined },
    }),
    count: () => undefined,
    report: (report) => void reports.push(report),
    close: () => Promise.resolve(),
    set: (change) => {
      const before = policy;
      document = { ...document, ...change, version: document.version + 1 };
      policy = compilePolicy(document);
      for (const listener of listeners) listener(policy, before);
    },
  };
}
