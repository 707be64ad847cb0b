import type { Texts } from "@causeway/policy";

/** Why something was stopped, where the reason is not a service's own. */
export type StopReason = "blocked" | "outside-hours" | "address" | "port" | "private" | "upload";

/** What the block page says. `{name}` is the service, or the host; `{clause}` the clause. */
export const pageTexts = {
  title: { en: "Not open on this computer", zhHant: "此電腦不能開啟", zhHans: "此电脑不能打开" },
  stopped: {
    en: "{name} is not open on this computer",
    zhHant: "此電腦不能開啟 {name}",
    zhHans: "此电脑不能打开 {name}",
  },
  why: { en: "Why", zhHant: "原因", zhHans: "原因" },
  clause: {
    en: "Information security policy, clause {clause}",
    zhHant: "資訊保安政策第 {clause} 條",
    zhHans: "信息安全政策第 {clause} 条",
  },
  safer: { en: "Ways that need no authorisation", zhHant: "毋須授權的方法", zhHans: "无需授权的方法" },
  askTitle: { en: "If your work needs it", zhHant: "如工作需要", zhHans: "如工作需要" },
  ask: { en: "Ask for authorisation", zhHant: "申請授權", zhHans: "申请授权" },
  askHow: {
    en: "You sign in and say what for, with what data and until when. The head of your department decides. This page then opens the way by itself.",
    zhHant: "登入後說明用途、資料類別及期限，由部門首長決定。獲批後此頁會自動更新。",
    zhHans: "登录后说明用途、数据类别及期限，由部门首长决定。获批后此页会自动更新。",
  },
  neverGranted: {
    en: "This cannot be authorised.",
    zhHant: "此項目不設授權。",
    zhHans: "此项目不设授权。",
  },
  waiting: {
    en: "This page watches whether it is open.",
    zhHant: "此頁會持續留意是否已開放。",
    zhHans: "此页会持续留意是否已开放。",
  },
  open: { en: "It is open now.", zhHant: "現已開放。", zhHans: "现已开放。" },
  openUntil: {
    en: "It is open now, until {until}.",
    zhHant: "現已開放，至 {until}。",
    zhHans: "现已开放，至 {until}。",
  },
  goOn: { en: "Go on to {host}", zhHant: "前往 {host}", zhHans: "前往 {host}" },
  notBlocked: {
    en: "{name} is not blocked on this computer",
    zhHant: "{name} 在此電腦未被封鎖",
    zhHans: "{name} 在此电脑未被封锁",
  },
  notBlockedHow: {
    en: "If it does not open, the fault lies elsewhere: ask your help desk.",
    zhHant: "如仍無法開啟，問題出於他處，請聯絡技術支援。",
    zhHans: "如仍无法打开，问题出于他处，请联系技术支持。",
  },
  badAddress: {
    en: "This page needs the address that was stopped",
    zhHant: "此頁需要被封鎖的網址",
    zhHans: "此页需要被封锁的网址",
  },
  badAddressHow: {
    en: "Only addresses that begin with http:// or https:// and name a site can be shown here.",
    zhHant: "此處只接受以 http:// 或 https:// 開首並指明網站的網址。",
    zhHans: "此处只接受以 http:// 或 https:// 开头并指明网站的网址。",
  },
  language: { en: "Language", zhHant: "語言", zhHans: "语言" },
} as const satisfies Readonly<Record<string, Texts>>;

/** Why, in one line, where no service says it. */
export const reasonTexts: Readonly<Record<StopReason, Texts>> = {
  blocked: {
    en: "Outside services of this kind are not open on office computers.",
    zhHant: "辦公室電腦不開放此類外間服務。",
    zhHans: "办公室电脑不开放此类外部服务。",
  },
  "outside-hours": {
    en: "It is authorised, but not at this time of the day.",
    zhHant: "已獲授權，但不包括現在的時段。",
    zhHans: "已获授权，但不包括现在的时段。",
  },
  address: {
    en: "Sites are reached by their names here, not by bare addresses.",
    zhHant: "此處須以名稱而非網絡地址前往網站。",
    zhHans: "此处须以名称而非网络地址前往网站。",
  },
  port: {
    en: "This port is not used for web pages.",
    zhHant: "此連接埠不用作瀏覽網頁。",
    zhHans: "此端口不用于浏览网页。",
  },
  private: {
    en: "This name leads into an internal network.",
    zhHant: "此名稱指向內部網絡。",
    zhHans: "此名称指向内部网络。",
  },
  upload: {
    en: "The authorisation is for reading: files may not go out.",
    zhHant: "授權只限閱讀，不可上載檔案。",
    zhHans: "授权只限阅读，不可上传文件。",
  },
};

const guest: Texts = {
  en: "Message outside parties here: invite them to a chat as a guest.",
  zhHant: "在此與外間人士通訊：邀請對方以訪客身分加入對話。",
  zhHans: "在此与外部人士通信：邀请对方以访客身份加入对话。",
};
const drop: Texts = {
  en: "Receive files by a drop link: they are scanned and come to your desk.",
  zhHant: "以收件連結接收檔案：檔案經掃描後送到您的電腦。",
  zhHans: "以收件链接接收文件：文件经扫描后送到您的电脑。",
};
const designated: Texts = {
  en: "Open the site on a designated machine of your office.",
  zhHant: "在辦公室的指定電腦開啟網站。",
  zhHans: "在办公室的指定电脑打开网站。",
};

/** Safer ways for a category of services, the nearest first. */
export function saferWays(category: string | undefined): readonly Texts[] {
  switch (category) {
    case "messaging":
      return [guest, designated];
    case "cloud-storage":
    case "file-transfer":
      return [drop, designated];
    case "webmail":
      return [guest, drop, designated];
    default:
      return [designated];
  }
}

/** A text with its places filled in. */
export function filled(text: string, places: Readonly<Record<string, string>>): string {
  return text.replace(/\{([a-z]+)\}/g, (whole, place: string) => places[place] ?? whole);
}
