import type { Catalogue } from "../catalogue.ts";

/** Messages that are sent later. */
export const later = {
  "later.send": { en: "Send later", "zh-Hant-HK": "稍後傳送", "zh-Hans": "稍后发送" },
  "later.afternoon": {
    en: "This afternoon · {when}",
    "zh-Hant-HK": "今天下午 · {when}",
    "zh-Hans": "今天下午 · {when}",
  },
  "later.tomorrow": { en: "Tomorrow · {when}", "zh-Hant-HK": "明天 · {when}", "zh-Hans": "明天 · {when}" },
  "later.monday": { en: "Monday · {when}", "zh-Hant-HK": "星期一 · {when}", "zh-Hans": "星期一 · {when}" },
  "later.choose": { en: "Choose a time…", "zh-Hant-HK": "選擇時間…", "zh-Hans": "选择时间…" },
  "later.day": { en: "Day", "zh-Hant-HK": "日期", "zh-Hans": "日期" },
  "later.time": { en: "Time", "zh-Hant-HK": "時間", "zh-Hans": "时间" },
  "later.schedule": { en: "Schedule", "zh-Hant-HK": "排程傳送", "zh-Hans": "定时发送" },
  "later.notAMoment": {
    en: "Choose a day and a time.",
    "zh-Hant-HK": "請選擇日期和時間。",
    "zh-Hans": "请选择日期和时间。",
  },
  "later.isPast": {
    en: "That time has passed. Choose a later one.",
    "zh-Hant-HK": "該時間已過，請選擇較後的時間。",
    "zh-Hans": "该时间已过，请选择更晚的时间。",
  },
  "later.count": {
    en: "{count, plural, one {# scheduled message} other {# scheduled messages}}",
    "zh-Hant-HK": "{count} 則排程訊息",
    "zh-Hans": "{count} 条定时消息",
  },
  "later.failedCount": {
    en: "{count, plural, one {# message was not sent at its time} other {# messages were not sent at their time}}",
    "zh-Hant-HK": "{count} 則訊息未能按時傳送",
    "zh-Hans": "{count} 条消息未能按时发送",
  },
  "later.title": { en: "Scheduled messages", "zh-Hant-HK": "排程訊息", "zh-Hans": "定时消息" },
  "later.none": {
    en: "Nothing is scheduled. Write a message and choose “Send later”.",
    "zh-Hant-HK": "沒有排程訊息。輸入訊息後選「稍後傳送」即可。",
    "zh-Hans": "没有定时消息。输入消息后选“稍后发送”即可。",
  },
  "later.encrypted": {
    en: "Encrypted for the people who were in the room when it was scheduled.",
    "zh-Hant-HK": "已為排程時在聊天室內的人加密。",
    "zh-Hans": "已为设定定时发送时在聊天室内的人加密。",
  },
  "later.queued": {
    en: "Not scheduled yet: waits for the connection.",
    "zh-Hant-HK": "尚未排程：等待連線。",
    "zh-Hans": "尚未设定：等待连接。",
  },
  "later.sent": { en: "Sent", "zh-Hant-HK": "已傳送", "zh-Hans": "已发送" },
  "later.cancelled": {
    en: "Cancelled: it will not be sent.",
    "zh-Hant-HK": "已取消，不會傳送。",
    "zh-Hans": "已取消，不会发送。",
  },
  "later.unreadable": {
    en: "The key of this message has not reached this device.",
    "zh-Hant-HK": "此裝置尚未收到這則訊息的密鑰。",
    "zh-Hans": "此设备尚未收到这条消息的密钥。",
  },
  "later.fault.past": {
    en: "Not sent: its time passed before it could be scheduled.",
    "zh-Hant-HK": "未傳送：未及排程，時間已過。",
    "zh-Hans": "未发送：未及设定，时间已过。",
  },
  "later.fault.refused": {
    en: "The server refused it: {words}",
    "zh-Hant-HK": "伺服器拒絕：{words}",
    "zh-Hans": "服务器拒绝：{words}",
  },
  "later.fault.tooFar": {
    en: "The server refused it: {words} Choose a time before {when}.",
    "zh-Hant-HK": "伺服器拒絕：{words} 請選擇 {when} 之前的時間。",
    "zh-Hans": "服务器拒绝：{words} 请选择 {when} 之前的时间。",
  },
  "later.fault.left": {
    en: "Not sent: you are no longer in this room.",
    "zh-Hant-HK": "未傳送：你已不在此聊天室。",
    "zh-Hans": "未发送：你已不在此聊天室。",
  },
  "later.fault.already": {
    en: "The message was sent before it could be changed. This is the changed text; it has not been sent.",
    "zh-Hant-HK": "訊息在更改前已傳送。這是更改後的內容，尚未傳送。",
    "zh-Hans": "消息在更改前已发送。这是更改后的内容，尚未发送。",
  },
  "later.fault.unreachable": {
    en: "The server cannot be reached. Nothing was changed; try again when the connection is back.",
    "zh-Hant-HK": "未能連接伺服器。內容沒有更改；恢復連線後請再試。",
    "zh-Hans": "无法连接服务器。内容没有更改；恢复连接后请重试。",
  },
  "later.willNot": {
    en: "You are no longer in this room: it will not be sent.",
    "zh-Hant-HK": "你已不在此聊天室，訊息不會傳送。",
    "zh-Hans": "你已不在此聊天室，消息不会发送。",
  },
  "later.now": { en: "Send now", "zh-Hant-HK": "立即傳送", "zh-Hans": "立即发送" },
  "later.move": { en: "Change the time", "zh-Hant-HK": "更改時間", "zh-Hans": "更改时间" },
  "later.edit": { en: "Edit", "zh-Hant-HK": "編輯", "zh-Hans": "编辑" },
  "later.cancel": { en: "Cancel", "zh-Hant-HK": "取消排程", "zh-Hans": "取消定时" },
  "later.discard": { en: "Discard", "zh-Hant-HK": "捨棄", "zh-Hans": "舍弃" },
  "later.undo": { en: "Undo", "zh-Hant-HK": "復原", "zh-Hans": "撤销" },
  "later.editing": {
    en: "Editing the message for {when}",
    "zh-Hant-HK": "編輯將於 {when} 傳送的訊息",
    "zh-Hans": "编辑将于 {when} 发送的消息",
  },
} as const satisfies Catalogue;
