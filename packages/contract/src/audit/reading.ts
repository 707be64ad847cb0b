import { z } from "zod";
import { endpoint } from "../endpoint.ts";
import { queryBool, queryInt, userId } from "../fields.ts";
import { auditActs, type AuditAct } from "./acts.ts";

const thing = z.string().regex(/^[A-Za-z0-9!$][A-Za-z0-9!$_.:~/+=-]{0,254}$/, "not the id of a thing");
const act = z.string().refine((text): text is AuditAct => Object.hasOwn(auditActs, text), "not an act");
const time = queryInt({ min: 0, max: Number.MAX_SAFE_INTEGER });
const page = {
  /** Entries below this index: `next` of the page before. */
  before: queryInt({ min: 0, max: Number.MAX_SAFE_INTEGER }).optional(),
  limit: queryInt({ min: 1, max: 200 }).default(50),
};

const Value = z.object({ kind: z.enum(["user", "text"]), salt: z.string(), value: z.string() });
const Entry = z.object({
  index: z.number(),
  id: z.string(),
  act: z.string(),
  at: z.number(),
  by: z.string(),
  on: z.string(),
  facts: z.record(z.string(), z.unknown()),
  /** The values behind salted hashes, by where those stand. One that is missing was erased. */
  disclosed: z.record(z.string(), Value).optional(),
});
const Entries = z.object({ entries: z.array(Entry), next: z.number().optional() });

/** `GET /causeway/v1/audit/entries`. */
export const listAuditEntries = endpoint({
  method: "GET",
  path: "/causeway/v1/audit/entries",
  access: { action: "audit.read" },
  summary:
    "What was recorded, by thing, act and time: how often, or with show=entries each entry, the newest first. Who and why are disclosed for one thing at a time, and that is recorded.",
  query: z.object({
    show: z.enum(["counts", "entries"]).default("counts"),
    on: thing.optional(),
    act: act.optional(),
    from: time.optional(),
    until: time.optional(),
    disclose: queryBool.default(false),
    ...page,
  }),
  output: z.union([
    z.object({ counts: z.array(z.object({ act: z.string(), count: z.number() })), total: z.number() }),
    Entries,
  ]),
  errors: ["NOT_PERMITTED"],
  rate: "read",
});

/** `GET /causeway/v1/audit/people/{userId}/entries`. */
export const listAuditOfPerson = endpoint({
  method: "GET",
  path: "/causeway/v1/audit/people/:userId/entries",
  access: { action: "audit.read" },
  summary:
    "The entries that somebody stands in: only under a look that two people have approved; each use is recorded.",
  params: z.object({ userId }),
  query: z.object(page),
  output: Entries,
  errors: ["NOT_PERMITTED", "LOOK_NOT_APPROVED"],
  rate: "read",
});

/** `GET /causeway/v1/audit/proofs?on=…`. */
export const getAuditProof = endpoint({
  method: "GET",
  path: "/causeway/v1/audit/proofs",
  access: { action: "audit.prove" },
  summary:
    "A file that proves every entry about one thing or a few, to be checked offline with the log's public key (`causeway verify-audit --proof FILE`).",
  query: z.object({
    on: z.union([thing.transform((one) => [one]), z.array(thing).min(1).max(20)]),
    /** With who and why, as far as they have not been erased. */
    disclose: queryBool.default(false),
  }),
  errors: ["NOT_PERMITTED", "M_NOT_FOUND", "M_TOO_LARGE"],
  rate: "read",
});

/** `POST /causeway/v1/audit/cosignatures`. */
export const addCosignature = endpoint({
  method: "POST",
  path: "/causeway/v1/audit/cosignatures",
  access: { open: "only the signature of a configured witness is taken, and it proves itself" },
  summary: "Takes a checkpoint of the log that outside witnesses have signed, as text.",
  body: z.string(),
  bodyKind: "text",
  maxBodyBytes: 65_536,
  output: z.object({ witnesses: z.array(z.string()), size: z.number() }),
  errors: ["AUDIT_COSIGNATURE_REFUSED"],
  rate: "write",
});
