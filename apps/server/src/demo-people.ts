import type { GrantableRole, PostRole } from "@causeway/contract";

/** Who of the sample government is shown first: an officer. */
export const firstPerson = "chan.taiman";

/** The roles that posts carry, by department and code. */
export const demoPostRoles: readonly (readonly [department: string, post: string, roles: readonly PostRole[]])[] = [
  ["DPO", "SMPOL", ["dpo"]],
  ["DPO", "ISIRT", ["isirt-commander"]],
  ["DPO", "AUDITOR", ["auditor"]],
  ["PGD", "DITSO", ["ditso"]],
  ["PGD", "DSO", ["dso"]],
  ["HBD", "DITSO", ["ditso"]],
  ["HBD", "DSO", ["dso"]],
  ["PWD", "DITSO", ["ditso"]],
];

/** The administrators, who are persons and never posts. */
export const demoAdministrators: readonly (readonly [user: string, role: GrantableRole])[] = [
  ["siu.hoiyan", "system-administrator"],
  ["poon.manhin", "security-administrator"],
];

/** Somebody acts in a post for a month, and a Head has a delegate for a year. */
export const demoActing = { department: "PGD", post: "SRANGER", user: "chan.taiman", days: 30 } as const;
export const demoDelegation = { department: "PGD", head: "lee.wailing", to: "cheng.laikuen", days: 365 } as const;

/** Who decides requests of the sample government's Heads. */
export const demoAuthorities: Readonly<Record<string, string>> = { PGD: "DPO", HBD: "DPO", PWD: "DPO", DPO: "PGD" };

/** The rooms of the sample government; the first member makes the room. */
export const demoRooms: readonly {
  readonly name: string;
  readonly topic: string;
  /** The post that the room belongs to, by department and code. */
  readonly post?: readonly [department: string, code: string];
  readonly members: readonly string[];
  readonly messages: readonly (readonly [from: string, body: string])[];
}[] = [
  {
    name: "郊野公園巡邏 · Country park patrols",
    topic: "Photos and reports from patrols",
    post: ["PGD", "RANGER1"],
    members: ["chan.taiman", "lee.wailing", "ng.siuming", "wong.kaho"],
    messages: [
      ["chan.taiman", "今早巡邏完成，三號徑有樹倒下，已圍封。"],
      ["ng.siuming", "收到，下午帶人去清理。"],
      ["lee.wailing", "Thank you. Please send the photos here, not by any other service."],
    ],
  },
  {
    name: "颱風準備 · Typhoon preparation",
    topic: "Parks, Harbour and Works together",
    members: ["cheung.meiyee", "lee.wailing", "yip.lokyan", "ho.waisze", "fung.yuetming"],
    messages: [
      ["cheung.meiyee", "Signal No. 3 is expected tonight. Who is on call?"],
      ["ho.waisze", "碼頭值班名單已更新。"],
      ["fung.yuetming", "Slopes: two teams from 20:00."],
    ],
  },
  {
    name: "資訊保安主任 · DITSO circle",
    topic: "Departmental IT security officers",
    members: ["tang.waikeung", "wong.kaho", "lau.chiwai", "kwok.chunkit"],
    messages: [["tang.waikeung", "The exercise is next Wednesday. 演習下星期三舉行。"]],
  },
  {
    name: "數字政策 · Digital policy",
    topic: "The office and its administrators",
    members: ["leung.suetfan", "chow.yatming", "siu.hoiyan", "poon.manhin", "lai.sauhan"],
    messages: [
      ["leung.suetfan", "The new policy is published on Monday. 新政策星期一公布。"],
      ["siu.hoiyan", "測試帳戶已準備好。"],
      ["poon.manhin", "Roles are reviewed until Friday."],
    ],
  },
  {
    name: "公園署保安 · Parks security",
    topic: "Security in the Parks and Gardens Department",
    members: ["yeung.kwokkeung", "wong.kaho", "cheng.laikuen"],
    messages: [
      ["yeung.kwokkeung", "請檢查清水機的登記。"],
      ["wong.kaho", "Done: two machines, both in the register."],
    ],
  },
];
