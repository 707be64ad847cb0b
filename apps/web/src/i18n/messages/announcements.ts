import type { Catalogue } from "../catalogue.ts";

/** Announcements: reading, writing, and how far they are noted. */
export const announcements = {
  "announce.title": { en: "Announcements", "zh-Hant-HK": "公告", "zh-Hans": "公告" },
  "announce.toNote": {
    en: "{count, plural, one {# to note} other {# to note}}",
    "zh-Hant-HK": "{count} 則待確認",
    "zh-Hans": "{count} 则待确认",
  },
  "announce.waiting": { en: "Still to be noted", "zh-Hant-HK": "待確認知悉", "zh-Hans": "待确认知悉" },
  "announce.noted": { en: "Noted", "zh-Hant-HK": "已知悉", "zh-Hans": "已知悉" },
  "announce.sent": { en: "Sent by you", "zh-Hant-HK": "由你發出", "zh-Hans": "由你发出" },
  "announce.noneToNote": {
    en: "Nothing waits for you. What an office announces to you stands here until you have noted it.",
    "zh-Hant-HK": "沒有待確認的公告。向你發出的公告會在此列出，直至你確認知悉。",
    "zh-Hans": "没有待确认的公告。向你发出的公告会在此列出，直至你确认知悉。",
  },
  "announce.noneSent": {
    en: "You have sent none yet. Write one, and see here how many have noted it.",
    "zh-Hant-HK": "你尚未發出公告。發出後，可在此查看已確認知悉的人數。",
    "zh-Hans": "你尚未发出公告。发出后，可在此查看已确认知悉的人数。",
  },
  "announce.more": { en: "Show older ones", "zh-Hant-HK": "顯示較早的公告", "zh-Hans": "显示较早的公告" },
  "announce.note": { en: "Noted", "zh-Hant-HK": "知悉", "zh-Hans": "知悉" },
  "announce.noteOne": { en: "Noted: {title}", "zh-Hant-HK": "知悉：{title}", "zh-Hans": "知悉：{title}" },
  "announce.notedAt": { en: "Noted {when}", "zh-Hant-HK": "已於 {when} 確認知悉", "zh-Hans": "已于 {when} 确认知悉" },
  "announce.due": {
    en: "Please note by {when}",
    "zh-Hant-HK": "請於 {when} 前確認知悉",
    "zh-Hans": "请于 {when} 前确认知悉",
  },
  "announce.overdue": {
    en: "Was to be noted by {when}",
    "zh-Hant-HK": "限期 {when} 已過",
    "zh-Hans": "期限 {when} 已过",
  },
  "announce.from": { en: "From {office}", "zh-Hant-HK": "發出：{office}", "zh-Hans": "发出：{office}" },
  "announce.withdrawn": { en: "Taken back {when}", "zh-Hant-HK": "已於 {when} 撤回", "zh-Hans": "已于 {when} 撤回" },
  "announce.write": { en: "New announcement", "zh-Hant-HK": "新公告", "zh-Hans": "新公告" },
  "announce.notYours": {
    en: "Announcements are written by Heads, DITSOs, DSOs, ISIRT commanders and the DPO.",
    "zh-Hant-HK":
      "公告由部門首長、部門資訊科技保安主任、部門保安主任、資訊保安事故應變小組指揮官及數字政策辦公室發出。",
    "zh-Hans": "公告由部门首长、部门信息技术安全主任、部门安全主任、信息安全事件应变小组指挥官及数字政策办公室发出。",
  },
  "announce.languages": { en: "Languages", "zh-Hant-HK": "語言", "zh-Hans": "语言" },
  "announce.one": { en: "One text for all", "zh-Hant-HK": "同一文字", "zh-Hans": "同一文字" },
  "announce.three": { en: "A text in each language", "zh-Hant-HK": "分語言撰寫", "zh-Hans": "分语言撰写" },
  "announce.threeHint": {
    en: "Everybody reads their own language; what is left out is read in another one.",
    "zh-Hant-HK": "各人會看到其語言的版本；如未提供，則顯示另一語言的版本。",
    "zh-Hans": "各人会看到其语言的版本；如未提供，则显示另一语言的版本。",
  },
  "announce.heading": { en: "Title", "zh-Hant-HK": "標題", "zh-Hans": "标题" },
  "announce.body": { en: "Text", "zh-Hant-HK": "內容", "zh-Hans": "内容" },
  "announce.in": {
    en: "{field} in {language}",
    "zh-Hant-HK": "{field}（{language}）",
    "zh-Hans": "{field}（{language}）",
  },
  "announce.audience": { en: "For whom", "zh-Hant-HK": "對象", "zh-Hans": "对象" },
  "announce.everybody": { en: "Everybody", "zh-Hant-HK": "所有人", "zh-Hans": "所有人" },
  "announce.someDepartments": { en: "Some departments", "zh-Hant-HK": "指定部門", "zh-Hans": "指定部门" },
  "announce.departments": { en: "Departments", "zh-Hant-HK": "部門", "zh-Hans": "部门" },
  "announce.divisions": {
    en: "Only some divisions (none chosen: all of them)",
    "zh-Hant-HK": "只限部分科（不選即為全部）",
    "zh-Hans": "只限部分科（不选即为全部）",
  },
  "announce.dueDay": {
    en: "To be noted by the end of (optional)",
    "zh-Hant-HK": "確認限期（可不填）",
    "zh-Hans": "确认期限（可不填）",
  },
  "announce.preview": { en: "Preview", "zh-Hant-HK": "預覽", "zh-Hans": "预览" },
  "announce.edit": { en: "Go on writing", "zh-Hant-HK": "繼續編輯", "zh-Hans": "继续编辑" },
  "announce.previewWhy": {
    en: "This is what readers see. It goes to {audience}; each of them is asked to tap “Noted”.",
    "zh-Hant-HK": "收件人會看到以下內容。公告將發給{audience}，並請各人按「知悉」。",
    "zh-Hans": "收件人会看到以下内容。公告将发给{audience}，并请各人按“知悉”。",
  },
  "announce.send": { en: "Send", "zh-Hant-HK": "發出", "zh-Hans": "发出" },
  "announce.sendSure": {
    en: "Send “{title}” to {audience}? Everybody gets it at once. It can be taken back afterwards, but will have been read.",
    "zh-Hant-HK": "將「{title}」發給{audience}？所有收件人會即時收到。其後可以撤回，但可能已被閱讀。",
    "zh-Hans": "将“{title}”发给{audience}？所有收件人会立即收到。之后可以撤回，但可能已被阅读。",
  },
  "announce.to": {
    en: "{divisions} of {departments}",
    "zh-Hant-HK": "{departments}的{divisions}",
    "zh-Hans": "{departments}的{divisions}",
  },
  "announce.fault.title": { en: "A title is missing.", "zh-Hant-HK": "請輸入標題。", "zh-Hans": "请输入标题。" },
  "announce.fault.body": { en: "A text is missing.", "zh-Hant-HK": "請輸入內容。", "zh-Hans": "请输入内容。" },
  "announce.fault.audience": {
    en: "Choose for whom it is.",
    "zh-Hant-HK": "請選擇對象。",
    "zh-Hans": "请选择对象。",
  },
  "announce.fault.due": {
    en: "The day is over already.",
    "zh-Hant-HK": "限期已過。",
    "zh-Hans": "期限已过。",
  },
  "announce.progress": { en: "Who has noted it", "zh-Hant-HK": "確認情況", "zh-Hans": "确认情况" },
  "announce.count": {
    en: "{noted} of {readers} ({percent} %)",
    "zh-Hant-HK": "{readers} 人中 {noted} 人（{percent}%）",
    "zh-Hans": "{readers} 人中 {noted} 人（{percent}%）",
  },
  "announce.countsOnly": {
    en: "Numbers by division, never names: a reminder goes to those who have not noted it, and to nobody else.",
    "zh-Hant-HK": "只顯示各科的數字，不顯示姓名；提醒只會發給尚未確認的人。",
    "zh-Hans": "只显示各科的数字，不显示姓名；提醒只会发给尚未确认的人。",
  },
  "announce.onTheWay": {
    en: "{count, plural, one {# card is} other {# cards are}} still on the way.",
    "zh-Hant-HK": "尚有 {count} 張卡片正在發送。",
    "zh-Hans": "尚有 {count} 张卡片正在发送。",
  },
  "announce.all": {
    en: "Everybody has noted it.",
    "zh-Hant-HK": "所有人均已確認知悉。",
    "zh-Hans": "所有人均已确认知悉。",
  },
  "announce.remind": {
    en: "{count, plural, one {Remind the one who has not} other {Remind the # who have not}}",
    "zh-Hant-HK": "提醒未確認的 {count} 人",
    "zh-Hans": "提醒未确认的 {count} 人",
  },
  "announce.reminded": {
    en: "{count, plural, one {Reminded once} other {Reminded # times}}, last {when}.",
    "zh-Hant-HK": "已提醒 {count} 次，上次為 {when}。",
    "zh-Hans": "已提醒 {count} 次，上次为 {when}。",
  },
  "announce.neverReminded": {
    en: "Nobody has been reminded yet.",
    "zh-Hant-HK": "尚未發出提醒。",
    "zh-Hans": "尚未发出提醒。",
  },
  "announce.remindAgain": {
    en: "They were reminded a while ago. You can remind them again from {when}.",
    "zh-Hant-HK": "不久前已發出提醒，可於 {when} 後再次提醒。",
    "zh-Hans": "不久前已发出提醒，可于 {when} 后再次提醒。",
  },
  "announce.takeBack": { en: "Take back", "zh-Hant-HK": "撤回", "zh-Hans": "撤回" },
  "announce.takeBackSure": {
    en: "Take back “{title}”? Its cards will say so, and nobody needs to note it any more.",
    "zh-Hant-HK": "撤回「{title}」？卡片會顯示已撤回，無須再確認。",
    "zh-Hans": "撤回“{title}”？卡片会显示已撤回，无须再确认。",
  },
} as const satisfies Catalogue;
