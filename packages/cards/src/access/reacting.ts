import type { Failure, RequestId, UserId } from "@causeway/base";
import type { RequestView } from "@causeway/contract";
import type { ReactionOutcome, Says } from "../ports.ts";
import { texts, type Texts } from "../texts.ts";
import type { CardAccess } from "./ports.ts";
import { highRiskHint, requestPage, type CardPlace } from "./request-cards.ts";
import { standingOf } from "./standing.ts";

/** Turns reactions into decisions: ✅ approves exactly as asked; everything else needs words, or a passkey, and so the card or the page. */
export class Reacting {
  #access: CardAccess;
  #place: () => CardPlace;

  constructor(access: CardAccess, place: () => CardPlace) {
    this.#access = access;
    this.#place = place;
  }

  /** What a reaction to the card of a decision comes to. Access decides whether the person may, and who was first. */
  async on(request: RequestId, user: UserId, says: Exclude<Says, "noted">): Promise<ReactionOutcome> {
    const place = this.#place();
    const page = place.pageOf(requestPage(request));
    const view = await this.#access.viewOf(request, user);
    if (view === undefined) return { taken: false, answer: NOT_YOURS };
    if (view.decision !== undefined) return this.#decidedAlready(view, user, says);
    if (!view.may.decide) return { taken: false, answer: notNow(standingOf(view, place).text, page) };
    if (view.level === "high") return { taken: false, answer: highRiskHint(page) };
    if (says === "no") return { taken: false, answer: needsReason(page) };
    const done = await this.#access.decide({
      ...{ by: user, request, decision: { decision: "approve" }, via: "reaction", confirmed: false },
    });
    return done.ok ? { taken: true } : await this.#refused(done.error, { request, user, says });
  }

  /** The same reaction again, after the server ended in the middle, needs no answer: the card says how it stands. */
  #decidedAlready(view: RequestView, user: UserId, says: Says): ReactionOutcome {
    const { decision } = view;
    const isTheirs = decision?.via === "reaction" && decision.by.user_id === user && says === "yes";
    return isTheirs ? { taken: true } : { taken: true, answer: alreadyDecided(standingOf(view, this.#place()).text) };
  }

  async #refused(
    error: Failure,
    of: { readonly request: RequestId; readonly user: UserId; readonly says: Says },
  ): Promise<ReactionOutcome> {
    const place = this.#place();
    const page = place.pageOf(requestPage(of.request));
    const now = await this.#access.viewOf(of.request, of.user);
    if (error.code === "NOT_PERMITTED" || error.code === "ACCESS_UNKNOWN" || now === undefined)
      return { taken: false, answer: NOT_YOURS };
    // Somebody else was faster: one decision stands, and this person is told which.
    if (now.decision !== undefined) return this.#decidedAlready(now, of.user, of.says);
    return { taken: false, answer: notNow(standingOf(now, place).text, page) };
  }
}

const NOT_YOURS: Texts = {
  en: "Nothing was recorded: this is not yours to decide now.",
  "zh-Hant-HK": "未有記錄：此事現時不由你決定。",
  "zh-Hans": "未作记录：此事目前不由您决定。",
};

function needsReason(page: string): Texts {
  return {
    en: `Nothing was recorded: refusing needs a reason. Say why here: ${page}`,
    "zh-Hant-HK": `未有記錄：拒絕須說明原因。請在此填寫：${page}`,
    "zh-Hans": `未作记录：拒绝须说明原因。请在此填写：${page}`,
  };
}

function inText(text: string | Texts, language: keyof Texts): string {
  return typeof text === "string" ? text : text[language];
}

function notNow(standing: string | Texts, page: string): Texts {
  const words: Texts = { en: "Nothing was recorded.", "zh-Hant-HK": "未有記錄。", "zh-Hans": "未作记录。" };
  return texts((language) => `${words[language]} ${inText(standing, language)}. ${page}`);
}

function alreadyDecided(standing: string | Texts): Texts {
  const words: Texts = {
    en: "This was decided before your answer:",
    "zh-Hant-HK": "在你回應之前已有決定：",
    "zh-Hans": "在您回应之前已有决定：",
  };
  return texts((language) => `${words[language]} ${inText(standing, language)}`);
}
