import type { Planning } from "./changes.ts";
import { isInForce } from "./live-state.ts";
import type { EndedRights } from "./ports.ts";

/** Who loses what by a change that is planned; undefined when nobody loses anything. */
export function endedRights({ draft, actor, now }: Planning): EndedRights | undefined {
  const touched = draft.touched();
  const left = touched.flatMap((one) => {
    if (one.kind !== "appointments" || one.before === undefined || !isInForce(one.before, now)) return [];
    const { userId: user, post } = one.now;
    // Whoever acted in a post may have got it.
    const stays = draft.openAppointmentsOf(user, now).some((other) => other.post === post && isInForce(other, now));
    return stays ? [] : [{ user, post }];
  });
  const abolished = touched.flatMap((one) =>
    one.kind === "posts" && one.now.ended !== undefined && one.before?.ended === undefined ? [one.now.id] : [],
  );
  const retired = touched.flatMap((one) =>
    one.kind === "machines" && one.now.retired !== undefined && one.before?.retired === undefined ? [one.now.id] : [],
  );
  if (left.length + abolished.length + retired.length === 0) return undefined;
  return { left, abolished, retired, by: actor.kind === "person" ? actor.user : undefined, at: now };
}
