import { z } from "zod";
import { grantHours, grantScopes, requestLabels, requestStates, textsView } from "./fields.ts";

const instantView = z.number().int();

/** Somebody, as they are named beside other things. */
export const namedView = z.object({ user_id: z.string(), display_name: z.string().optional() });

/** A post, as it is named beside other things. */
export const postRefView = z.object({
  post_id: z.string(),
  code: z.string(),
  title_en: z.string(),
  title_zh: z.string(),
  department: z.string().optional(),
});

/** A department, division or section, as it is named beside other things. */
export const unitRefView = z.object({
  unit_id: z.string(),
  code: z.string(),
  name_en: z.string(),
  name_zh: z.string(),
});

/** A machine: `key` is its id, or `addr:` with the address of one that is not registered. */
export const machineRefView = z.object({
  key: z.string(),
  name: z.string().optional(),
  class: z.enum(["internal-desktop", "designated-machine", "personal-device"]),
});

/** A service that a request or a grant is about. */
export const serviceRefView = z.object({
  service_id: z.string(),
  category: z.string(),
  name: textsView,
  reason: textsView,
  clause: z.string(),
});

/** A way that needs no authorisation. */
export const saferRouteView = z.object({
  kind: z.enum(["chat-guest", "drop-link", "designated-machine"]),
  name: textsView,
  text: textsView,
});

/** How much a grant was used so far: counts, never what was done. `known` is false where no point reports yet. */
export const useView = z.object({
  known: z.boolean(),
  count: z.number().int(),
  last_day: z.string().optional(),
});

/** One thing that makes a request more or less of a risk, with what it counts. */
export const riskFactView = z.object({
  fact: z.enum([
    "label",
    "category",
    "upload",
    "days",
    "scope",
    "earlier-grants",
    "first-use",
    "ended-early",
    "similar-grants",
    "last-review",
    "break-glass",
  ]),
  points: z.number(),
  value: z.union([z.string(), z.number(), z.boolean()]),
});

/** Something that happened to a request or its grant. `by` is missing for what the server does by itself. */
export const stepView = z.object({
  state: z.enum(requestStates),
  at: instantView,
  by: namedView.optional(),
  reason: z.string().optional(),
});

/** An authorisation. */
export const grantView = z.object({
  grant_id: z.string(),
  request_id: z.string(),
  state: z.enum(["active", "extended", "revoked", "lapsed"]),
  scope: z.enum(grantScopes),
  officer: namedView,
  department: z.string(),
  posts: z.array(postRefView),
  units: z.array(unitRefView),
  machines: z.array(machineRefView),
  services: z.array(serviceRefView),
  sites: z.array(z.string()),
  hours: grantHours.optional(),
  upload: z.boolean(),
  begins: instantView,
  ends: instantView,
  ended: z
    .object({
      at: instantView,
      by: namedView.optional(),
      cause: z.enum([
        "lapsed",
        "revoked",
        "post-left",
        "review",
        "machine-retired",
        "break-glass-review",
        "handed-back",
      ]),
      reason: z.string().optional(),
    })
    .optional(),
  granted_by: namedView,
  granted_at: instantView,
  break_glass: z.boolean(),
  /** Until when a break-glass grant must be looked at, and what was found. */
  glass_review: z
    .object({
      due: instantView,
      by: namedView.optional(),
      at: instantView.optional(),
      verdict: z.enum(["justified", "not-justified"]).optional(),
      reason: z.string().optional(),
    })
    .optional(),
  last_reviewed: instantView.optional(),
  use: useView.optional(),
  /** What the caller may do with it now. */
  may: z.object({ extend: z.boolean(), revoke: z.boolean(), review: z.boolean() }),
});

/** What a decision gave, where it is not exactly what was asked for. */
export const termsView = z.object({
  scope: z.enum(grantScopes),
  until: instantView,
  upload: z.boolean(),
  hours: grantHours.optional(),
  services: z.array(z.string()),
  sites: z.array(z.string()),
});

/** A request with everything that whoever sees it may know. */
export const requestView = z.object({
  request_id: z.string(),
  /** Rises with every change: a decision may say which one it rests on. */
  version: z.number().int(),
  kind: z.enum(["request", "extension", "break-glass"]),
  state: z.enum(requestStates),
  level: z.enum(["low", "high"]),
  need: z.string(),
  label: z.enum(requestLabels),
  until: instantView,
  scope: z.enum(grantScopes),
  upload: z.boolean(),
  hours: grantHours.optional(),
  requester: namedView,
  post: postRefView,
  department: z.string(),
  posts: z.array(postRefView),
  units: z.array(unitRefView),
  machine: machineRefView,
  url: z.string().optional(),
  services: z.array(serviceRefView),
  sites: z.array(z.string()),
  risk: z.object({ level: z.enum(["low", "high"]), points: z.number(), facts: z.array(riskFactView) }),
  advice_needed: z.boolean(),
  advice: z
    .object({
      by: namedView,
      at: instantView,
      advice: z.enum(["support", "support-with-less", "oppose"]),
      reason: z.string().optional(),
    })
    .optional(),
  questions: z.array(
    z.object({
      by: namedView,
      at: instantView,
      question: z.string(),
      answer: z.string().optional(),
      answered_at: instantView.optional(),
    }),
  ),
  decision: z
    .object({
      outcome: z.enum(["approved", "approved-with-less", "refused"]),
      by: namedView,
      as: z.enum(["head", "acting-head", "delegate", "authority", "officer"]),
      via: z.enum(["page", "card", "reaction"]),
      at: instantView,
      reason: z.string().optional(),
      terms: termsView.optional(),
    })
    .optional(),
  /** Whose turn it is, while it is open. */
  waiting_for: z.enum(["requester", "adviser", "approver"]).optional(),
  advisers: z.array(namedView),
  /** Those who may decide now, whoever is asked first in front. Empty: nobody can at present. */
  approvers: z.array(namedView),
  escalated: instantView.optional(),
  /** The grant that is to be extended, for an extension. */
  extends: z.string().optional(),
  /** How the grant was used so far, for an extension. */
  use_so_far: useView.optional(),
  grant: grantView.optional(),
  steps: z.array(stepView),
  asked_at: instantView.optional(),
  changed_at: instantView,
  /** What the caller may do with it now; `step_up`: deciding asks for a fresh confirmation. */
  may: z.object({
    advise: z.boolean(),
    decide: z.boolean(),
    step_up: z.boolean(),
    answer: z.boolean(),
    withdraw: z.boolean(),
    ask: z.boolean(),
  }),
});

/** A request, as it is answered. */
export type RequestView = z.output<typeof requestView>;
/** A grant, as it is answered. */
export type GrantView = z.output<typeof grantView>;
/** Counts of use. */
export type UseView = z.output<typeof useView>;
/** Something that happened. */
export type StepView = z.output<typeof stepView>;
/** One risk fact. */
export type RiskFactView = z.output<typeof riskFactView>;
/** A safer route. */
export type SaferRouteView = z.output<typeof saferRouteView>;
/** A service beside a request. */
export type ServiceRefView = z.output<typeof serviceRefView>;
