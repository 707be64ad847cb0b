import type { GrantView, RequestView } from "@causeway/contract";
import type { CardState } from "../card.ts";
import { timeTexts } from "../dates.ts";
import { oneLine, type Texts } from "../texts.ts";
import { inEach, leftText, nameOf } from "./words.ts";

/** How much of what somebody wrote stands in a state. */
const MAX_REASON = 120;

function because(reason: string | undefined): Texts {
  const said = reason === undefined ? "" : oneLine(reason, MAX_REASON);
  return inEach((_say, language) => {
    if (said === "") return "";
    return language === "en" ? `: ${said}` : `：${said}`;
  });
}

/** How a request stands, in one line; `left` when its grant is about to end. */
export function standingOf(
  view: RequestView,
  how: { readonly utcOffsetMinutes: number; readonly left?: string | undefined },
): CardState {
  const grant = view.grant;
  if (grant !== undefined) return grantStanding(view, grant, how);
  const { decision } = view;
  if (decision?.outcome === "refused") {
    const why = because(decision.reason);
    const by = nameOf(decision.by);
    return {
      tone: "bad",
      text: {
        en: `Refused by ${by}${why.en}`,
        "zh-Hant-HK": `${by} 已拒絕${why["zh-Hant-HK"]}`,
        "zh-Hans": `${by} 已拒绝${why["zh-Hans"]}`,
      },
    };
  }
  if (decision !== undefined) return { tone: "good", text: approvedBy(nameOf(decision.by)) };
  if (view.state === "withdrawn")
    return { tone: "neutral", text: { en: "Withdrawn", "zh-Hant-HK": "已撤回", "zh-Hans": "已撤回" } };
  if (view.state === "lapsed")
    return {
      tone: "neutral",
      text: {
        en: "Lapsed: it was not decided in time",
        "zh-Hant-HK": "已失效：未能及時決定",
        "zh-Hans": "已失效：未能及时决定",
      },
    };
  return waiting(view);
}

function approvedBy(by: string): Texts {
  return { en: `Approved by ${by}`, "zh-Hant-HK": `${by} 已批准`, "zh-Hans": `${by} 已批准` };
}

function waiting(view: RequestView): CardState {
  switch (view.waiting_for) {
    case "adviser":
      return {
        tone: "warn",
        text: {
          en: "Waiting for the DITSO's advice",
          "zh-Hant-HK": "等候部門資訊科技保安主任的意見",
          "zh-Hans": "等候部门信息科技安全主任的意见",
        },
      };
    case "requester": {
      const question = because(view.questions.at(-1)?.question);
      const asked: Texts = { en: "Waiting for an answer", "zh-Hant-HK": "等候答覆", "zh-Hans": "等候答复" };
      return { tone: "warn", text: inEach((say) => `${say(asked)}${say(question)}`) };
    }
    default: {
      const [first] = view.approvers;
      const name = first === undefined ? undefined : nameOf(first);
      return {
        tone: "warn",
        text:
          name === undefined
            ? {
                en: "Waiting: nobody can decide at present",
                "zh-Hant-HK": "等候中：目前無人可作決定",
                "zh-Hans": "等候中：目前无人可作决定",
              }
            : {
                en: `Waiting for a decision by ${name}`,
                "zh-Hant-HK": `等候 ${name} 決定`,
                "zh-Hans": `等候 ${name} 决定`,
              },
      };
    }
  }
}

function grantStanding(
  view: RequestView,
  grant: GrantView,
  how: { readonly utcOffsetMinutes: number; readonly left?: string | undefined },
): CardState {
  const ends = timeTexts(grant.ends, how.utcOffsetMinutes);
  if (grant.ended !== undefined) return endStanding(grant, grant.ended, how.utcOffsetMinutes);
  if (how.left !== undefined) {
    const left = leftText(how.left);
    return {
      tone: "warn",
      text: {
        en: `Ends in ${left.en}: ${ends.en}`,
        "zh-Hant-HK": `${left["zh-Hant-HK"]}後結束：${ends["zh-Hant-HK"]}`,
        "zh-Hans": `${left["zh-Hans"]}后结束：${ends["zh-Hans"]}`,
      },
    };
  }
  const by = nameOf(view.decision?.by ?? grant.granted_by);
  const less = view.decision?.outcome === "approved-with-less";
  return {
    tone: "good",
    text: {
      en: `${less ? "Approved with less" : "Approved"} by ${by} until ${ends.en}`,
      "zh-Hant-HK": `${by} 已${less ? "部分" : ""}批准，至 ${ends["zh-Hant-HK"]}`,
      "zh-Hans": `${by} 已${less ? "部分" : ""}批准，至 ${ends["zh-Hans"]}`,
    },
  };
}

function endStanding(grant: GrantView, ended: NonNullable<GrantView["ended"]>, utcOffsetMinutes: number): CardState {
  const at = timeTexts(ended.at, utcOffsetMinutes);
  if (ended.cause === "lapsed")
    return {
      tone: "neutral",
      text: {
        en: `Lapsed ${at.en}`,
        "zh-Hant-HK": `已於 ${at["zh-Hant-HK"]} 屆滿`,
        "zh-Hans": `已于 ${at["zh-Hans"]} 届满`,
      },
    };
  if (ended.cause === "handed-back")
    return {
      tone: "neutral",
      text: {
        en: `Handed back ${at.en}`,
        "zh-Hant-HK": `已於 ${at["zh-Hant-HK"]} 交還`,
        "zh-Hans": `已于 ${at["zh-Hans"]} 交还`,
      },
    };
  const why = because(ended.reason);
  const by = ended.by === undefined ? "" : ` ${nameOf(ended.by)}`;
  return {
    tone: "bad",
    text: inEach((say, language) => {
      if (language === "en") return `Revoked${by === "" ? "" : ` by${by}`} ${at.en}${say(why)}`;
      const word = language === "zh-Hans" ? "已撤销" : "已撤銷";
      return `${word}${by}（${say(at)}）${say(why)}`;
    }),
  };
}
