import type { RegisterLanguage, RequestState } from "@causeway/contract";

/** The columns of the register as a file, in their order. */
export const registerColumns = [
  "asked",
  "state",
  "person",
  "post",
  "department",
  "what",
  "need",
  "label",
  "level",
  "scope",
  "until",
  "outcome",
  "decidedBy",
  "decidedAt",
  "reason",
  "begins",
  "ends",
  "ended",
  "cause",
  "upload",
  "request",
  "grant",
] as const;

/** One of `registerColumns`. */
export type RegisterColumn = (typeof registerColumns)[number];

type Words = Readonly<Record<string, string>>;

/** The words of a file in one language. */
export interface RegisterTexts {
  readonly title: string;
  readonly made: string;
  readonly page: string;
  readonly rows: string;
  readonly columns: Readonly<Record<RegisterColumn, string>>;
  readonly states: Readonly<Record<RequestState, string>>;
  readonly outcomes: Words;
  readonly causes: Words;
  readonly labels: Words;
  readonly levels: Words;
  readonly scopes: Words;
  readonly yes: string;
  readonly no: string;
}

const en: RegisterTexts = {
  title: "Register of authorisations",
  made: "Made",
  page: "Page",
  rows: "Rows",
  columns: {
    ...{ asked: "Asked", state: "State", person: "Officer", post: "Post", department: "Department" },
    ...{ what: "Service or site", need: "Need", label: "Label", level: "Risk", scope: "For", until: "Asked until" },
    ...{ outcome: "Decision", decidedBy: "Decided by", decidedAt: "Decided", reason: "Reason", begins: "Begins" },
    ...{ ends: "Ends", ended: "Ended", cause: "Ended because", upload: "Upload", request: "Request", grant: "Grant" },
  },
  states: {
    ...{ draft: "Draft", asked: "Asked", advised: "Advised", approved: "Approved", refused: "Refused" },
    ...{ "approved-with-less": "Approved with less", question: "Question", withdrawn: "Withdrawn" },
    ...{ active: "Active", extended: "Extended", revoked: "Revoked", lapsed: "Lapsed" },
  },
  outcomes: { approved: "Approved", "approved-with-less": "Approved with less", refused: "Refused" },
  causes: {
    ...{ lapsed: "Time was up", revoked: "Revoked", "post-left": "Left the post", review: "Dropped in a review" },
    ...{ "machine-retired": "Machine retired", "break-glass-review": "Break-glass not justified" },
    "handed-back": "Handed back",
  },
  labels: { unclassified: "Unclassified", RESTRICTED: "RESTRICTED", CONFIDENTIAL: "CONFIDENTIAL" },
  levels: { low: "Low", high: "High" },
  scopes: { officer: "Officer", post: "Posts", group: "Group", machine: "Machine" },
  yes: "Yes",
  no: "No",
};

const zhHant: RegisterTexts = {
  title: "授權登記冊",
  made: "製作時間",
  page: "頁",
  rows: "項數",
  columns: {
    ...{ asked: "申請時間", state: "狀態", person: "人員", post: "職位", department: "部門" },
    ...{ what: "服務或網站", need: "需要", label: "保密級別", level: "風險", scope: "適用於", until: "申請至" },
    ...{ outcome: "決定", decidedBy: "決定人", decidedAt: "決定時間", reason: "理由", begins: "開始" },
    ...{ ends: "屆滿", ended: "結束", cause: "結束原因", upload: "上載", request: "申請編號", grant: "授權編號" },
  },
  states: {
    ...{ draft: "草稿", asked: "已申請", advised: "已有意見", approved: "已批准", refused: "已拒絕" },
    ...{ "approved-with-less": "縮減後批准", question: "查詢中", withdrawn: "已撤回" },
    ...{ active: "生效", extended: "已延期", revoked: "已撤銷", lapsed: "已失效" },
  },
  outcomes: { approved: "批准", "approved-with-less": "縮減後批准", refused: "拒絕" },
  causes: {
    ...{ lapsed: "期限屆滿", revoked: "撤銷", "post-left": "離任", review: "檢討後取消" },
    ...{ "machine-retired": "電腦停用", "break-glass-review": "緊急開通未獲認可" },
    "handed-back": "交還",
  },
  labels: { unclassified: "非保密", RESTRICTED: "限閱", CONFIDENTIAL: "機密" },
  levels: { low: "低", high: "高" },
  scopes: { officer: "人員", post: "職位", group: "組別", machine: "電腦" },
  yes: "是",
  no: "否",
};

const zhHans: RegisterTexts = {
  title: "授权登记册",
  made: "制作时间",
  page: "页",
  rows: "项数",
  columns: {
    ...{ asked: "申请时间", state: "状态", person: "人员", post: "职位", department: "部门" },
    ...{ what: "服务或网站", need: "需要", label: "保密级别", level: "风险", scope: "适用于", until: "申请至" },
    ...{ outcome: "决定", decidedBy: "决定人", decidedAt: "决定时间", reason: "理由", begins: "开始" },
    ...{ ends: "届满", ended: "结束", cause: "结束原因", upload: "上传", request: "申请编号", grant: "授权编号" },
  },
  states: {
    ...{ draft: "草稿", asked: "已申请", advised: "已有意见", approved: "已批准", refused: "已拒绝" },
    ...{ "approved-with-less": "缩减后批准", question: "查询中", withdrawn: "已撤回" },
    ...{ active: "生效", extended: "已延期", revoked: "已撤销", lapsed: "已失效" },
  },
  outcomes: { approved: "批准", "approved-with-less": "缩减后批准", refused: "拒绝" },
  causes: {
    ...{ lapsed: "期限届满", revoked: "撤销", "post-left": "离任", review: "检讨后取消" },
    ...{ "machine-retired": "电脑停用", "break-glass-review": "紧急开通未获认可" },
    "handed-back": "交还",
  },
  labels: { unclassified: "非保密", RESTRICTED: "限阅", CONFIDENTIAL: "机密" },
  levels: { low: "低", high: "高" },
  scopes: { officer: "人员", post: "职位", group: "组别", machine: "电脑" },
  yes: "是",
  no: "否",
};

/** The words of files in every language. */
export const registerTexts: Readonly<Record<RegisterLanguage, RegisterTexts>> = {
  en,
  "zh-Hant": zhHant,
  "zh-Hans": zhHans,
};
