import {
  parseAppointmentId,
  parseDelegationId,
  parseMachineId,
  parsePostId,
  parseReorganisationId,
  parseRoleGrantId,
  parseUnitId,
  instant,
  type AppointmentId,
  type DelegationId,
  type Instant,
  type MachineId,
  type PostId,
  type ReorganisationId,
  type RoleGrantId,
  type UnitId,
} from "@causeway/base";
import { z } from "zod";
import { branded } from "../fields.ts";

/** The id of a department, division or section. */
export const unitId: z.ZodType<UnitId, string> = branded(parseUnitId, "id of a unit");
/** The id of a post. */
export const postId: z.ZodType<PostId, string> = branded(parsePostId, "id of a post");
/** The id of an appointment. */
export const appointmentId: z.ZodType<AppointmentId, string> = branded(parseAppointmentId, "id of an appointment");
/** The id of a role that was given. */
export const roleGrantId: z.ZodType<RoleGrantId, string> = branded(parseRoleGrantId, "id of a role that was given");
/** The id of a delegation. */
export const delegationId: z.ZodType<DelegationId, string> = branded(parseDelegationId, "id of a delegation");
/** The id of a machine. */
export const machineId: z.ZodType<MachineId, string> = branded(parseMachineId, "id of a machine");
/** The id of a merger or split. */
export const reorganisationId: z.ZodType<ReorganisationId, string> = branded(
  parseReorganisationId,
  "id of a reorganisation",
);

const MAX_NAME = 200;
const MAX_CODE = 40;
// NOTE Controls, line ends, and characters that turn or hide text: a name is shown beside other people's words.
const UNSHOWABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/u;
const CODE = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}()&.,/ _+-]*$/u;

/** Reads a name or a title in its one normal form (NFC, single spaces, none around it); undefined when it cannot be shown safely or is too long. */
export function parseName(text: string): string | undefined {
  const plain = text.normalize("NFC");
  if (UNSHOWABLE.test(plain)) return undefined;
  const name = plain.replace(/\s+/gu, " ").trim();
  return name.length <= MAX_NAME ? name : undefined;
}

/** Reads the code of a department, a unit or a post in its one normal form, such as `SEO(IT)3`; undefined when it is none. */
export function parseCode(text: string): string | undefined {
  const code = parseName(text);
  return code !== undefined && code.length <= MAX_CODE && CODE.test(code) ? code : undefined;
}

function text(parse: (given: string) => string | undefined, what: string): z.ZodType<string, string> {
  return z
    .string()
    .max(1000)
    .transform((given, context): string => {
      const parsed = parse(given);
      if (parsed !== undefined) return parsed;
      context.addIssue({ code: "custom", message: `not a valid ${what}` });
      return z.NEVER;
    });
}

/** A name or title, possibly empty. */
export const name: z.ZodType<string, string> = text(parseName, "name");
/** The code of a department, a unit or a post. */
export const code: z.ZodType<string, string> = text(parseCode, "code");
/** A time: milliseconds since 1970, at most the year 9999. */
export const time: z.ZodType<Instant, number> = z
  .number()
  .int()
  .min(0)
  .max(253_402_300_799_000)
  .transform((ms): Instant => instant(ms));

/** Names in both languages; one of them may be left out or empty. */
export const names = z.object({ name_en: name.default(""), name_zh: name.default("") });

/** Whether something has a name in either language. */
export function isNamed(given: { readonly name_en: string; readonly name_zh: string }): boolean {
  return given.name_en !== "" || given.name_zh !== "";
}
