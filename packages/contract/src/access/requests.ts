import { z } from "zod";
import { postId, time, unitId } from "../directory/fields.ts";
import { endpoint } from "../endpoint.ts";
import {
  grantHours,
  grantScopes,
  requestId,
  requestLabels,
  requestStates,
  saidLabel,
  serviceId,
  stepUpAuth,
  words,
} from "./fields.ts";
import { machineRefView, namedView, postRefView, requestView, saferRouteView, serviceRefView } from "./views.ts";

const BASE = "/causeway/v1/access/requests";
const ofRequest = z.object({ requestId });

/** Where somebody was stopped. */
const url = z.string().min(1).max(4096);
/** What the proxy's page says of the machine that was stopped, signed. */
const machineHint = z.string().min(1).max(1024);

/** What a request says. Who asks, the machine and the risk are found by the server. */
export const requestInput = z.strictObject({
  /** The need. */
  need: words,
  /** The label of the data. */
  label: saidLabel,
  /** Until when. */
  until: time,
  /** The page that was stopped; http or https. Its service is found by its host; a host of no service is asked for as a site. */
  url: url.optional(),
  /** Services by their ids, instead of a page or beside it. */
  services: z.array(serviceId).max(20).default([]),
  /** The post in which somebody asks; left out, their only one, else the one that they hold longest. */
  post: postId.optional(),
  scope: z.enum(grantScopes).default("officer"),
  /** For the scope `post`: the posts; their own when left out. */
  posts: z.array(postId).max(100).default([]),
  /** For the scope `group`: divisions or sections. */
  units: z.array(unitId).max(20).default([]),
  /** Whether files are to go out. */
  upload: z.boolean().default(false),
  hours: grantHours.optional(),
  machine_hint: machineHint.optional(),
  /** Keeps it without asking yet. */
  draft: z.boolean().default(false),
});

/** What a request says. */
export type RequestInput = z.output<typeof requestInput>;

/** What a decision changes of what was asked for; only ever less. */
export const lessInput = z.strictObject({
  until: time.optional(),
  upload: z.literal(false).optional(),
  hours: grantHours.optional(),
  scope: z.literal("officer").optional(),
  services: z.array(serviceId).min(1).max(20).optional(),
});

/** What a decision changes. */
export type LessInput = z.output<typeof lessInput>;

/** A decision. */
export const decisionInput = z.discriminatedUnion("decision", [
  z.object({ decision: z.literal("approve"), reason: words.optional() }),
  z.object({ decision: z.literal("approve-less"), less: lessInput, reason: words.optional() }),
  z.object({ decision: z.literal("ask"), question: words }),
  z.object({ decision: z.literal("refuse"), reason: words }),
]);

/** A decision. */
export type DecisionInput = z.output<typeof decisionInput>;

const asking = [
  "ACCESS_TARGET_REFUSED",
  "ACCESS_LABEL_TOO_HIGH",
  "ACCESS_UNTIL_REFUSED",
  "ACCESS_MACHINE_HINT_REFUSED",
  "ACCESS_TOO_MANY",
  "NOT_PERMITTED",
] as const;

/** What is known of a request before it is made. */
export const preparedView = z.object({
  services: z.array(serviceRefView),
  sites: z.array(z.string()),
  machine: machineRefView,
  posts: z.array(postRefView),
  safer_routes: z.array(saferRouteView),
  labels: z.array(z.enum(requestLabels)),
  /** The longest time that can be asked for, in days. */
  max_days: z.number(),
  approvers: z.array(namedView),
  /** A grant that is in force for this already. */
  open_grant: z.string().optional(),
  break_glass_minutes: z.number(),
});

/** What is known of a request before it is made. */
export type PreparedView = z.output<typeof preparedView>;

/** `POST …/requests/prepare`: what the page shows before somebody asks. */
export const prepareRequest = endpoint({
  method: "POST",
  path: `${BASE}/prepare`,
  access: { action: "access.use" },
  summary:
    "What is known of a request before it is made: the service, the machine, the posts, who would decide, safer routes.",
  body: z.object({
    url: url.optional(),
    services: z.array(serviceId).max(20).default([]),
    post: postId.optional(),
    machine_hint: machineHint.optional(),
  }),
  output: preparedView,
  errors: ["ACCESS_TARGET_REFUSED", "ACCESS_MACHINE_HINT_REFUSED", "NOT_PERMITTED"],
  rate: "read",
});

/** `POST …/requests`. */
export const makeRequest = endpoint({
  method: "POST",
  path: BASE,
  access: { action: "access.use" },
  summary: "Asks for an authorisation, or keeps a draft of it.",
  body: requestInput,
  output: requestView,
  errors: [...asking],
  rate: "write",
});

