import type { SaferRouteView } from "@causeway/contract";

const ROUTES: Readonly<Record<SaferRouteView["kind"], Omit<SaferRouteView, "kind">>> = {
  "chat-guest": {
    name: { en: "Invite them here", zhHant: "邀請對方到這裏", zhHans: "邀请对方到这里" },
    text: {
      en: "Invite the other person as a guest into a room here. They need no account, only a link.",
      zhHant: "邀請對方以訪客身分進入這裏的聊天室。對方只需一條連結，無須帳戶。",
      zhHans: "邀请对方以访客身份进入这里的聊天室。对方只需一条链接，无需账户。",
    },
  },
  "drop-link": {
    name: { en: "Have files dropped here", zhHant: "讓對方把檔案放到這裏", zhHans: "让对方把文件放到这里" },
    text: {
      en: "Send a drop link: files up to several gigabytes arrive scanned on your desk.",
      zhHant: "傳送投遞連結：數 GB 的檔案經掃描後直接到你的桌面。",
      zhHans: "发送投递链接：数 GB 的文件经扫描后直接到你的桌面。",
    },
  },
  "designated-machine": {
    name: { en: "Use a designated machine", zhHant: "使用指定電腦（清水機）", zhHans: "使用指定电脑（清水机）" },
    text: {
      en: "Designated machines reach this service. What you fetch there comes to your desk scanned.",
      zhHant: "指定電腦可以使用此服務，在那裏取得的檔案經掃描後會送到你的桌面。",
      zhHans: "指定电脑可以使用此服务，在那里取得的文件经扫描后会送到你的桌面。",
    },
  },
};

/** Which ways come first for a category; every other one begins with the designated machine. */
const FIRST: Readonly<Record<string, readonly SaferRouteView["kind"][]>> = {
  messaging: ["chat-guest", "drop-link", "designated-machine"],
  "cloud-storage": ["drop-link", "chat-guest", "designated-machine"],
  "file-transfer": ["drop-link", "chat-guest", "designated-machine"],
  webmail: ["chat-guest", "drop-link", "designated-machine"],
};
const OTHERS: readonly SaferRouteView["kind"][] = ["designated-machine", "drop-link", "chat-guest"];

/** The ways that need no authorisation, the most fitting first. */
export function saferRoutesFor(categories: readonly string[]): SaferRouteView[] {
  const [category = ""] = categories;
  const kinds = (Object.hasOwn(FIRST, category) ? FIRST[category] : undefined) ?? OTHERS;
  return kinds.map((kind) => ({ kind, ...ROUTES[kind] }));
}
