import type { GrantView, RequestView } from "@causeway/contract";
import type { Card, CardState } from "../card.ts";
import { timeTexts } from "../dates.ts";
import type { CardText, Texts } from "../texts.ts";
import type { CardPlace } from "./request-cards.ts";
import { titleOf } from "./request-cards.ts";
import { standingOf } from "./standing.ts";
import { FACTS, inEach, nameOf, postName } from "./words.ts";

const OPEN: Texts = { en: "Open", "zh-Hant-HK": "開啟", "zh-Hans": "打开" };

function linked(path: string, place: CardPlace): Pick<Card, "link" | "plainHint"> {
  const page = place.pageOf(path);
  return {
    link: { text: OPEN, path },
    plainHint: { en: `Open: ${page}`, "zh-Hant-HK": `開啟：${page}`, "zh-Hans": `打开：${page}` },
  };
}

/** Tells the DITSO of something that was opened by break-glass, and until when it must be looked at. */
export function glassCard(view: RequestView, place: CardPlace): Card {
  const { grant } = view;
  return {
    title: titleOf(view),
    facts: [
      { name: FACTS.who, value: nameOf(view.requester) },
      { name: FACTS.post, value: postName(view.post) },
      { name: FACTS.label, value: view.label },
      { name: FACTS.until, value: timeTexts(grant?.ends ?? view.until, place.utcOffsetMinutes) },
    ],
    body: view.need,
    state: glassState(view, grant, place),
    actions: [],
    ...linked(`/access/grants/${grant?.grant_id ?? ""}`, place),
  };
}

function glassState(view: RequestView, grant: GrantView | undefined, place: CardPlace): CardState {
  const review = grant?.glass_review;
  if (review === undefined) return standingOf(view, place);
  if (review.verdict !== undefined) {
    const isRight = review.verdict === "justified";
    return {
      tone: isRight ? "good" : "bad",
      text: isRight
        ? { en: "Found justified", "zh-Hant-HK": "經檢視屬合理", "zh-Hans": "经检视属合理" }
        : { en: "Found not justified", "zh-Hant-HK": "經檢視屬不合理", "zh-Hans": "经检视属不合理" },
    };
  }
  const due = timeTexts(review.due, place.utcOffsetMinutes);
  return {
    tone: "warn",
    text: {
      en: `To be reviewed by ${due.en}`,
      "zh-Hant-HK": `須於 ${due["zh-Hant-HK"]} 前檢視`,
      "zh-Hans": `须于 ${due["zh-Hans"]} 前检视`,
    },
  };
}

/** Asks for a department's review of necessity. */
export function reviewCard(
  review: { readonly id: string; readonly name: CardText | undefined; readonly isOverdue: boolean },
  place: CardPlace,
): Card {
  return {
    title: {
      en: "Are these authorisations still needed?",
      "zh-Hant-HK": "這些授權是否仍有需要？",
      "zh-Hans": "这些授权是否仍有需要？",
    },
    facts: review.name === undefined ? [] : [{ name: FACTS.department, value: review.name }],
    body: {
      en: "The quarter's review: keep or drop each one, unused ones first.",
      "zh-Hant-HK": "季度檢討：逐項保留或終止，未使用者排在最前。",
      "zh-Hans": "季度检讨：逐项保留或终止，未使用的排在最前。",
    },
    state: review.isOverdue
      ? { tone: "bad", text: { en: "Overdue", "zh-Hant-HK": "已逾期", "zh-Hans": "已逾期" } }
      : { tone: "warn", text: { en: "Waiting for you", "zh-Hant-HK": "等候你處理", "zh-Hans": "等候您处理" } },
    actions: [],
    ...linked(`/access/reviews/${review.id}`, place),
  };
}

const LOOKS: Readonly<Record<"look-asked" | "look-decided" | "look-told", Texts>> = {
  "look-asked": {
    en: "Somebody asks to look at one person's records",
    "zh-Hant-HK": "有人申請查閱個別人員的記錄",
    "zh-Hans": "有人申请查阅个别人员的记录",
  },
  "look-decided": {
    en: "Your question to look at one person's records was decided",
    "zh-Hant-HK": "你查閱個別人員記錄的申請已有決定",
    "zh-Hans": "您查阅个别人员记录的申请已有决定",
  },
  "look-told": {
    en: "Your records of authorisations were looked at",
    "zh-Hant-HK": "你的授權記錄曾被查閱",
    "zh-Hans": "您的授权记录曾被查阅",
  },
};

/** Tells somebody of a look at a person's records: whoever allows it, whoever asked, or the person. */
export function lookCard(kind: keyof typeof LOOKS, look: string, place: CardPlace): Card {
  const who: Texts = {
    en: "Who, why and until when is on the page.",
    "zh-Hant-HK": "查閱人、原因及期限見頁面。",
    "zh-Hans": "查阅人、原因及期限见页面。",
  };
  return {
    title: LOOKS[kind],
    facts: [],
    body: inEach((say) => say(who)),
    actions: [],
    ...linked(`/access/looks/${look}`, place),
  };
}
