import type { Card } from "../card.ts";
import { timeTexts } from "../dates.ts";
import { inLanguage, texts, type CardText, type Texts } from "../texts.ts";
import type { Announcement } from "./types.ts";

const FROM: Texts = { en: "From", "zh-Hant-HK": "發出", "zh-Hans": "发出" };
const BY: Texts = { en: "Please note by", "zh-Hant-HK": "請於此前確認", "zh-Hans": "请于此前确认" };
const NOTE: Texts = { en: "Noted", "zh-Hant-HK": "知悉", "zh-Hans": "知悉" };
const HINT: Texts = {
  en: "Answer with ✅ when you have read it.",
  "zh-Hant-HK": "閱後請回應 ✅。",
  "zh-Hans": "阅后请回应 ✅。",
};
const WITHDRAWN: Texts = { en: "Withdrawn", "zh-Hant-HK": "已撤回", "zh-Hans": "已撤回" };

/** An announcement as one of its readers sees it. */
export function announcementCard(
  announcement: Announcement,
  how: { readonly noted: number | undefined; readonly utcOffsetMinutes: number },
): Card {
  const { id, title, body, office, due } = announcement;
  const at = how.noted === undefined ? undefined : timeTexts(how.noted, how.utcOffsetMinutes);
  const isOpen = at === undefined && announcement.withdrawn === undefined;
  return {
    title,
    facts: [
      { name: FROM, value: office ?? announcement.sender },
      ...(due === undefined ? [] : [{ name: BY, value: timeTexts(due, how.utcOffsetMinutes) }]),
    ],
    body,
    ...(isOpen
      ? {}
      : { state: { text: at === undefined ? WITHDRAWN : notedText(at), tone: at === undefined ? "neutral" : "good" } }),
    actions: isOpen ? [{ text: NOTE, method: "POST", path: `/causeway/v1/announcements/${id}/ack`, look: "main" }] : [],
    announcement: id,
    ...(isOpen ? { plainHint: HINT } : {}),
  };
}

function notedText(at: Texts): Texts {
  return texts((language) => `${NOTE[language]} · ${at[language]}`);
}

/** What those are told who have not acknowledged. */
export function reminderText(announcement: Announcement): CardText {
  const words: Texts = {
    en: "You have not acknowledged this yet. Press “Noted”, or answer it with ✅:",
    "zh-Hant-HK": "你尚未確認知悉以下公告，請按「知悉」或回應 ✅：",
    "zh-Hans": "您尚未确认知悉以下公告，请按“知悉”或回应 ✅：",
  };
  return texts((language) => `${words[language]}\n${inLanguage(announcement.title, language)}`);
}
