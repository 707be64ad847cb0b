import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { announcementOf, type AnnouncementView } from "../../client/announcements/announcements.ts";
import { nameFor } from "../../client/directory/people.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Waiting } from "../administration/parts.tsx";
import { DetailPane } from "../shell/detail-pane.tsx";
import { Standing, sumOf } from "./announcements-pane.tsx";
import { useAnnouncementAct } from "./use-announcements.ts";
import { announcedText, officeText } from "./words.ts";

/** How often the numbers are asked for while somebody looks at them. */
const NEWS_MS = 5000;

/** One announcement: to be noted by its readers, and how far it is for those who answer for it. */
export function AnnouncementPane(): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const navigate = useNavigate();
  const { announcementId } = useParams({ from: "/chat/announcements/$announcementId" });
  const { run, busy, fault } = useAnnouncementAct();
  const { data, error } = useQuery({
    queryKey: ["announcements", "one", announcementId],
    queryFn: () => announcementOf(api, announcementId),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  const title = data === undefined ? t("announce.title") : announcedText(locale, data.title);
  return (
    <DetailPane title={title} className="announcements" onBack={() => void navigate({ to: "/chat/announcements" })}>
      {data === undefined ? (
        <Waiting error={error} />
      ) : (
        <>
          <p className="small quiet">
            <bdi>{t("announce.from", { office: officeText(locale, data) })}</bdi> ·{" "}
            <time dateTime={new Date(data.posted_at).toISOString()}>{momentText(locale, data.posted_at)}</time>
          </p>
          <p className="announcements__body" dir="auto">
            {announcedText(locale, data.body)}
          </p>
          <div role="status">
            <Standing announcement={data} />
          </div>
          <p role="alert" className="fault">
            {fault}
          </p>
          {data.noted_at === null && data.withdrawn_at === undefined ? (
            <div>
              <Button look="main" isBusy={busy === "ack"} onPress={() => void run(announcementId, "ack")}>
                {t("announce.note")}
              </Button>
            </div>
          ) : null}
          {data.progress === undefined ? null : (
            <Progress
              announcement={data}
              progress={data.progress}
              busy={busy}
              onChase={() => void run(announcementId, "chase")}
              onWithdraw={() => void run(announcementId, "withdraw")}
            />
          )}
        </>
      )}
    </DetailPane>
  );
}

type ProgressView = NonNullable<AnnouncementView["progress"]>;

function Progress(props: {
  announcement: AnnouncementView;
  progress: ProgressView;
  busy: string | undefined;
  onChase: () => void;
  onWithdraw: () => void;
}): JSX.Element {
  const { t, locale } = useTexts();
  const [isAsking, setAsking] = useState(false);
  const { announcement, progress, busy } = props;
  const isOpen = announcement.withdrawn_at === undefined;
  const missing = progress.readers - progress.noted;
  return (
    <section className="announcements__section" aria-labelledby="announce-progress">
      <h2 id="announce-progress" className="announcements__heading">
        {t("announce.progress")}
      </h2>
      <Bar name={t("announce.progress")} sum={progress} isAll />
      <ul className="announcements__list" aria-labelledby="announce-progress">
        {progress.divisions.map((one) => (
          <li key={`${one.department} ${one.division ?? ""}`}>
            <Bar name={nameFor(locale, { en: one.name_en, zh: one.name_zh })} sum={one} />
          </li>
        ))}
      </ul>
      {progress.waiting === 0 ? null : (
        <p className="small quiet">{t("announce.onTheWay", { count: progress.waiting })}</p>
      )}
      <p className="small quiet">{t("announce.countsOnly")}</p>
      <p className="small">
        {progress.chased_at === undefined
          ? t("announce.neverReminded")
          : t("announce.reminded", { count: progress.chases, when: momentText(locale, progress.chased_at) })}
      </p>
      {missing === 0 ? <p>{t("announce.all")}</p> : null}
      {isOpen ? (
        <div className="announcements__actions">
          {missing === 0 ? null : (
            <Button look="main" isBusy={busy === "chase"} onPress={props.onChase}>
              {t("announce.remind", { count: missing })}
            </Button>
          )}
          <Button look="danger" isBusy={busy === "withdraw"} onPress={() => setAsking(true)}>
            {t("announce.takeBack")}
          </Button>
        </div>
      ) : null}
      {isAsking ? (
        <Confirm
          question={t("announce.takeBackSure", { title: announcedText(locale, announcement.title) })}
          action={t("announce.takeBack")}
          onYes={props.onWithdraw}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </section>
  );
}

/** How far one division is, as a bar and in numbers. */
function Bar(props: {
  name: string;
  sum: { readonly noted: number; readonly readers: number; readonly percent: number };
  isAll?: boolean;
}): JSX.Element {
  const { t } = useTexts();
  const { name, sum, isAll = false } = props;
  const text = t("announce.count", sumOf(sum));
  return (
    <div className="announcements__bar">
      <span className="announcements__bar-words">
        {isAll ? <strong>{text}</strong> : <bdi>{name}</bdi>}
        {isAll ? null : <span className="announcements__sum">{text}</span>}
      </span>
      <progress
        max={Math.max(1, sum.readers)}
        value={sum.readers === 0 ? 1 : sum.noted}
        aria-label={`${name}: ${text}`}
      />
    </div>
  );
}