/** `POST …/break-glass`: opens at once, for a short time; the DITSO is told, and looks at it within a week. */
export const breakGlass = endpoint({
  method: "POST",
  path: "/causeway/v1/access/break-glass",
  access: { action: "access.use" },
  summary:
    "Opens a service for the caller at once and for a short time; the DITSO is told and reviews it within a week.",
  body: requestInput.pick({
    need: true,
    label: true,
    url: true,
    services: true,
    post: true,
    upload: true,
    machine_hint: true,
  }),
  output: requestView,
  errors: [...asking],
  rate: "write",
});

/** `GET …/requests`. */
export const listRequests = endpoint({
  method: "GET",
  path: BASE,
  access: { action: "access.use" },
  summary:
    "One's own requests (`mine`), those that wait for the caller's decision (`to-decide`) or advice (`to-advise`), newest first.",
  query: z.object({
    list: z.enum(["mine", "to-decide", "to-advise"]).default("mine"),
    state: z.enum(requestStates).optional(),
    limit: z
      .string()
      .regex(/^[0-9]{1,4}$/)
      .transform(Number)
      .default(50),
    from: requestId.optional(),
  }),
  output: z.object({ requests: z.array(requestView), next: z.string().optional() }),
  errors: ["ACCESS_UNKNOWN"],
  rate: "read",
});

/** `GET …/requests/{requestId}`. */
export const getRequest = endpoint({
  method: "GET",
  path: `${BASE}/:requestId`,
  access: { action: "access.use", on: "requestId" },
  summary: "A request, for whoever asked, advises, decides or may read the register of its department.",
  params: ofRequest,
  output: requestView,
  errors: ["ACCESS_UNKNOWN"],
  rate: "read",
});

/** `PUT …/requests/{requestId}`: changes a draft. */
export const changeDraft = endpoint({
  method: "PUT",
  path: `${BASE}/:requestId`,
  access: { action: "access.use", on: "requestId" },
  summary: "Changes a draft of one's own.",
  params: ofRequest,
  body: requestInput,
  output: requestView,
  errors: [...asking, "ACCESS_UNKNOWN", "ACCESS_STATE"],
  rate: "write",
});

/** `POST …/requests/{requestId}/ask`: sends a draft. */
export const askDraft = endpoint({
  method: "POST",
  path: `${BASE}/:requestId/ask`,
  access: { action: "access.use", on: "requestId" },
  summary: "Sends a draft of one's own.",
  params: ofRequest,
  bodyOptional: true,
  output: requestView,
  errors: [...asking, "ACCESS_UNKNOWN", "ACCESS_STATE"],
  rate: "write",
});

/** `POST …/requests/{requestId}/withdraw`. */
export const withdrawRequest = endpoint({
  method: "POST",
  path: `${BASE}/:requestId/withdraw`,
  access: { action: "access.use", on: "requestId" },
  summary: "Takes back a request of one's own that is not decided.",
  params: ofRequest,
  body: z.object({ reason: words.optional() }),
  bodyOptional: true,
  output: requestView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_STATE", "ACCESS_DECIDED"],
  rate: "write",
});

/** `POST …/requests/{requestId}/answer`. */
export const answerQuestion = endpoint({
  method: "POST",
  path: `${BASE}/:requestId/answer`,
  access: { action: "access.use", on: "requestId" },
  summary: "Answers the question that was asked about one's own request.",
  params: ofRequest,
  body: z.object({ answer: words }),
  output: requestView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_STATE", "ACCESS_DECIDED"],
  rate: "write",
});

/** `POST …/requests/{requestId}/advise`. */
export const adviseRequest = endpoint({
  method: "POST",
  path: `${BASE}/:requestId/advise`,
  access: { action: "access.advise", on: "requestId" },
  summary: "The DITSO's advice on a request of the department.",
  params: ofRequest,
  body: z.object({
    advice: z.enum(["support", "support-with-less", "oppose"]),
    reason: words.optional(),
    version: z.number().int().min(1).optional(),
  }),
  output: requestView,
  errors: ["ACCESS_UNKNOWN", "ACCESS_STATE", "ACCESS_DECIDED", "ACCESS_REASON_NEEDED", "NOT_PERMITTED"],
  rate: "write",
});

/** `POST …/requests/{requestId}/decide`. */
export const decideRequest = endpoint({
  method: "POST",
  path: `${BASE}/:requestId/decide`,
  access: { action: "access.use", on: "requestId" },
  summary:
    "Decides a request: approve, approve less, ask, refuse. One of high risk asks for a fresh confirmation (401 with the stages, as user-interactive authentication does).",
  params: ofRequest,
  body: z.intersection(
    z.object({
      /** The version that was seen; another one is refused. */
      version: z.number().int().min(1).optional(),
      via: z.enum(["page", "card"]).default("page"),
      auth: stepUpAuth,
    }),
    decisionInput,
  ),
  output: requestView,
  errors: [
    "ACCESS_UNKNOWN",
    "ACCESS_STATE",
    "ACCESS_DECIDED",
    "ACCESS_ADVICE_NEEDED",
    "ACCESS_NOT_LESS",
    "NOT_PERMITTED",
  ],
  rate: "write",
});
