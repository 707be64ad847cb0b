import { ok, type Result } from "@causeway/base";
import {
  askLook,
  beginReview,
  decideLook,
  endLook,
  judgeReview,
  listLooks,
  listReviews,
  readLook,
  readRegister,
  registerChart,
  registerCsv,
  registerPdf,
  silenceLook,
  type RegisterFilter,
  type RegisterLanguage,
} from "@causeway/contract";
import { HttpReply, serve, type Answer, type Caller, type Route } from "@causeway/platform";
import { createHash } from "node:crypto";
import type { AccessCore } from "./core.ts";
import type { Looking } from "./looking.ts";
import type { Register } from "./register.ts";
import { registerCsvOf } from "./register-csv.ts";
import { registerPdfOf } from "./register-pdf.ts";
import type { Reviewing } from "./reviewing.ts";

const MAX_PAGE = 200;

/** The register, reviews and looks. */
export function registerRoutes(
  core: AccessCore,
  parts: { readonly register: Register; readonly reviewing: Reviewing; readonly looking: Looking },
): readonly Route[] {
  const { register, reviewing } = parts;
  return [
    serve(readRegister, ({ caller, query }) => {
      const { limit, from, ...filter } = query;
      return register.page(caller.user, filter, { limit: Math.max(1, Math.min(limit, MAX_PAGE)), from });
    }),
    serve(registerCsv, ({ caller, query }) => exported(core, register, { caller, query, format: "csv" })),
    serve(registerPdf, ({ caller, query }) => exported(core, register, { caller, query, format: "pdf" })),
    serve(registerChart, async ({ caller, query }) => {
      const { step, ...filter } = query;
      const points = await register.chart(caller.user, filter, step);
      return points.ok ? ok({ step, points: points.value }) : points;
    }),
    serve(listReviews, ({ caller, query }) => reviewing.list(caller.user, query.department)),
    serve(beginReview, ({ caller, body }) => reviewing.begin(caller.user, body.department)),
    serve(judgeReview, ({ caller, params, body }) => {
      const { keep, drop, reason } = body;
      return reviewing.judge(caller.user, params.reviewId, { keep, drop, reason });
    }),
    ...lookRoutes(core, parts.looking),
  ];
}

/** A file of the register; that somebody took one is recorded with what was in it. */
async function exported(
  core: AccessCore,
  register: Register,
  of: {
    readonly caller: Caller;
    readonly query: RegisterFilter & { readonly language: RegisterLanguage };
    readonly format: "csv" | "pdf";
  },
): Promise<Answer> {
  const { language, ...filter } = of.query;
  const { user } = of.caller;
  const rows = await register.all(user, filter);
  if (!rows.ok) return rows;
  const now = core.now();
  const style = { language, utcOffsetMinutes: core.options.limits.utcOffsetMinutes };
  const body =
    of.format === "csv" ? registerCsvOf(rows.value, style) : await registerPdfOf(rows.value, { ...style, now });
  const digest = createHash("sha256").update(body).digest("hex");
  await core.commit((tx) => {
    const facts = { format: of.format, rows: rows.value.length, digest };
    core.options.audit(tx, { act: "register.exported", by: user, on: "register", at: now, facts });
  });
  const name = `register-${new Date(now).toISOString().slice(0, 10)}.${of.format}`;
  const type = of.format === "csv" ? "text/csv; charset=utf-8" : "application/pdf";
  return ok(
    new HttpReply({
      headers: {
        "content-type": type,
        "content-disposition": `attachment; filename="${name}"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
      body,
    }),
  );
}

function lookRoutes(core: AccessCore, looking: Looking): readonly Route[] {
  /** Decides once the caller has confirmed exactly this. */
  const confirmed = async (
    may: Result<unknown>,
    of: { readonly caller: Caller; readonly operation: string; readonly auth: unknown; readonly ip: string },
    act: () => Promise<Answer>,
  ): Promise<Answer> => {
    if (!may.ok) return may;
    const { caller, operation, auth, ip } = of;
    const stepped = await core.options.stepUp(caller, operation, { auth, ip });
    return stepped.done ? await act() : ok(stepped.reply);
  };
  return [
    serve(askLook, ({ caller, body }) => looking.ask(caller.user, body)),
    serve(listLooks, ({ caller, query }) => looking.list(caller.user, query.list)),
    serve(decideLook, async ({ caller, params, body, ip }) => {
      const { decision, reason, auth } = body;
      const operation = `look ${params.lookId} ${decision}`;
      return await confirmed(await looking.decidable(caller.user, params.lookId), { caller, operation, auth, ip }, () =>
        looking.decide(caller.user, params.lookId, { allow: decision === "allow", reason }),
      );
    }),
    serve(readLook, ({ caller, params }) => looking.read(caller.user, params.lookId)),
    serve(endLook, ({ caller, params }) => looking.end(caller.user, params.lookId)),
    serve(silenceLook, async ({ caller, params, body, ip }) => {
      const { reason, auth } = body;
      return await confirmed(
        await looking.silenceable(caller.user, params.lookId),
        { caller, operation: `look ${params.lookId} silence`, auth, ip },
        () => looking.silence(caller.user, params.lookId, reason),
      );
    }),
  ];
}
