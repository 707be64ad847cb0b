import type { Catalogue } from "../catalogue.ts";

/** Polls: making one, voting, how it stands. */
export const polls = {
  "polls.make": { en: "Make a poll", "zh-Hant-HK": "發起投票", "zh-Hans": "发起投票" },
  "polls.to": { en: "To {room}", "zh-Hant-HK": "傳送至 {room}", "zh-Hans": "发送到 {room}" },
  "polls.question": { en: "Question", "zh-Hant-HK": "問題", "zh-Hans": "问题" },
  "polls.answer": { en: "Answer {number}", "zh-Hant-HK": "選項 {number}", "zh-Hans": "选项 {number}" },
  "polls.addAnswer": { en: "Add an answer", "zh-Hant-HK": "新增選項", "zh-Hans": "添加选项" },
  "polls.removeAnswer": {
    en: "Remove answer {number}",
    "zh-Hant-HK": "移除選項 {number}",
    "zh-Hans": "移除选项 {number}",
  },
  "polls.several": { en: "Several answers may be chosen", "zh-Hant-HK": "可選多項", "zh-Hans": "可选多项" },
  "polls.results": { en: "Results", "zh-Hant-HK": "結果", "zh-Hans": "结果" },
  "polls.open": { en: "Shown at once", "zh-Hant-HK": "即時顯示", "zh-Hans": "实时显示" },
  "polls.closed": { en: "Shown when the poll ends", "zh-Hant-HK": "投票結束後顯示", "zh-Hans": "投票结束后显示" },
  "polls.start": { en: "Start poll", "zh-Hant-HK": "開始投票", "zh-Hans": "开始投票" },
  "polls.one": { en: "Poll · choose one", "zh-Hant-HK": "投票 · 選一項", "zh-Hans": "投票 · 选一项" },
  "polls.upTo": {
    en: "Poll · choose up to {count}",
    "zh-Hant-HK": "投票 · 最多選 {count} 項",
    "zh-Hans": "投票 · 最多选 {count} 项",
  },
  "polls.over": { en: "Poll · ended", "zh-Hant-HK": "投票 · 已結束", "zh-Hans": "投票 · 已结束" },
  "polls.vote": { en: "Vote", "zh-Hant-HK": "投票", "zh-Hans": "投票" },
  "polls.change": { en: "Change vote", "zh-Hant-HK": "更改投票", "zh-Hans": "更改投票" },
  "polls.takeBack": { en: "Take back my vote", "zh-Hant-HK": "撤回我的投票", "zh-Hans": "撤回我的投票" },
  "polls.result": {
    en: "{count, plural, one {# vote} other {# votes}}, {percent}%",
    "zh-Hant-HK": "{count} 票，{percent}%",
    "zh-Hans": "{count} 票，{percent}%",
  },
  "polls.mine": { en: "your vote", "zh-Hant-HK": "你的選擇", "zh-Hans": "你的选择" },
  "polls.most": { en: "most votes", "zh-Hant-HK": "最多票", "zh-Hans": "最多票" },
  "polls.voters": {
    en: "{count, plural, =0 {Nobody has voted yet} one {# person has voted} other {# people have voted}}",
    "zh-Hant-HK": "{count, plural, =0 {尚未有人投票} other {# 人已投票}}",
    "zh-Hans": "{count, plural, =0 {还没有人投票} other {# 人已投票}}",
  },
  "polls.hidden": {
    en: "The results are shown when the poll ends.",
    "zh-Hant-HK": "結果會在投票結束後顯示。",
    "zh-Hans": "结果会在投票结束后显示。",
  },
  "polls.refused": {
    en: "Your vote was not taken: {reason}",
    "zh-Hant-HK": "你的投票未獲接納：{reason}",
    "zh-Hans": "你的投票未被接受：{reason}",
  },
  "polls.end": { en: "End poll", "zh-Hant-HK": "結束投票", "zh-Hans": "结束投票" },
  "polls.endSure": {
    en: "End this poll for everybody? Votes after that do not count.",
    "zh-Hant-HK": "為所有人結束此投票？之後的投票不會計算。",
    "zh-Hans": "为所有人结束此投票？之后的投票不会计入。",
  },
  "polls.endText": {
    en: "The poll has ended. Most votes: {answers}",
    "zh-Hant-HK": "投票已結束。最多票：{answers}",
    "zh-Hans": "投票已结束。最多票：{answers}",
  },
  "polls.endTextNone": {
    en: "The poll has ended. Nobody voted.",
    "zh-Hant-HK": "投票已結束，無人投票。",
    "zh-Hans": "投票已结束，无人投票。",
  },
} as const satisfies Catalogue;
