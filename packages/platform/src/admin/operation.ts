import { failure, type Result } from "@causeway/base";
import type { z } from "zod";

/** Something that an operator may have a server do: takes and gives JSON. */
export type Operation = (input: unknown) => Promise<Result<unknown>>;

/** Operations by the name of their command. */
export type Operations = Readonly<Record<string, Operation>>;

/** An operation whose input is parsed first. */
export function operation<Input>(schema: z.ZodType<Input>, run: (input: Input) => Promise<Result<unknown>>): Operation {
  return async (input) => {
    const parsed = schema.safeParse(input);
    if (parsed.success) return await run(parsed.data);
    const issue = parsed.error.issues[0];
    return failure("M_INVALID_PARAM", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
  };
}
