import { instant } from "@causeway/base";
import {
  compilePolicy,
  type HostRule,
  type PolicyDocument,
  type PolicyService,
  type ServiceApps,
} from "@causeway/policy";
import type { WholePolicy } from "./blocked.ts";
import type { FileInput } from "./file-input.ts";

const NAMES = { en: "", zhHant: "", zhHans: "" };

/** A service of the sample: hosts by `=exact` or suffix. */
function service(
  id: string,
  hosts: readonly string[],
  more: { readonly exempt?: readonly string[]; readonly apps?: ServiceApps; readonly isClosed?: boolean } = {},
): PolicyService {
  return {
    id,
    category: more.isClosed === true ? "resolver" : "messaging",
    name: { ...NAMES, en: id },
    reason: NAMES,
    clause: "6.3",
    hosts: hosts.map(hostRule),
    exempt: (more.exempt ?? []).map(hostRule),
    apps: more.apps ?? {},
    addresses: [],
    grantable: more.isClosed !== true,
  };
}

function hostRule(text: string): HostRule {
  return text.startsWith("=") ? { kind: "exact", host: text.slice(1) } : { kind: "suffix", host: text };
}

/** The services that the tests of these files block. */
export const sampleServices: readonly PolicyService[] = [
  service("whatsapp", ["whatsapp.com", "wa.me"], {
    apps: {
      windows: {
        publisher: "CN=24803D75-212C-471A-BC57-9EF86AB91435",
        packageFamilyName: "5319275A.WhatsAppDesktop_cv1g1gvanyjgm",
        executables: ["WhatsApp.exe"],
      },
      macos: { bundleId: "net.whatsapp.WhatsApp", teamId: "57T9237FN3" },
      android: ["com.whatsapp", "com.whatsapp.w4b"],
    },
  }),
  service("wechat", ["weixin.qq.com", "=wx.qq.com"], {
    exempt: ["work.weixin.qq.com"],
    apps: {
      windows: {
        publisher: "O=TENCENT TECHNOLOGY (SHENZHEN) COMPANY LIMITED",
        packageFamilyName: "TencentWeChatLimited.forWindows10_sdtnhv12zgd7a",
        executables: ["Weixin.exe"],
      },
      macos: { bundleId: "com.tencent.xinWeChat" },
      android: ["com.tencent.mm"],
    },
  }),
  service("outlook-com", ["=outlook.live.com"], {
    apps: {
      windows: {
        publisher: "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US",
        packageFamilyName: "Microsoft.OutlookForWindows_8wekyb3d8bbwe",
        executables: ["olk.exe"],
      },
      android: ["com.microsoft.office.outlook (shared with work accounts)"],
    },
  }),
  service("resolvers", ["=dns.google", "nextdns.io"], { isClosed: true, exempt: ["=www.nextdns.io"] }),
];

/** A policy that blocks them on internal desktops. */
export function samplePolicy(more: Partial<PolicyDocument> = {}): PolicyDocument {
  return {
    format: 1,
    installation: "gov.example",
    version: 70_000,
    issued: instant(1_800_000_000_000),
    expires: instant(1_800_086_400_000),
    utcOffsetMinutes: 480,
    addressesAllowedOn: [],
    observe: { everywhere: false, departments: [] },
    services: sampleServices,
    rules: [{ id: "all", effect: "blocked", machineClass: "internal-desktop", clause: "6.3" }],
    grants: [],
    machines: [],
    ...more,
  };
}

/** The same, ready to be asked. */
export function wholeSample(more: Partial<PolicyDocument> = {}): WholePolicy {
  const document = samplePolicy(more);
  return { document, compiled: compilePolicy(document) };
}

/** What files are made from in tests. */
export function sampleInput(more: Partial<FileInput> = {}): FileInput {
  return {
    policy: wholeSample(),
    department: { code: "PGD", id: "un_pgd" },
    machineClass: "internal-desktop",
    now: instant(1_800_000_000_000),
    guard: {
      extensionId: "abcdefghijklmnopabcdefghijklmnop",
      updateUrl: "https://chat.gov.example/causeway/v1/guard/updates.xml",
      server: "https://chat.gov.example",
    },
    workspaceDomains: ["gov.example"],
    notExemptGroups: [],
    auditOnly: false,
    ...more,
  };
}
