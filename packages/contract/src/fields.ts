import {
  parseDeviceId,
  parseEventId,
  parseRoomAlias,
  parseRoomId,
  parseUserId,
  type DeviceId,
  type EventId,
  type RoomAlias,
  type RoomId,
  type UserId,
} from "@causeway/base";
import { z } from "zod";

/** A text of its own type, read by its parser. */
export function branded<T extends string>(parse: (text: string) => T | undefined, what: string): z.ZodType<T, string> {
  return z.string().transform((text, context): T => {
    const parsed = parse(text);
    if (parsed !== undefined) return parsed;
    context.addIssue({ code: "custom", message: `not a valid ${what}` });
    return z.NEVER;
  });
}

/** A user id, historical ones included. */
export const userId: z.ZodType<UserId, string> = branded(parseUserId, "user id");
/** A room id of any room version. */
export const roomId: z.ZodType<RoomId, string> = branded(parseRoomId, "room id");
/** An event id of any room version. */
export const eventId: z.ZodType<EventId, string> = branded(parseEventId, "event id");
/** A room alias. */
export const roomAlias: z.ZodType<RoomAlias, string> = branded(parseRoomAlias, "room alias");
/** A device id. */
export const deviceId: z.ZodType<DeviceId, string> = branded(parseDeviceId, "device id");
/** A text that is kept as it is: not empty, without NUL and lone surrogates, which databases do not hold. */
export function keptText(maxLength: number): z.ZodType<string, string> {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .refine((text) => !text.includes("\0") && text.isWellFormed(), "has characters that cannot be kept");
}
/** Any JSON object. */
export const jsonObject: z.ZodType<Record<string, unknown>, Record<string, unknown>> = z.record(
  z.string(),
  z.unknown(),
);
/** A whole number in a query string, within bounds. */
export function queryInt(bounds: { min: number; max: number }): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^-?[0-9]{1,15}$/, "not a whole number")
    .transform(Number)
    .refine((n) => n >= bounds.min, `less than ${bounds.min}`)
    .transform((n) => Math.min(n, bounds.max));
}
/** `true` or `false` in a query string. */
export const queryBool: z.ZodType<boolean, string> = z.enum(["true", "false"]).transform((text) => text === "true");
