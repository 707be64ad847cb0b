import type { RequestView, RiskFactView, ServiceRefView } from "@causeway/contract";
import { inLanguage, texts, type CardText, type Language, type Texts } from "../texts.ts";

/** A text whose parts are in each language: `` join`Approved by ${name} until ${time}` `` for one language at a time. */
export function inEach(make: (say: (text: CardText) => string, language: Language) => string): Texts {
  return texts((language) => make((text) => inLanguage(text, language), language));
}

/** What the catalogue calls a service. */
export function serviceName(service: Pick<ServiceRefView, "name">): Texts {
  const { en, zhHant, zhHans } = service.name;
  return { en, "zh-Hant-HK": zhHant, "zh-Hans": zhHans };
}

/** What a request or a grant is about: services and sites, in a row. */
export function subjectOf(of: Pick<RequestView, "services" | "sites">): Texts {
  return inEach((say, language) =>
    [...of.services.map((service) => say(serviceName(service))), ...of.sites].join(language === "en" ? ", " : "、"),
  );
}

/** A post as it is shown. */
export function postName(post: RequestView["post"]): Texts {
  const en = post.title_en === "" ? post.title_zh : post.title_en;
  const zh = post.title_zh === "" ? post.title_en : post.title_zh;
  const where = post.department === undefined ? "" : ` (${post.department})`;
  return { en: `${en}${where}`, "zh-Hant-HK": `${zh}${where}`, "zh-Hans": `${zh}${where}` };
}

/** Somebody as they are named. */
export function nameOf(person: { readonly user_id: string; readonly display_name?: string | undefined }): string {
  return person.display_name ?? person.user_id;
}

const same = (en: string, hant: string, hans: string): Texts => ({ en, "zh-Hant-HK": hant, "zh-Hans": hans });

export const FACTS = {
  who: same("Who", "申請人", "申请人"),
  post: same("Post", "職位", "职位"),
  service: same("What", "服務", "服务"),
  until: same("Until", "至", "至"),
  label: same("Data", "資料級別", "资料级别"),
  machine: same("Machine", "電腦", "电脑"),
  upload: same("Uploads", "上載", "上传"),
  scope: same("For", "適用於", "适用于"),
  hours: same("Hours", "時段", "时段"),
  risk: same("Risk", "風險", "风险"),
  advice: same("Advice", "意見", "意见"),
  question: same("Question", "問題", "问题"),
  answer: same("Answer", "答覆", "答复"),
  use: same("Use so far", "至今使用", "至今使用"),
  department: same("Department", "部門", "部门"),
} as const;

export const YES = same("yes", "可以", "可以");
export const NO = same("no", "不可以", "不可以");
export const HIGH = same("high", "高", "高");
export const LOW = same("low", "低", "低");

export const SCOPES: Readonly<Record<RequestView["scope"], Texts>> = {
  officer: same("this officer", "此人員", "此人员"),
  post: same("the holders of posts", "職位在任人", "职位在任人"),
  group: same("a division or section", "科或組", "科或组"),
  machine: same("whoever uses the machine", "使用該電腦的人", "使用该电脑的人"),
};

export const ADVICE: Readonly<Record<NonNullable<RequestView["advice"]>["advice"], Texts>> = {
  support: same("supports it", "支持", "支持"),
  "support-with-less": same("supports less than that", "支持較少的授權", "支持较少的授权"),
  oppose: same("opposes it", "反對", "反对"),
};

const RISKS: Readonly<Record<RiskFactView["fact"], Texts>> = {
  label: same("label of the data", "資料級別", "资料级别"),
  category: same("kind of service", "服務類別", "服务类别"),
  upload: same("files go out", "會送出檔案", "会送出文件"),
  days: same("days", "日數", "天数"),
  scope: same("opens for", "適用於", "适用于"),
  "earlier-grants": same("earlier authorisations", "以往的授權", "以往的授权"),
  "first-use": same("first time", "首次申請", "首次申请"),
  "ended-early": same("earlier ones that were ended", "曾提早終止的授權", "曾提前终止的授权"),
  "similar-grants": same("others in the department", "部門內同類授權", "部门内同类授权"),
  "last-review": same("last review", "上次檢討", "上次检讨"),
  "break-glass": same("break-glass before", "以往的緊急開啟", "以往的紧急开启"),
};

const CATEGORIES: Readonly<Record<string, Texts>> = {
  messaging: same("messaging", "即時通訊", "即时通讯"),
  webmail: same("webmail", "網上電郵", "网页邮箱"),
  "cloud-storage": same("cloud storage", "雲端儲存", "云存储"),
  "file-transfer": same("file transfer", "檔案傳送", "文件传输"),
  site: same("a site", "網站", "网站"),
};

/** Facts about what came before, which are worth knowing without points too; the others stand on the card already. */
const HISTORY: ReadonlySet<RiskFactView["fact"]> = new Set([
  "earlier-grants",
  "ended-early",
  "similar-grants",
  "last-review",
  "break-glass",
]);

/** What makes a request a risk, in words and counts. */
export function riskText(risk: RequestView["risk"]): Texts {
  const shown = risk.facts.filter(({ fact, points }) => points > 0 || HISTORY.has(fact));
  return inEach((say) => {
    const facts = shown.map((fact) => {
      const value = valueOf(fact);
      return value === undefined ? say(RISKS[fact.fact]) : `${say(RISKS[fact.fact])}: ${say(value)}`;
    });
    return [say(risk.level === "high" ? HIGH : LOW), ...facts].join(" · ");
  });
}

function valueOf({ fact, value }: RiskFactView): CardText | undefined {
  if (value === true) return undefined;
  if (value === false) return NO;
  if (fact === "category") return CATEGORIES[value] ?? String(value);
  if (fact === "scope") return Object.entries(SCOPES).find(([scope]) => scope === value)?.[1] ?? String(value);
  return String(value);
}

const DAYS: Readonly<Record<Language, readonly string[]>> = {
  en: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
  "zh-Hant-HK": ["一", "二", "三", "四", "五", "六", "日"],
  "zh-Hans": ["一", "二", "三", "四", "五", "六", "日"],
};

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** Times of the day. */
export function hoursText(hours: NonNullable<RequestView["hours"]>): Texts {
  return texts((language) => {
    const days = hours.days.map((day) => DAYS[language][day - 1] ?? "").join(language === "en" ? " " : "、");
    return `${days} ${clock(hours.from)}–${clock(hours.to)}`;
  });
}

/** `3d`, `1h`, `30m` in words. */
export function leftText(left: string): Texts {
  const count = Number.parseInt(left, 10);
  const unit = left.at(-1);
  if (unit === "d") return same(count === 1 ? "1 day" : `${count} days`, `${count} 日`, `${count} 天`);
  if (unit === "h") return same(count === 1 ? "1 hour" : `${count} hours`, `${count} 小時`, `${count} 小时`);
  return same(count === 1 ? "1 minute" : `${count} minutes`, `${count} 分鐘`, `${count} 分钟`);
}
