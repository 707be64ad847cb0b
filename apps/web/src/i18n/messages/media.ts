import type { Catalogue } from "../catalogue.ts";

/** Photos, files, voice. */
export const media = {
  "media.attach": { en: "Attach files", "zh-Hant-HK": "附加檔案", "zh-Hans": "附加文件" },
  "media.camera": { en: "Take a photo", "zh-Hant-HK": "拍照", "zh-Hans": "拍照" },
  "media.record": { en: "Record a voice message", "zh-Hant-HK": "錄製語音訊息", "zh-Hans": "录制语音消息" },
  "media.recording": { en: "Recording {time}", "zh-Hant-HK": "錄音中 {time}", "zh-Hans": "正在录音 {time}" },
  "media.recordSend": { en: "Send voice message", "zh-Hant-HK": "傳送語音訊息", "zh-Hans": "发送语音消息" },
  "media.recordDrop": { en: "Discard recording", "zh-Hant-HK": "捨棄錄音", "zh-Hans": "放弃录音" },
  "media.noMicrophone": {
    en: "This device gave no microphone. Allow it in the browser's settings, then try again.",
    "zh-Hant-HK": "未能使用此裝置的麥克風。請在瀏覽器設定中允許使用，然後再試。",
    "zh-Hans": "无法使用此设备的麦克风。请在浏览器设置中允许使用，然后重试。",
  },
  "media.sendTitle": {
    en: "{count, plural, one {Send a file} other {Send # files}}",
    "zh-Hant-HK": "{count, plural, other {傳送 # 個檔案}}",
    "zh-Hans": "{count, plural, other {发送 # 个文件}}",
  },
  "media.to": { en: "To {room}", "zh-Hant-HK": "傳送至 {room}", "zh-Hans": "发送至 {room}" },
  "media.caption": { en: "Caption", "zh-Hant-HK": "說明", "zh-Hans": "说明" },
  "media.shrink": {
    en: "Shrink photos (sends faster)",
    "zh-Hant-HK": "縮小相片（傳送較快）",
    "zh-Hans": "缩小照片（发送较快）",
  },
  "media.keepPlace": {
    en: "Send where and when photos and films were taken",
    "zh-Hant-HK": "一併傳送拍攝地點和時間",
    "zh-Hans": "一并发送拍摄地点和时间",
  },
  "media.send": { en: "Send", "zh-Hant-HK": "傳送", "zh-Hans": "发送" },
  "media.remove": { en: "Remove {name}", "zh-Hant-HK": "移除 {name}", "zh-Hans": "移除 {name}" },
  "media.unreadable": {
    en: "A file could not be read. Choose it again.",
    "zh-Hant-HK": "有檔案未能讀取，請重新選擇。",
    "zh-Hans": "有文件无法读取，请重新选择。",
  },
  "media.dropHere": {
    en: "Drop files to send them here",
    "zh-Hant-HK": "把檔案放在此處即可傳送",
    "zh-Hans": "把文件放在此处即可发送",
  },
  "media.queue": { en: "Files on their way", "zh-Hant-HK": "傳送中的檔案", "zh-Hans": "正在发送的文件" },
  "media.progress": {
    en: "{name}, {percent}% sent",
    "zh-Hant-HK": "{name}，已傳送 {percent}%",
    "zh-Hans": "{name}，已发送 {percent}%",
  },
  "media.waiting": { en: "Waits for the connection", "zh-Hant-HK": "等待連線", "zh-Hans": "等待连接" },
  "media.noSpace": {
    en: "This device is full: keep this page open until the file is sent.",
    "zh-Hant-HK": "裝置空間已滿：傳送完成前請勿關閉此頁。",
    "zh-Hans": "设备空间已满：发送完成前请勿关闭此页。",
  },
  "media.cancel": { en: "Cancel {name}", "zh-Hant-HK": "取消 {name}", "zh-Hans": "取消 {name}" },
  "media.retry": { en: "Send {name} again", "zh-Hant-HK": "重新傳送 {name}", "zh-Hans": "重新发送 {name}" },
  "media.fault.tooLarge": {
    en: "Larger than this server takes. Nothing was sent.",
    "zh-Hant-HK": "檔案超出伺服器上限，未有傳送。",
    "zh-Hans": "文件超出服务器上限，未发送。",
  },
  "media.fault.refused": {
    en: "The server refused this file. It is kept here.",
    "zh-Hant-HK": "伺服器拒絕此檔案，檔案仍保留在此。",
    "zh-Hans": "服务器拒绝此文件，文件仍保留在此。",
  },
  "media.fault.noRoom": {
    en: "You are no longer in this room.",
    "zh-Hant-HK": "你已不在此聊天室。",
    "zh-Hans": "你已不在此聊天室。",
  },
  "media.image": { en: "Photo: {name}", "zh-Hant-HK": "相片：{name}", "zh-Hans": "照片：{name}" },
  "media.openImage": { en: "Open photo {name}", "zh-Hant-HK": "開啟相片 {name}", "zh-Hans": "打开照片 {name}" },
  "media.openFile": { en: "Open {name}", "zh-Hant-HK": "開啟 {name}", "zh-Hans": "打开 {name}" },
  "media.download": { en: "Download {name}", "zh-Hant-HK": "下載 {name}", "zh-Hans": "下载 {name}" },
  "media.downloading": {
    en: "Downloading, {percent}%",
    "zh-Hant-HK": "下載中，{percent}%",
    "zh-Hans": "正在下载，{percent}%",
  },
  "media.loading": { en: "Loading…", "zh-Hant-HK": "載入中…", "zh-Hans": "正在加载…" },
  "media.cannotOpen": {
    en: "The file could not be opened. Try again.",
    "zh-Hant-HK": "未能開啟檔案，請再試。",
    "zh-Hans": "无法打开文件，请重试。",
  },
  "media.noPdf": {
    en: "This browser does not show PDF. Download the file instead.",
    "zh-Hant-HK": "此瀏覽器不能顯示 PDF，請下載檔案。",
    "zh-Hans": "此浏览器不能显示 PDF，请下载文件。",
  },
  "media.voice": { en: "Voice message, {time}", "zh-Hant-HK": "語音訊息，{time}", "zh-Hans": "语音消息，{time}" },
  "media.play": { en: "Play {name}", "zh-Hant-HK": "播放 {name}", "zh-Hans": "播放 {name}" },
  "media.previous": { en: "Previous photo", "zh-Hant-HK": "上一張相片", "zh-Hans": "上一张照片" },
  "media.next": { en: "Next photo", "zh-Hant-HK": "下一張相片", "zh-Hans": "下一张照片" },
  "media.zoom": { en: "Actual size", "zh-Hant-HK": "原始大小", "zh-Hans": "原始大小" },
} as const satisfies Catalogue;
