import { useEffect, useState, type RefObject } from "react";
import type { VirtualizerHandle } from "virtua";
import type { TimelineModel } from "../../client/timeline/timeline.ts";

/** Frames to wait for a row that the list has yet to draw. */
const MOST_FRAMES = 90;
/** So long a row must have kept the focus to be the one that stays. */
const STEADY_FRAMES = 8;

/** Shows a message in the middle and puts the focus on it, wherever in the history it is; whether there is no such message. */
export function useJump(
  at: string | undefined,
  parts: {
    readonly timeline: TimelineModel;
    readonly scroller: RefObject<HTMLDivElement | null>;
    readonly list: RefObject<VirtualizerHandle | null>;
    readonly leaveEnd: () => void;
  },
): boolean {
  const { timeline, scroller, list, leaveEnd } = parts;
  const [missing, setMissing] = useState<string>();
  useEffect(() => {
    if (at === undefined) return;
    let isOver = false;
    const show = async (): Promise<void> => {
      leaveEnd();
      const isThere = await timeline.openAt(at);
      if (isOver) return;
      if (!isThere) {
        setMissing(at);
        return;
      }
      let steady = 0;
      for (let frame = 0; frame < MOST_FRAMES && !isOver && steady < STEADY_FRAMES; frame += 1) {
        const place = timeline.snapshot().items.findIndex((item) => item.kind === "message" && item.id === at);
        if (place >= 0 && steady === 0) list.current?.scrollToIndex(place, { align: "center" });
        await nextFrame();
        // Rows come and go while the list finds its place: the one that stays gets the focus.
        const row = rowOf(scroller.current, at);
        steady = row !== undefined && document.activeElement === row ? steady + 1 : 0;
        if (row !== undefined && steady === 0) row.focus({ preventScroll: true });
      }
      mark(rowOf(scroller.current, at));
    };
    void show();
    return () => {
      isOver = true;
    };
  }, [at, timeline, scroller, list, leaveEnd]);
  return missing !== undefined && missing === at;
}

/** The row of a message, when it is in sight. */
function rowOf(scroller: HTMLElement | null, id: string): HTMLElement | undefined {
  const row = scroller?.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
  if (scroller === null || row === null || row === undefined) return undefined;
  const [inner, outer] = [row.getBoundingClientRect(), scroller.getBoundingClientRect()];
  return inner.bottom > outer.top && inner.top < outer.bottom ? row : undefined;
}

function mark(row: HTMLElement | undefined): void {
  if (row === undefined) return;
  row.classList.add("message--sought");
  row.addEventListener("animationend", () => row.classList.remove("message--sought"), { once: true });
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
  });
}
