import {
  useInfiniteQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
} from "@tanstack/react-query";
import { useState } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import {
  actOnAnnouncement,
  announcementsOf,
  type AnnouncementAct,
  type AnnouncementList,
  type AnnouncementPage,
} from "../../client/announcements/announcements.ts";
import { reasonOf, retryAfterOf } from "../../client/refusal.ts";
import { momentText } from "../../i18n/dates.ts";
import { useTexts } from "../../ui/texts.tsx";

/** How often lists look for news; a card in the chat tells of each announcement at once. */
const NEWS_MS = 15_000;

/** Announcements, a page at a time. */
export function useAnnouncements(
  list: AnnouncementList,
): UseInfiniteQueryResult<InfiniteData<AnnouncementPage, string | undefined>> {
  const { api } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["announcements", list],
    queryFn: ({ pageParam }) => announcementsOf(api, list, { from: pageParam }),
    initialPageParam: undefined as string | undefined, // the first page begins at the newest
    getNextPageParam: ({ next }) => next,
    refetchInterval: NEWS_MS,
    retry: false,
  });
}

/** Does something with an announcement, and says what went wrong. */
export function useAnnouncementAct(): {
  readonly run: (id: string, act: AnnouncementAct) => Promise<void>;
  readonly busy: AnnouncementAct | undefined;
  readonly fault: string | undefined;
} {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const queries = useQueryClient();
  const [busy, setBusy] = useState<AnnouncementAct>();
  const [fault, setFault] = useState<string>();
  const run = async (id: string, act: AnnouncementAct): Promise<void> => {
    setBusy(act);
    setFault(undefined);
    try {
      await actOnAnnouncement(api, id, act);
    } catch (error) {
      const wait = retryAfterOf(error);
      setFault(
        wait === undefined || act !== "chase"
          ? t("app.refused", { reason: reasonOf(error) })
          : t("announce.remindAgain", { when: momentText(locale, Date.now() + wait) }),
      );
    }
    await queries.invalidateQueries({ queryKey: ["announcements"] });
    setBusy(undefined);
  };
  return { run, busy, fault };
}
