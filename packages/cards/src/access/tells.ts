import type { RequestView } from "@causeway/contract";
import { oneLine, type Texts } from "../texts.ts";
import { requestPage, titleOf, type CardPlace } from "./request-cards.ts";
import { standingOf } from "./standing.ts";
import { inEach, nameOf } from "./words.ts";

/** So much of a question or an answer stands in a message; the whole is on the page. */
const MAX_WORDS = 300;

/** What whoever asked is told when something has come of it, for any client: the request, how it stands, and where to go on. */
export function tellText(view: RequestView, place: CardPlace, left: string | undefined): Texts {
  const page = place.pageOf(requestPage(view.request_id));
  const title = titleOf(view);
  const state = standingOf(view, { ...place, left }).text;
  const next = nextText(view, page, left);
  return inEach((say) => `${say(title)}\n${say(state)}${say(next) === "" ? "" : `\n${say(next)}`}`);
}

const NOTHING: Texts = { en: "", "zh-Hant-HK": "", "zh-Hans": "" };

function nextText(view: RequestView, page: string, left: string | undefined): Texts {
  if (view.waiting_for === "requester")
    return { en: `Answer here: ${page}`, "zh-Hant-HK": `請在此答覆：${page}`, "zh-Hans": `请在此答复：${page}` };
  if (left !== undefined)
    return {
      en: `It closes by itself. Ask for more time here if you still need it: ${page}`,
      "zh-Hant-HK": `屆時會自動關閉。如仍有需要，請在此申請延期：${page}`,
      "zh-Hans": `届时会自动关闭。如仍有需要，请在此申请延期：${page}`,
    };
  if (view.grant !== undefined && view.grant.ended === undefined)
    return {
      en: "Your machine opens it within seconds.",
      "zh-Hant-HK": "你的電腦會在數秒內開放。",
      "zh-Hans": "您的电脑会在数秒内开放。",
    };
  return NOTHING;
}

/** What whoever had asked a question is told when it was answered. */
export function answeredText(view: RequestView): Texts {
  const answer = oneLine(view.questions.at(-1)?.answer ?? "", MAX_WORDS);
  const by = nameOf(view.requester);
  const title = titleOf(view);
  return inEach((say, language) => `${say(title)}\n${by}${language === "en" ? ": " : "："}${answer}`);
}
