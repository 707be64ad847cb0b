import { z } from "zod";

/**
 * The two parts of an `mxc://` URI in a path. Any text passes here: what is not one of ours is "not found" rather than
 * "malformed", so that an outsider learns nothing from the difference.
 */
export const mediaParams: z.ZodObject<{ serverName: z.ZodString; mediaId: z.ZodString }> = z.object({
  serverName: z.string().max(2048),
  mediaId: z.string().max(2048),
});

/** How long the caller waits for a file that is still being uploaded (client-server API, "Content repository"). */
export const timeoutMs: z.ZodType<number, string | undefined> = z
  .string()
  .regex(/^[0-9]{1,15}$/, "not a whole number of milliseconds")
  .transform(Number)
  .prefault("20000");
