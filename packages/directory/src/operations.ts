import { failure, ok, type UserId } from "@causeway/base";
import { operation, type Operations } from "@causeway/platform";
import { z } from "zod";
import { grantRole, type OperatorParts } from "./operators.ts";

const MAX_TEXT = 255;
const text = z.string().min(1).max(MAX_TEXT);

/** What operators do with the directory, by the names of their commands. */
export function directoryOperations(
  parts: OperatorParts & { readonly userOf: (name: string) => UserId | undefined },
): Operations {
  return {
    "grant-role": operation(
      z.strictObject({ user: text, role: text, department: text.optional() }),
      async ({ user: name, role, department }) => {
        const user = parts.userOf(name);
        if (user === undefined) return failure("M_NOT_FOUND", "There is no such account.");
        const done = await grantRole(parts, { user, role, department });
        return done.ok ? ok({ userId: user, role: done.value.role }) : done;
      },
    ),
  };
}
