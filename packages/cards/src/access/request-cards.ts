import type { RequestView } from "@causeway/contract";
import type { Card, CardAction } from "../card.ts";
import { timeTexts } from "../dates.ts";
import type { CardText, Texts } from "../texts.ts";
import { standingOf } from "./standing.ts";
import { ADVICE, FACTS, hoursText, inEach, nameOf, NO, postName, riskText, SCOPES, subjectOf, YES } from "./words.ts";

/** What the cards of a request need to know beside it. */
export interface CardPlace {
  readonly utcOffsetMinutes: number;
  readonly now: number;
  /** The address of a page of the web client. */
  readonly pageOf: (path: string) => string;
}

const DAY_MS = 86_400_000;
const API = "/causeway/v1/access/requests";

/** The page of a request in the web client. */
export function requestPage(id: string): string {
  return `/access/requests/${id}`;
}

const TITLES: Readonly<Record<RequestView["kind"], Texts>> = {
  request: { en: "Request", "zh-Hant-HK": "申請", "zh-Hans": "申请" },
  extension: { en: "Request for more time", "zh-Hant-HK": "延期申請", "zh-Hans": "延期申请" },
  "break-glass": { en: "Break-glass", "zh-Hant-HK": "緊急開啟", "zh-Hans": "紧急开启" },
};

/** What a request is called. */
export function titleOf(view: RequestView): Texts {
  const subject = subjectOf(view);
  return inEach((say, language) => `${say(TITLES[view.kind])}${language === "en" ? ": " : "："}${say(subject)}`);
}

/** What everybody sees of a request whom it concerns. */
function factsOf(view: RequestView, place: CardPlace): Card["facts"] {
  const machine = view.machine.name ?? view.machine.key.replace(/^addr:/, "");
  const facts: { name: CardText; value: CardText }[] = [
    { name: FACTS.who, value: nameOf(view.requester) },
    { name: FACTS.post, value: postName(view.post) },
    { name: FACTS.until, value: timeTexts(view.until, place.utcOffsetMinutes) },
    { name: FACTS.label, value: view.label },
    { name: FACTS.machine, value: machine },
    { name: FACTS.upload, value: view.upload ? YES : NO },
  ];
  if (view.scope !== "officer") facts.push({ name: FACTS.scope, value: SCOPES[view.scope] });
  if (view.hours !== undefined) facts.push({ name: FACTS.hours, value: hoursText(view.hours) });
  return facts;
}

/** What whoever advises or decides sees beside: the risk, the advice, what was asked, the use so far. */
function judgingFacts(view: RequestView): Card["facts"] {
  const facts: { name: CardText; value: CardText }[] = [{ name: FACTS.risk, value: riskText(view.risk) }];
  const { advice, use_so_far: use } = view;
  if (advice !== undefined) {
    const said = ADVICE[advice.advice];
    const why = advice.reason === undefined ? "" : ` (${advice.reason})`;
    facts.push({ name: FACTS.advice, value: inEach((say) => `${nameOf(advice.by)}: ${say(said)}${why}`) });
  }
  const question = view.questions.at(-1);
  if (question !== undefined) facts.push({ name: FACTS.question, value: question.question });
  if (question?.answer !== undefined) facts.push({ name: FACTS.answer, value: question.answer });
  if (use?.known === true) facts.push({ name: FACTS.use, value: String(use.count) });
  return facts;
}

const OPEN: Texts = { en: "Open the request", "zh-Hant-HK": "開啟申請", "zh-Hans": "打开申请" };
const APPROVE: Texts = { en: "Approve as asked", "zh-Hant-HK": "按申請批准", "zh-Hans": "按申请批准" };
const ASK: Texts = { en: "Ask", "zh-Hant-HK": "提問", "zh-Hans": "提问" };
const REFUSE: Texts = { en: "Refuse", "zh-Hant-HK": "拒絕", "zh-Hans": "拒绝" };
const WHY: Texts = { en: "Why", "zh-Hant-HK": "原因", "zh-Hans": "原因" };
const WHAT: Texts = { en: "Your question", "zh-Hant-HK": "你的問題", "zh-Hans": "您的问题" };

function deciding(view: RequestView, body: object, more: Omit<CardAction, "method" | "path" | "body">): CardAction {
  return { ...more, method: "POST", path: `${API}/${view.request_id}/decide`, body: { ...body, via: "card" } };
}

/** Less than was asked for, ready to be pressed: a week, or a day of what is shorter, and no uploads. Undefined when there is no less. */
function lessOf(view: RequestView, place: CardPlace): CardAction | undefined {
  const from = view.asked_at ?? place.now;
  // From when it was asked, so that the card stays the same; not what is over by now.
  const isLess = (until: number): boolean => until < view.until - DAY_MS / 2 && until > place.now + DAY_MS / 24;
  const shorter = [from + 7 * DAY_MS, from + DAY_MS].find(isLess);
  if (shorter === undefined && !view.upload) return undefined;
  const less = { ...(shorter === undefined ? {} : { until: shorter }), ...(view.upload ? { upload: false } : {}) };
  const until = shorter === undefined ? undefined : timeTexts(shorter, place.utcOffsetMinutes);
  const text = inEach((say, language) => {
    const words = {
      en: ["Only until ", "no uploads"],
      "zh-Hant-HK": ["只至 ", "不可上載"],
      "zh-Hans": ["只至 ", "不可上传"],
    }[language];
    const parts = [until === undefined ? "" : `${words[0]}${say(until)}`, view.upload ? words[1] : ""];
    return parts.filter((part) => part !== "").join(language === "en" ? ", " : "，");
  });
  return deciding(view, { decision: "approve-less", less }, { text });
}

