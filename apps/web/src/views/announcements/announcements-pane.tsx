import { Link, useNavigate } from "@tanstack/react-router";
import { SquarePen } from "lucide-react";
import { useId, type JSX, type ReactNode } from "react";
import type { AnnouncementList, AnnouncementView } from "../../client/announcements/announcements.ts";
import { announcerRoles } from "../../client/announcements/audience.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Waiting } from "../administration/parts.tsx";
import { DetailPane } from "../shell/detail-pane.tsx";
import { useRoles } from "../shell/use-roles.ts";
import { useAnnouncementAct, useAnnouncements } from "./use-announcements.ts";
import { announcedText, officeText } from "./words.ts";

/** What is still to be noted, what was; and for those who announce, what they sent and how far it is. */
export function AnnouncementsPane(): JSX.Element {
  const { t } = useTexts();
  const navigate = useNavigate();
  const roles = useRoles();
  const mayWrite = announcerRoles.some((role) => roles.includes(role));
  return (
    <DetailPane
      title={t("announce.title")}
      className="announcements"
      onBack={() => void navigate({ to: "/chat" })}
      action={
        mayWrite ? (
          <Button look="main" icon={SquarePen} onPress={() => void navigate({ to: "/chat/announcements/new" })}>
            {t("announce.write")}
          </Button>
        ) : null
      }
    >
      <ToMe />
      {mayWrite ? <Sent /> : null}
    </DetailPane>
  );
}

function ToMe(): JSX.Element {
  const { t } = useTexts();
  const { data, error } = useAnnouncements("to-me");
  const { run, busy, fault } = useAnnouncementAct();
  if (data === undefined) return <Waiting error={error} />;
  const all = data.pages.flatMap(({ announcements }) => announcements);
  const isOpen = (one: AnnouncementView): boolean => one.noted_at === null && one.withdrawn_at === undefined;
  const open = all.filter(isOpen);
  const past = all.filter((one) => !isOpen(one));
  return (
    <>
      <Section title={t("announce.waiting")}>
        {(title) => (
          <>
            {open.length === 0 ? <p className="quiet">{t("announce.noneToNote")}</p> : null}
            <p role="alert" className="fault small">
              {fault}
            </p>
            <ul className="announcements__list" aria-labelledby={title}>
              {open.map((one) => (
                <ToNote
                  key={one.announcement_id}
                  announcement={one}
                  isBusy={busy !== undefined}
                  onNote={() => void run(one.announcement_id, "ack")}
                />
              ))}
            </ul>
          </>
        )}
      </Section>
      {past.length === 0 ? null : (
        <Section title={t("announce.noted")}>
          {(title) => (
            <ul className="announcements__list" aria-labelledby={title}>
              {past.map((one) => (
                <Row key={one.announcement_id} announcement={one} />
              ))}
            </ul>
          )}
        </Section>
      )}
      <More list="to-me" />
    </>
  );
}

function Section(props: { title: string; children: (titleId: string) => ReactNode }): JSX.Element {
  const id = useId();
  return (
    <section className="announcements__section">
      <h2 id={id} className="announcements__heading">
        {props.title}
      </h2>
      {props.children(id)}
    </section>
  );
}

function ToNote(props: { announcement: AnnouncementView; isBusy: boolean; onNote: () => void }): JSX.Element {
  const { t, locale } = useTexts();
  const { announcement } = props;
  const title = announcedText(locale, announcement.title);
  return (
    <li className="announcements__open">
      <Words announcement={announcement} />
      <p className="announcements__body" dir="auto">
        {announcedText(locale, announcement.body)}
      </p>
      <Button look="main" aria-label={t("announce.noteOne", { title })} isBusy={props.isBusy} onPress={props.onNote}>
        {t("announce.note")}
      </Button>
    </li>
  );
}

/** Title, office, and by when or since when. */
function Words({ announcement }: { announcement: AnnouncementView }): JSX.Element {
  const { t, locale } = useTexts();
  const { announcement_id: id, posted_at: posted } = announcement;
  return (
    <div className="announcements__words">
      <Link to="/chat/announcements/$announcementId" params={{ announcementId: id }} className="announcements__title">
        <bdi>{announcedText(locale, announcement.title)}</bdi>
      </Link>
      <span className="small quiet">
        <bdi>{t("announce.from", { office: officeText(locale, announcement) })}</bdi> ·{" "}
        <time dateTime={new Date(posted).toISOString()}>{momentText(locale, posted)}</time>
      </span>
      <Standing announcement={announcement} />
    </div>
  );
}

/** Until when it is to be noted, or what became of it. */
export function Standing({ announcement }: { announcement: AnnouncementView }): JSX.Element | null {
  const { t, locale } = useTexts();
  const { due, noted_at: noted, withdrawn_at: withdrawn } = announcement;
  const when = (at: number): { when: string } => ({ when: momentText(locale, at) });
  if (withdrawn !== undefined) return <span className="small">{t("announce.withdrawn", when(withdrawn))}</span>;
  if (typeof noted === "number") return <span className="small">{t("announce.notedAt", when(noted))}</span>;
  if (due === undefined) return null;
  return due < Date.now() ? (
    <strong className="small announcements__late">{t("announce.overdue", when(due))}</strong>
  ) : (
    <span className="small">{t("announce.due", when(due))}</span>
  );
}

function Row({ announcement }: { announcement: AnnouncementView }): JSX.Element {
  return (
    <li className="announcements__row">
      <Words announcement={announcement} />
    </li>
  );
}

function Sent(): JSX.Element {
  const { t } = useTexts();
  const { data, error } = useAnnouncements("sent");
  if (data === undefined) return <Waiting error={error} />;
  const all = data.pages.flatMap(({ announcements }) => announcements);
  return (
    <>
      <Section title={t("announce.sent")}>
        {(title) => (
          <>
            {all.length === 0 ? <p className="quiet">{t("announce.noneSent")}</p> : null}
            <ul className="announcements__list" aria-labelledby={title}>
              {all.map((one) => (
                <li key={one.announcement_id} className="announcements__row">
                  <Words announcement={one} />
                  {one.progress === undefined ? null : (
                    <span className="announcements__sum">{t("announce.count", sumOf(one.progress))}</span>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </Section>
      <More list="sent" />
    </>
  );
}

/** The numbers of everybody together, or of one division. */
export function sumOf(of: {
  readonly noted: number;
  readonly readers: number;
  readonly percent: number;
}): Record<"noted" | "readers" | "percent", number> {
  return { noted: of.noted, readers: of.readers, percent: of.percent };
}

function More({ list }: { list: AnnouncementList }): JSX.Element | null {
  const { t } = useTexts();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = useAnnouncements(list);
  return hasNextPage ? (
    <div>
      <Button isBusy={isFetchingNextPage} onPress={() => void fetchNextPage()}>
        {t("announce.more")}
      </Button>
    </div>
  ) : null;
}
