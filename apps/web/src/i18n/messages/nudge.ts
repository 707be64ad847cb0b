import type { Catalogue } from "../catalogue.ts";

/** What holds back personal data. */
export const nudge = {
  "nudge.mention": {
    en: "This seems to hold personal data:",
    "zh-Hant-HK": "內容似乎載有個人資料：",
    "zh-Hans": "内容似乎含有个人资料：",
  },
  "nudge.bulk": {
    en: "This looks like a list of people’s data, not a mention of one:",
    "zh-Hant-HK": "這似乎是一份載有多人資料的名單，而非提及個別人士：",
    "zh-Hans": "这似乎是一份载有多人资料的名单，而非提及个别人士：",
  },
  "nudge.clause": {
    en: "All personal data is at least RESTRICTED; this room is not.",
    "zh-Hant-HK": "所有個人資料至少屬「限閱」級別，而此聊天室並非限閱。",
    "zh-Hans": "所有个人资料至少属“限阅”级别，而此聊天室并非限阅。",
  },
  "nudge.clauseExternal": {
    en: "All personal data is at least RESTRICTED; people from outside are in this room.",
    "zh-Hant-HK": "所有個人資料至少屬「限閱」級別，而此聊天室有外部人士。",
    "zh-Hans": "所有个人资料至少属“限阅”级别，而此聊天室有外部人员。",
  },
  "nudge.preview": { en: "Masked: {text}", "zh-Hant-HK": "遮蓋後：{text}", "zh-Hans": "遮盖后：{text}" },
  "nudge.mask": { en: "Mask and send", "zh-Hant-HK": "遮蓋後傳送", "zh-Hans": "遮盖后发送" },
  "nudge.move": {
    en: "Move to a RESTRICTED room",
    "zh-Hant-HK": "移至限閱聊天室",
    "zh-Hans": "移到限阅聊天室",
  },
  "nudge.newRoom": {
    en: "New RESTRICTED room for the same people",
    "zh-Hant-HK": "為相同成員建立限閱聊天室",
    "zh-Hans": "为相同成员新建限阅聊天室",
  },
  "nudge.explain": { en: "Send with a reason", "zh-Hant-HK": "說明原因並傳送", "zh-Hans": "说明原因并发送" },
  "nudge.back": { en: "Go on writing", "zh-Hant-HK": "繼續編輯", "zh-Hans": "继续编辑" },
  "nudge.reason": { en: "Reason", "zh-Hant-HK": "原因", "zh-Hans": "原因" },
  "nudge.reasonHint": {
    en: "Everybody who reads the message sees it.",
    "zh-Hant-HK": "所有讀到訊息的人都會看到原因。",
    "zh-Hans": "所有读到消息的人都会看到原因。",
  },
  "nudge.send": { en: "Send", "zh-Hant-HK": "傳送", "zh-Hans": "发送" },
  "nudge.given": {
    en: "Sent with a reason: {reason}",
    "zh-Hant-HK": "傳送原因：{reason}",
    "zh-Hans": "发送原因：{reason}",
  },
  "nudge.kind.hkid": {
    en: "{count, plural, one {# identity card number} other {# identity card numbers}}",
    "zh-Hant-HK": "{count} 個身份證號碼",
    "zh-Hans": "{count} 个香港身份证号码",
  },
  "nudge.kind.mainland-id": {
    en: "{count, plural, one {# Mainland identity number} other {# Mainland identity numbers}}",
    "zh-Hant-HK": "{count} 個內地居民身份證號碼",
    "zh-Hans": "{count} 个内地居民身份证号码",
  },
  "nudge.kind.payment-card": {
    en: "{count, plural, one {# payment card} other {# payment cards}}",
    "zh-Hant-HK": "{count} 個付款卡號碼",
    "zh-Hans": "{count} 个支付卡号码",
  },
  "nudge.kind.home-return-permit": {
    en: "{count, plural, one {# home-return permit} other {# home-return permits}}",
    "zh-Hant-HK": "{count} 個回鄉證號碼",
    "zh-Hans": "{count} 个回乡证号码",
  },
  "nudge.kind.passport": {
    en: "{count, plural, one {# passport} other {# passports}}",
    "zh-Hant-HK": "{count} 個護照號碼",
    "zh-Hans": "{count} 个护照号码",
  },
  "nudge.kind.bank-account": {
    en: "{count, plural, one {# bank account} other {# bank accounts}}",
    "zh-Hant-HK": "{count} 個銀行帳戶號碼",
    "zh-Hans": "{count} 个银行账户号码",
  },
  "nudge.kind.phone": {
    en: "{count, plural, one {# phone number} other {# phone numbers}}",
    "zh-Hant-HK": "{count} 個電話號碼",
    "zh-Hans": "{count} 个电话号码",
  },
  "nudge.kind.birth-date": {
    en: "{count, plural, one {# date of birth} other {# dates of birth}}",
    "zh-Hant-HK": "{count} 個出生日期",
    "zh-Hans": "{count} 个出生日期",
  },
  "nudge.kind.email": {
    en: "{count, plural, one {# email address} other {# email addresses}}",
    "zh-Hant-HK": "{count} 個電郵地址",
    "zh-Hans": "{count} 个电子邮箱",
  },
  "nudge.kind.address": {
    en: "{count, plural, one {# address} other {# addresses}}",
    "zh-Hant-HK": "{count} 個地址",
    "zh-Hans": "{count} 个地址",
  },
} as const satisfies Catalogue;
