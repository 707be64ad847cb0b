import { ArrowUp } from "lucide-react";
import { useEffect, useState, type JSX, type RefObject } from "react";
import type { TimelineModel } from "../../client/timeline/timeline.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** How long the list is given to find its place before it is said that something is out of sight. */
const SETTLE_MS = 300;

/** The way to the first unread message, while that is further up than what is in sight. */
export function UnreadAbove(props: {
  at: string | undefined;
  timeline: TimelineModel;
  scroller: RefObject<HTMLDivElement | null>;
  onGo: (id: string) => void;
}): JSX.Element | null {
  const { at, timeline, scroller, onGo } = props;
  const { t } = useTexts();
  const [isAbove, setAbove] = useState(false);
  useEffect(() => {
    const area = scroller.current;
    if (at === undefined || area === null) return;
    const look = (): void => {
      const line = area.querySelector(".timeline__unread")?.getBoundingClientRect();
      if (line !== undefined && line.bottom > area.getBoundingClientRect().top) timeline.unreadSeen();
      else setAbove(true);
    };
    const timer = setTimeout(look, SETTLE_MS);
    area.addEventListener("scroll", look, { passive: true });
    return () => {
      clearTimeout(timer);
      area.removeEventListener("scroll", look);
    };
  }, [at, timeline, scroller]);
  if (at === undefined || !isAbove) return null;
  return (
    <div className="timeline__unread-above">
      <Button icon={ArrowUp} onPress={() => onGo(at)}>
        {t("timeline.firstUnread")}
      </Button>
    </div>
  );
}
