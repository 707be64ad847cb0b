import type { Catalogue } from "../catalogue.ts";

/** Custodians of recovery keys: asking them, answering as one, and naming them. */
export const custody = {
  "custody.title": { en: "Custodians", "zh-Hant-HK": "保管人", "zh-Hans": "保管人" },
  "custody.why": {
    en: "If you lose every device and your recovery phrase, two custodians of your department who see you face to face can let a new device in. Each holds a half of your key that says nothing alone.",
    "zh-Hant-HK":
      "如你遺失所有裝置及復原密語，部門的兩名保管人與你面對面核實後，可一同允許新裝置。兩人各持你密鑰的一半，單獨一半並無作用。",
    "zh-Hans":
      "如你丢失所有设备及恢复密语，部门的两名保管人与你当面核实后，可一同允许新设备。两人各持你密钥的一半，单独一半没有作用。",
  },
  "custody.off": {
    en: "Your department has no custodians. Keep your recovery phrase in a safe place.",
    "zh-Hant-HK": "你的部門沒有保管人，請妥善保管復原密語。",
    "zh-Hans": "你的部门没有保管人，请妥善保管恢复密语。",
  },
  "custody.shares.current": {
    en: "Your halves are up to date since {when}.",
    "zh-Hant-HK": "你的兩半密鑰自 {when} 起均為最新。",
    "zh-Hans": "你的两半密钥自 {when} 起均为最新。",
  },
  "custody.shares.too-few": {
    en: "Not yet: two custodians beside you are needed whose devices have made their keys. This follows by itself once there are.",
    "zh-Hant-HK": "尚未備妥：除你以外，須有兩名保管人的裝置已製備密鑰，屆時會自動完成。",
    "zh-Hans": "尚未就绪：除你以外，须有两名保管人的设备已生成密钥，届时会自动完成。",
  },
  "custody.shares.failed": {
    en: "Not up to date just now. This device tries again by itself.",
    "zh-Hant-HK": "目前並非最新，此裝置會自動再試。",
    "zh-Hans": "目前不是最新，此设备会自动重试。",
  },
  "custody.shares.not-here": {
    en: "This device does not know your key yet, and cannot look after its halves.",
    "zh-Hant-HK": "此裝置尚未取得你的密鑰，未能處理兩半密鑰。",
    "zh-Hans": "此设备尚未取得你的密钥，无法处理两半密钥。",
  },
  "custody.holds": { en: "holds a half of your key", "zh-Hant-HK": "持有你密鑰的一半", "zh-Hans": "持有你密钥的一半" },
  "custody.standing.no-key": {
    en: "has not opened Causeway since being named",
    "zh-Hant-HK": "獲委任後尚未使用 Causeway",
    "zh-Hans": "获委任后尚未使用 Causeway",
  },
  "custody.standing.unproved": {
    en: "has a key that is not proved to be theirs; gets nothing",
    "zh-Hant-HK": "其密鑰未能證實屬於本人，不會獲得任何資料",
    "zh-Hans": "其密钥无法证实属于本人，不会获得任何资料",
  },
  "custody.standing.changed": {
    en: "has another key than before; gets nothing until you have compared the number with them",
    "zh-Hant-HK": "其密鑰與以往不同；在你與其核對號碼之前，不會獲得任何資料",
    "zh-Hans": "其密钥与以往不同；在你与其核对号码之前，不会获得任何资料",
  },
  "custody.standing.good": { en: "ready", "zh-Hant-HK": "已備妥", "zh-Hans": "已就绪" },
  "custody.keyNumber": {
    en: "Number of their key: {number}",
    "zh-Hant-HK": "其密鑰號碼：{number}",
    "zh-Hans": "其密钥号码：{number}",
  },
  "custody.accept": {
    en: "It is theirs: I have compared the number with {name}",
    "zh-Hant-HK": "確屬本人：我已與{name}核對號碼",
    "zh-Hans": "确属本人：我已与{name}核对号码",
  },
  "custody.own": {
    en: "You are a custodian of another department. Number of your key: {number}",
    "zh-Hant-HK": "你是另一部門的保管人。你的密鑰號碼：{number}",
    "zh-Hans": "你是另一部门的保管人。你的密钥号码：{number}",
  },
  "custody.you": { en: "you", "zh-Hant-HK": "你本人", "zh-Hans": "你本人" },
  "custody.toDecide": {
    en: "People who wait for you as custodian",
    "zh-Hant-HK": "等候你（作為保管人）處理",
    "zh-Hans": "等候你（作为保管人）处理",
  },
  "custody.manage": { en: "Name custodians", "zh-Hant-HK": "委任保管人", "zh-Hans": "委任保管人" },
  "custody.ask": {
    en: "Ask your department’s custodians",
    "zh-Hant-HK": "向部門保管人求助",
    "zh-Hans": "向部门保管人求助",
  },
  "custody.askWhy": {
    en: "No device and no phrase? Two custodians who see you face to face can let this device in.",
    "zh-Hant-HK": "沒有其他裝置或密語？兩名保管人與你面對面核實後，可允許此裝置。",
    "zh-Hans": "没有其他设备或密语？两名保管人与你当面核实后，可允许此设备。",
  },
  "custody.outdated": {
    en: "Your department’s custodians have changed since a device of yours last opened Causeway, so they cannot help here. Use another device or your recovery phrase.",
    "zh-Hant-HK": "自你的裝置上次使用 Causeway 後，部門的保管人已有變動，故未能在此協助。請使用其他裝置或復原密語。",
    "zh-Hans": "自你的设备上次使用 Causeway 后，部门的保管人已有变动，因此无法在此协助。请使用其他设备或恢复密语。",
  },
  "custody.askAgain": { en: "Ask again", "zh-Hant-HK": "再次求助", "zh-Hans": "再次求助" },
  "custody.waiting": {
    en: "See both custodians in person, by {when}. Show them this number; they compare it with theirs:",
    "zh-Hant-HK": "請於 {when} 前親身會見兩名保管人，並出示以下號碼，供其與畫面核對：",
    "zh-Hans": "请于 {when} 前亲自会见两名保管人，并出示以下号码，供其与屏幕核对：",
  },
  "custody.number": { en: "Number to compare", "zh-Hant-HK": "核對號碼", "zh-Hans": "核对号码" },
  "custody.agreed": { en: "{name}: agreed", "zh-Hant-HK": "{name}：已同意", "zh-Hans": "{name}：已同意" },
  "custody.notYet": { en: "{name}: not yet", "zh-Hant-HK": "{name}：尚未回應", "zh-Hans": "{name}：尚未回应" },
  "custody.withdraw": { en: "Take it back", "zh-Hant-HK": "撤回", "zh-Hans": "撤回" },
  "custody.elsewhere": {
    en: "Another device of yours ({device}) has asked the custodians, {when}. If that was not you, take it back at once.",
    "zh-Hant-HK": "你的另一部裝置（{device}）已於 {when} 向保管人求助。如非你本人，請立即撤回。",
    "zh-Hans": "你的另一台设备（{device}）已于 {when} 向保管人求助。如非你本人，请立即撤回。",
  },
  "custody.ended.refused": {
    en: "{name} refused: “{reason}” Nothing was given.",
    "zh-Hant-HK": "{name}已拒絕：「{reason}」沒有交出任何資料。",
    "zh-Hans": "{name}已拒绝：“{reason}”没有交出任何资料。",
  },
  "custody.ended.withdrawn": {
    en: "It was taken back. Nothing was given.",
    "zh-Hant-HK": "已撤回，沒有交出任何資料。",
    "zh-Hans": "已撤回，没有交出任何资料。",
  },
  "custody.ended.lapsed": {
    en: "It has lapsed: it was open for a day.",
    "zh-Hant-HK": "已失效：有效期為一日。",
    "zh-Hans": "已失效：有效期为一日。",
  },
  "custody.fault.otherKey": {
    en: "The two halves belong to an earlier key of yours, and open nothing. Take this back, and use another device or your recovery phrase.",
    "zh-Hant-HK": "兩半密鑰屬於你以往的密鑰，未能開啟任何內容。請撤回此要求，並使用其他裝置或復原密語。",
    "zh-Hans": "两半密钥属于你以往的密钥，无法打开任何内容。请撤回此请求，并使用其他设备或恢复密语。",
  },
  "custody.fault.not-theirs": {
    en: "What was given is not from both custodians, or not for this device. Take this back and ask again.",
    "zh-Hant-HK": "收到的資料並非來自兩名保管人，或並非給予此裝置。請撤回後再次求助。",
    "zh-Hans": "收到的资料并非来自两名保管人，或并非给予此设备。请撤回后再次求助。",
  },
  "custody.fault.two-splits": {
    en: "The two halves do not belong together. Take this back and ask again.",
    "zh-Hant-HK": "兩半密鑰並不相配。請撤回後再次求助。",
    "zh-Hans": "两半密钥并不相配。请撤回后再次求助。",
  },
  "custody.fault.not-mine": {
    en: "This half cannot be opened here: it was sealed to an earlier key of yours, or is not this person’s. Refuse, and say so.",
    "zh-Hant-HK": "未能在此開啟這半密鑰：它以你以往的密鑰封存，或不屬於此人。請拒絕並說明原因。",
    "zh-Hans": "无法在此打开这半密钥：它以你以往的密钥封存，或不属于此人。请拒绝并说明原因。",
  },
  "custody.fault.bad-key": {
    en: "The device asks with a key that is none. Refuse, and tell your security officer.",
    "zh-Hant-HK": "該裝置提供的密鑰無效。請拒絕，並通知保安主任。",
    "zh-Hans": "该设备提供的密钥无效。请拒绝，并通知安全主任。",
  },
  "custody.fault.tooOften": {
    en: "You have asked five times within a day. Wait, or use another device or your recovery phrase.",
    "zh-Hant-HK": "你在一日內已求助五次。請稍後再試，或使用其他裝置或復原密語。",
    "zh-Hans": "你在一天内已求助五次。请稍后再试，或使用其他设备或恢复密语。",
  },
  "custody.recovery": {
    en: "A recovery key is asked for",
    "zh-Hant-HK": "要求取回復原密鑰",
    "zh-Hans": "要求取回恢复密钥",
  },
  "custody.state.asked": {
    en: "Waiting for two custodians",
    "zh-Hant-HK": "等候兩名保管人",
    "zh-Hans": "等候两名保管人",
  },
  "custody.state.open": {
    en: "Both custodians agreed",
    "zh-Hant-HK": "兩名保管人均已同意",
    "zh-Hans": "两名保管人均已同意",
  },
  "custody.state.refused": { en: "Refused", "zh-Hant-HK": "已拒絕", "zh-Hans": "已拒绝" },
  "custody.state.withdrawn": { en: "Taken back", "zh-Hant-HK": "已撤回", "zh-Hans": "已撤回" },
  "custody.state.lapsed": { en: "Lapsed", "zh-Hant-HK": "已失效", "zh-Hans": "已失效" },
  "custody.who": { en: "Who", "zh-Hant-HK": "申請人", "zh-Hans": "申请人" },
  "custody.post": { en: "Post", "zh-Hant-HK": "職位", "zh-Hans": "职位" },
  "custody.noPost": { en: "No post in the directory", "zh-Hant-HK": "通訊錄中沒有職位", "zh-Hans": "通讯录中没有职位" },
  "custody.device": { en: "Device", "zh-Hant-HK": "裝置", "zh-Hans": "设备" },
  "custody.askedAt": { en: "Asked", "zh-Hant-HK": "提出時間", "zh-Hans": "提出时间" },
  "custody.until": { en: "Open until", "zh-Hant-HK": "有效至", "zh-Hans": "有效至" },
  "custody.both": { en: "The two custodians", "zh-Hant-HK": "兩名保管人", "zh-Hans": "两名保管人" },
  "custody.reason": { en: "Reason", "zh-Hant-HK": "原因", "zh-Hans": "原因" },
  "custody.meet": {
    en: "Meet the person face to face. You must know them, or see their staff card: no picture here proves who they are. Compare this number with the one on their device, digit by digit.",
    "zh-Hant-HK":
      "請與當事人面對面核實。你必須認識對方，或查看其職員證；此處的資料不足以證明身分。請逐個數字核對以下號碼與對方裝置上的號碼。",
    "zh-Hans":
      "请与当事人当面核实。你必须认识对方，或查看其职员证；此处的资料不足以证明身份。请逐个数字核对以下号码与对方设备上的号码。",
  },
  "custody.seen": {
    en: "I have seen this person and the number matches",
    "zh-Hant-HK": "我已面見此人，號碼相符",
    "zh-Hans": "我已面见此人，号码相符",
  },
  "custody.agree": { en: "Give my half", "zh-Hant-HK": "交出我持有的一半", "zh-Hans": "交出我持有的一半" },
  "custody.refuse": { en: "Refuse", "zh-Hant-HK": "拒絕", "zh-Hans": "拒绝" },
  "custody.refuseWhy": {
    en: "Reason for refusing",
    "zh-Hant-HK": "拒絕原因",
    "zh-Hans": "拒绝原因",
  },
  "custody.answered": {
    en: "You have given your half. The other custodian answers too.",
    "zh-Hant-HK": "你已交出你持有的一半，尚待另一名保管人回應。",
    "zh-Hans": "你已交出你持有的一半，尚待另一名保管人回应。",
  },
  "custody.ownHint": {
    en: "If this was not you, take it back at once: nothing is given then.",
    "zh-Hant-HK": "如非你本人，請立即撤回，屆時不會交出任何資料。",
    "zh-Hans": "如非你本人，请立即撤回，届时不会交出任何资料。",
  },
  "custody.department": { en: "Department", "zh-Hant-HK": "部門", "zh-Hans": "部门" },
  "custody.manageWhy": {
    en: "Choose people whom the department knows and trusts, at least two; three, so that each of them has two others too. What they do is recorded.",
    "zh-Hant-HK": "請委任至少兩名部門認識及信任的人；如委任三人，則各保管人本身亦有另外兩人可求助。其操作會留有紀錄。",
    "zh-Hans": "请委任至少两名部门认识及信任的人；如委任三人，则各保管人本身也有另外两人可求助。其操作会留有记录。",
  },
  "custody.enabled": {
    en: "Two custodians together may let a person’s new device in",
    "zh-Hant-HK": "容許兩名保管人一同允許當事人的新裝置",
    "zh-Hans": "允许两名保管人一同允许当事人的新设备",
  },
  "custody.names": { en: "Custodians of the department", "zh-Hant-HK": "部門保管人", "zh-Hans": "部门保管人" },
  "custody.none": {
    en: "Nobody has been chosen yet.",
    "zh-Hant-HK": "尚未選擇任何人。",
    "zh-Hans": "尚未选择任何人。",
  },
  "custody.add": { en: "Add a custodian", "zh-Hant-HK": "加入保管人", "zh-Hans": "添加保管人" },
  "custody.remove": { en: "Remove {name}", "zh-Hant-HK": "移除{name}", "zh-Hans": "移除{name}" },
  "custody.save": { en: "Save", "zh-Hant-HK": "儲存", "zh-Hans": "保存" },
  "custody.saved": { en: "Saved.", "zh-Hant-HK": "已儲存。", "zh-Hans": "已保存。" },
  "custody.tooFew": {
    en: "At least two custodians are needed.",
    "zh-Hant-HK": "須有至少兩名保管人。",
    "zh-Hans": "须有至少两名保管人。",
  },
  "custody.switchOff": { en: "Switch off", "zh-Hant-HK": "停用", "zh-Hans": "停用" },
  "custody.switchOffSure": {
    en: "Switch custody off for {department}? Every half that is kept for its people is deleted, and open recoveries end.",
    "zh-Hant-HK": "停用{department}的保管安排？為其人員保存的所有半份密鑰會被刪除，未完成的復原亦會終止。",
    "zh-Hans": "停用{department}的保管安排？为其人员保存的所有半份密钥会被删除，未完成的恢复也会终止。",
  },
  "custody.notYours": {
    en: "Custodians are named by the Head of the department or a security administrator.",
    "zh-Hant-HK": "保管人由部門首長或保安管理員委任。",
    "zh-Hans": "保管人由部门首长或安全管理员委任。",
  },
  "custody.toSettings": { en: "Back to settings", "zh-Hant-HK": "返回設定", "zh-Hans": "返回设置" },
} as const satisfies Catalogue;
