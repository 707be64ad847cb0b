import { z } from "zod";
import { keptText } from "../fields.ts";
import { code, time } from "../directory/fields.ts";
import { machineClasses } from "../directory/machines.ts";

/** The longest list of an edition, and of what is in it. */
export const policyLimits = {
  services: 5_000,
  hosts: 100_000,
  rules: 2_000,
  /** Bytes of an edition. */
  bytes: 16_777_216,
} as const;

/** An id that people choose: `google-drive`. */
export const slug: z.ZodType<string, string> = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?$/, "an id is of up to 24 small letters, digits and hyphens");
/** The id of a service as policies have it: the centre's own ids, those of a department with its own behind a dot. */
export const serviceId: z.ZodType<string, string> = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,23}(?:\.un_[A-Za-z0-9_-]{5,37})?$/, "not the id of a service");
const line = keptText(400);
const host = z.string().min(1).max(253);
const program = keptText(300);

/** A text in the three languages. */
export const texts = z.strictObject({ en: line, zhHant: line, zhHans: line });
/** A host rule. */
export const hostRule = z.strictObject({ kind: z.enum(["exact", "suffix"]), host });

const apps = z.strictObject({
  windows: z
    .strictObject({
      publisher: program.optional(),
      packageFamilyName: program.optional(),
      executables: z.array(program).max(100).optional(),
    })
    .optional(),
  macos: z.strictObject({ bundleId: program.optional(), teamId: program.optional() }).optional(),
  android: z.array(program).max(100).optional(),
  ios: z.array(program).max(100).optional(),
});

/** A service as an edition of the catalogue has it. */
export const catalogueService = z.strictObject({
  id: slug,
  category: slug,
  name: texts,
  reason: texts,
  clause: keptText(100),
  hosts: z.array(hostRule).max(policyLimits.hosts),
  exempt: z.array(hostRule).max(1_000).default([]),
  apps: apps.default({}),
  addresses: z.array(z.string().max(64)).max(1_000).default([]),
  grantable: z.boolean().default(true),
});
/** A service as an edition of the catalogue has it. */
export type CatalogueService = z.output<typeof catalogueService>;

/** Hours of the day, in the installation's own time. */
export const hours = z.strictObject({
  days: z.array(z.number().int().min(1).max(7)).min(1).max(7),
  from: z.number().int().min(0).max(1439),
  to: z.number().int().min(0).max(1440),
});

/** A rule as an edition of the policy has it. A department by its code or its id. */
export const ruleOfEdition = z.strictObject({
  id: slug,
  service: serviceId.optional(),
  category: slug.optional(),
  department: code.optional(),
  machineClass: z.enum(machineClasses).optional(),
  effect: z.enum(["blocked", "allowed", "conditional"]),
  conditions: z.strictObject({ hours: hours.optional(), upload: z.boolean().optional() }).optional(),
  clause: keptText(100),
  /** True: nothing is refused by it yet, what it would refuse is counted. */
  observe: z.boolean().optional(),
  from: time.optional(),
  until: time.optional(),
});
/** A rule as an edition of the policy has it. */
export type RuleOfEdition = z.output<typeof ruleOfEdition>;

/** What an edition of the catalogue says. */
export const catalogueContent = z.strictObject({ services: z.array(catalogueService).max(policyLimits.services) });
/** What an edition of the catalogue says. */
export type CatalogueContent = z.output<typeof catalogueContent>;

/** What an edition of the policy says. The centre alone says where nothing is enforced yet, and where bare addresses are allowed. */
export const policyContent = z.strictObject({
  rules: z.array(ruleOfEdition).max(policyLimits.rules),
  observe: z
    .strictObject({ everywhere: z.boolean().default(false), departments: z.array(code).max(1_000).default([]) })
    .default({ everywhere: false, departments: [] }),
  addressesAllowedOn: z.array(z.enum(machineClasses)).max(3).default(["designated-machine", "personal-device"]),
});
/** What an edition of the policy says. */
export type PolicyContent = z.output<typeof policyContent>;

/** Whose edition: that of a department by its code, or the centre's. */
export const ofDepartment = z.object({ department: code.optional() });
/** A published version. */
export const editionNumber: z.ZodType<number, string> = z
  .string()
  .regex(/^[1-9][0-9]{0,8}$/, "not a version")
  .transform(Number);
/** What is compared: a version, or the draft. */
export const comparable: z.ZodType<number | "draft", string> = z.union([editionNumber, z.literal("draft")]);
/** What is said of a new edition. */
export const publishing = z.strictObject({
  /** The draft as it was read: another one is not published by mistake. */
  revision: z.number().int().min(1),
  /** From when on; at once when left out or in the past. */
  effective: time.optional(),
  note: keptText(1_000).optional(),
});
