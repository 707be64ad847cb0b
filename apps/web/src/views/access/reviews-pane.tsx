import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { judge, reviewsOf, type GrantView, type ReviewView } from "../../client/access/access.ts";
import { reasonOf } from "../../client/refusal.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { AccessPane, AccessWaiting } from "./pane.tsx";
import { aboutText, nameOf } from "./words.ts";

/** The quarter's review of necessity: each grant is kept or dropped, the unused ones first. */
export function ReviewsPane(): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const { data, error } = useQuery({ queryKey: ["access", "reviews"], queryFn: () => reviewsOf(api), retry: false });
  if (data === undefined) return <AccessWaiting title={t("access.reviews")} error={error} />;
  return (
    <AccessPane title={t("access.reviews")}>
      {data.length === 0 ? <p>{t("access.noReviews")}</p> : null}
      {data.map((review) => (
        <Review key={review.review_id} review={review} />
      ))}
    </AccessPane>
  );
}

function Review({ review }: { review: ReviewView }): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const queries = useQueryClient();
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const give = async (verdict: "keep" | "drop", grant: string): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    await judge(api, review.review_id, { [verdict]: [grant] }).catch((error: unknown) =>
      setFault(t("app.refused", { reason: reasonOf(error) })),
    );
    await queries.invalidateQueries({ queryKey: ["access"] });
    setBusy(false);
  };
  const done = review.kept + review.dropped;
  return (
    <section className="access__review" aria-labelledby={review.review_id}>
      <h2 id={review.review_id} className="access__heading">
        {review.department} · {review.quarter}
      </h2>
      <p className="small quiet">
        {t("access.reviewDue", { when: momentText(locale, review.due) })} ·{" "}
        {t("access.reviewDone", { done, all: done + review.grants.length })}
      </p>
      <p role="alert" className="fault small">
        {fault}
      </p>
      <ul className="access__judged">
        {review.grants.map((grant) => (
          <Judged
            key={grant.grant_id}
            grant={grant}
            isBusy={isBusy}
            onVerdict={(verdict) => void give(verdict, grant.grant_id)}
          />
        ))}
      </ul>
    </section>
  );
}

function Judged(props: {
  grant: GrantView;
  isBusy: boolean;
  onVerdict: (verdict: "keep" | "drop") => void;
}): JSX.Element {
  const { grant } = props;
  const { t, locale } = useTexts();
  const about = `${aboutText(locale, grant)}, ${nameOf(grant.officer)}`;
  const use = grant.use?.known === true ? t("access.uses", { count: grant.use.count }) : t("access.useUnknown");
  return (
    <li className="access__judge">
      <span>
        <strong>{aboutText(locale, grant)}</strong> · <bdi>{nameOf(grant.officer)}</bdi>
        <span className="small quiet access__under">
          {use} · {t("access.openUntil", { when: momentText(locale, grant.ends) })}
        </span>
      </span>
      <span className="access__actions">
        <Button
          aria-label={`${t("access.keep")}: ${about}`}
          isBusy={props.isBusy}
          onPress={() => props.onVerdict("keep")}
        >
          {t("access.keep")}
        </Button>
        <Button
          look="danger"
          aria-label={`${t("access.drop")}: ${about}`}
          isBusy={props.isBusy}
          onPress={() => props.onVerdict("drop")}
        >
          {t("access.drop")}
        </Button>
      </span>
    </li>
  );
}