/** The card of whoever decides. A request of high risk is decided on its page, which asks for a passkey. */
export function decideCard(view: RequestView, place: CardPlace): Card {
  const less = lessOf(view, place);
  const isLow = view.level === "low";
  const actions: readonly CardAction[] = [
    deciding(view, { decision: "approve" }, { text: APPROVE, look: "main" }),
    ...(less === undefined ? [] : [less]),
    deciding(view, { decision: "ask" }, { text: ASK, input: { name: "question", text: WHAT } }),
    deciding(view, { decision: "refuse" }, { text: REFUSE, look: "danger", input: { name: "reason", text: WHY } }),
  ];
  return {
    ...base(view, place),
    facts: [...factsOf(view, place), ...judgingFacts(view)],
    actions: view.may.decide && isLow ? actions : [],
    ...(view.may.decide ? { plainHint: decideHint(view, place) } : {}),
  };
}

function decideHint(view: RequestView, place: CardPlace): Texts {
  const page = place.pageOf(requestPage(view.request_id));
  return view.level === "low"
    ? {
        en: `Answer with ✅ to approve exactly as asked. To approve less, ask, or refuse: ${page}`,
        "zh-Hant-HK": `回應 ✅ 即按申請批准。如要減少授權、提問或拒絕：${page}`,
        "zh-Hans": `回应 ✅ 即按申请批准。如要减少授权、提问或拒绝：${page}`,
      }
    : highRiskHint(page);
}

/** What is said of a request of high risk: a reaction records nothing. */
export function highRiskHint(page: string): Texts {
  return {
    en: `High risk: a reaction records nothing. Decide here, with your passkey: ${page}`,
    "zh-Hant-HK": `高風險：回應不作記錄。請在此以通行密鑰決定：${page}`,
    "zh-Hans": `高风险：回应不作记录。请在此以通行密钥决定：${page}`,
  };
}

function base(view: RequestView, place: CardPlace): Pick<Card, "title" | "body" | "state" | "link"> {
  return {
    title: titleOf(view),
    body: view.need,
    state: standingOf(view, place),
    link: { text: OPEN, path: requestPage(view.request_id) },
  };
}

/** The card of whoever advises. */
export function adviseCard(view: RequestView, place: CardPlace): Card {
  const path = `${API}/${view.request_id}/advise`;
  const input = { name: "reason", text: WHY };
  const actions: readonly CardAction[] = [
    {
      text: { en: "Support", "zh-Hant-HK": "支持", "zh-Hans": "支持" },
      method: "POST",
      path,
      body: { advice: "support" },
      look: "main",
    },
    {
      text: { en: "Support less", "zh-Hant-HK": "支持較少的授權", "zh-Hans": "支持较少的授权" },
      ...{ method: "POST", path, body: { advice: "support-with-less" }, input },
    },
    {
      text: { en: "Oppose", "zh-Hant-HK": "反對", "zh-Hans": "反对" },
      ...{ method: "POST", path, body: { advice: "oppose" }, look: "danger", input },
    },
  ];
  const page = place.pageOf(requestPage(view.request_id));
  return {
    ...base(view, place),
    facts: [...factsOf(view, place), ...judgingFacts(view)],
    actions: view.may.advise ? actions : [],
    ...(view.may.advise
      ? {
          plainHint: {
            en: `Your advice is asked for: ${page}`,
            "zh-Hant-HK": `請提供意見：${page}`,
            "zh-Hans": `请提供意见：${page}`,
          },
        }
      : {}),
  };
}

/** The card of whoever asked; `left` when the grant is about to end. */
export function ownCard(view: RequestView, place: CardPlace, left: string | undefined): Card {
  const path = `${API}/${view.request_id}`;
  const actions: CardAction[] = [];
  if (view.may.answer)
    actions.push({
      text: { en: "Answer", "zh-Hant-HK": "答覆", "zh-Hans": "答复" },
      ...{ method: "POST", path: `${path}/answer`, look: "main" },
      input: { name: "answer", text: { en: "Your answer", "zh-Hant-HK": "你的答覆", "zh-Hans": "您的答复" } },
    });
  if (view.may.withdraw)
    actions.push({
      text: { en: "Withdraw", "zh-Hant-HK": "撤回", "zh-Hans": "撤回" },
      ...{ method: "POST", path: `${path}/withdraw` },
    });
  const page = place.pageOf(requestPage(view.request_id));
  return {
    ...base(view, place),
    state: standingOf(view, { ...place, left }),
    facts: factsOf(view, place),
    actions,
    plainHint: { en: `Details: ${page}`, "zh-Hant-HK": `詳情：${page}`, "zh-Hans": `详情：${page}` },
  };
}
