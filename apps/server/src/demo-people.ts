/** Somebody in the sample data. */
export interface DemoPerson {
  readonly localpart: string;
  readonly nameEn: string;
  readonly nameZh: string;
  readonly post: string;
  readonly department: string;
  readonly roles: readonly string[];
}

function person(
  localpart: string,
  names: readonly [en: string, zh: string],
  post: string,
  where: { readonly department: string; readonly roles: readonly string[] },
): DemoPerson {
  return { localpart, nameEn: names[0], nameZh: names[1], post, ...where };
}

const policy = "Digital Policy Office";
const parks = "Parks and Gardens Department";
const harbour = "Harbour Department";
const works = "Public Works Department";
const at = (
  department: string,
  ...roles: readonly string[]
): { readonly department: string; readonly roles: readonly string[] } => ({ department, roles });

/** The people of the sample government: invented, every one of them. */
export const demoPeople: readonly DemoPerson[] = [
  person("chan.taiman", ["CHAN Tai-man", "陳大文"], "Ranger, Country Parks Division", at(parks, "officer")),
  person("lee.wailing", ["LEE Wai-ling", "李慧玲"], "Head of Department", at(parks, "head")),
  person("wong.kaho", ["WONG Ka-ho", "黃家豪"], "Departmental IT Security Officer", at(parks, "ditso")),
  person("ng.siuming", ["NG Siu-ming", "吳小明"], "Foreman, Gardens Division", at(parks, "officer")),
  person("cheung.meiyee", ["CHEUNG Mei-yee", "張美儀"], "Head of Department", at(harbour, "head")),
  person("lau.chiwai", ["LAU Chi-wai", "劉志偉"], "Departmental IT Security Officer", at(harbour, "ditso")),
  person("ho.waisze", ["HO Wai-sze", "何慧詩"], "Vessel Traffic Officer, Operations Division", at(harbour, "officer")),
  person("tsang.kinfai", ["TSANG Kin-fai", "曾健輝"], "Surveyor, Licensing Division", at(harbour, "officer")),
  person("yip.lokyan", ["YIP Lok-yan", "葉樂欣"], "Head of Department", at(works, "head")),
  person("kwok.chunkit", ["KWOK Chun-kit", "郭俊傑"], "Departmental IT Security Officer", at(works, "ditso")),
  person("fung.yuetming", ["FUNG Yuet-ming", "馮月明"], "Engineer, Slopes Division", at(works, "officer")),
  person("mak.tszching", ["MAK Tsz-ching", "麥子晴"], "Clerk of Works, Roads Division", at(works, "officer")),
  person(
    "tang.waikeung",
    ["TANG Wai-keung", "鄧偉強"],
    "Commander, Information Security Incident Response Team",
    at(policy, "isirt-commander"),
  ),
  person("siu.hoiyan", ["SIU Hoi-yan", "蕭凱欣"], "System Administrator", at(policy, "system-administrator")),
  person("poon.manhin", ["POON Man-hin", "潘文軒"], "Security Administrator", at(policy, "security-administrator")),
];

/** The rooms of the sample government; the first member makes the room. */
export const demoRooms: readonly {
  readonly name: string;
  readonly topic: string;
  readonly members: readonly string[];
  readonly messages: readonly (readonly [from: string, body: string])[];
}[] = [
  {
    name: "郊野公園巡邏 · Country park patrols",
    topic: "Photos and reports from patrols",
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
];
