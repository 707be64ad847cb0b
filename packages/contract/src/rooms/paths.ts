import { z } from "zod";
import { roomId } from "../fields.ts";

/** The path of an endpoint of one room. */
export function inRoom(rest: string): string {
  return `/_matrix/client/v3/rooms/:roomId${rest}`;
}

/** Path parameters of an endpoint of one room. */
export const roomParams: z.ZodObject<{ roomId: typeof roomId }> = z.object({ roomId });
/** A transaction id: chosen by the client, opaque. */
export const txnId: z.ZodString = z.string().min(1).max(255);
/** Servers to ask; there may be one or several. */
export const via: z.ZodType<readonly string[], string | string[] | undefined> = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((given) => (given === undefined ? [] : typeof given === "string" ? [given] : given));
