import type { Card } from "./card.ts";
import type { CardText } from "./texts.ts";

/** What a card says of somebody whom the directory knows. */
export interface KnownPerson {
  readonly name: CardText;
}

const TITLE = { en: "Welcome to Causeway", "zh-Hant-HK": "歡迎使用 Causeway", "zh-Hans": "欢迎使用 Causeway" };
const NAME = { en: "You", "zh-Hant-HK": "你", "zh-Hans": "您" };
const START = {
  en: [
    "Where to start:",
    "• Write to a colleague: find them by name, post or department, in either script.",
    "• Add your telephone: sign in there, and confirm it with one tap on this device.",
    "• A site is blocked that you need for work? Ask on the page that stopped you; the answer comes here.",
    "Messages are encrypted by themselves. Here the system writes to you; nobody reads what you answer.",
  ].join("\n"),
  "zh-Hant-HK": [
    "由此開始：",
    "• 發訊息給同事：按姓名、職位或部門搜尋，中英文皆可。",
    "• 加入你的電話：在電話登入，再於這部裝置輕按一下確認。",
    "• 工作所需的網站被封鎖？在封鎖頁面上提出申請，結果會在這裏通知你。",
    "訊息會自動加密。這裏是系統通知，你的回覆不會有人閱讀。",
  ].join("\n"),
  "zh-Hans": [
    "由此开始：",
    "• 给同事发消息：按姓名、职位或部门搜索，中英文均可。",
    "• 添加您的手机：在手机上登录，再在这台设备上轻点一下确认。",
    "• 工作需要的网站被封锁？在封锁页面上提出申请，结果会在这里通知您。",
    "消息会自动加密。这里是系统通知，您的回复不会有人阅读。",
  ].join("\n"),
};

/** The first words to somebody: where to start. */
export function welcomeCard(person: KnownPerson): Card {
  return {
    title: TITLE,
    facts: [{ name: NAME, value: person.name }],
    body: START,
    actions: [],
  };
}
