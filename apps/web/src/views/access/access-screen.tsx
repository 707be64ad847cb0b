import "./access.css";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useMatchRoute, useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import type { JSX, ReactNode } from "react";
import { accessRoles } from "../../app/places.ts";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { grantsOf, requestsOf, type RequestList, type RequestView } from "../../client/access/access.ts";
import { briefText, momentText } from "../../i18n/dates.ts";
import { IconButton } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useRoles } from "../shell/use-roles.ts";
import { aboutText, nameOf } from "./words.ts";

/** How often the lists look for news; cards tell of it at once. */
export const NEWS_MS = 5000;

/** Access: what waits for one's decision, what one asked for, what is open; and the register for those who may read it. */
export function AccessScreen(): JSX.Element {
  const { t } = useTexts();
  const navigate = useNavigate();
  const isPart = useRoles().some((role) => accessRoles.includes(role));
  const isList = useMatchRoute()({ to: "/access" }) !== false;
  return (
    <div className="panes" data-detail={!isList}>
      <div className="pane pane--list">
        <header className="pane__header">
          <h1 className="pane__title">{t("place.access")}</h1>
          <IconButton
            icon={Plus}
            label={t("access.ask")}
            onPress={() => void navigate({ to: "/access/ask", search: {} })}
          />
        </header>
        <div className="access-list">
          {isPart ? (
            <>
              <Waiting list="to-decide" />
              <Waiting list="to-advise" />
              <Mine />
              <Grants />
            </>
          ) : null}
          <Places />
        </div>
      </div>
      {isList ? (
        <div className="pane pane--detail">
          <div className="empty">
            <p>{t("access.choose")}</p>
          </div>
        </div>
      ) : (
        <Outlet />
      )}
    </div>
  );
}

function useRequests(list: RequestList): readonly RequestView[] | undefined {
  const { api } = useWorkspace();
  const { data } = useQuery({
    queryKey: ["access", "requests", list],
    queryFn: () => requestsOf(api, list),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  return data;
}

function Section({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  return (
    <section className="access-list__section">
      <h2 className="access-list__title small quiet">{title}</h2>
      {children}
    </section>
  );
}

function Waiting({ list }: { list: "to-decide" | "to-advise" }): JSX.Element | null {
  const { t, locale } = useTexts();
  const requests = useRequests(list);
  if (requests === undefined || requests.length === 0) return null;
  return (
    <Section title={t(`access.${list}`)}>
      <ul className="access-list__items" aria-label={t(`access.${list}`)}>
        {requests.map((request) => (
          <li key={request.request_id}>
            <RequestLink request={request} detail={nameOf(request.requester)}>
              {aboutText(locale, request)}
            </RequestLink>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Mine(): JSX.Element {
  const { t, locale } = useTexts();
  const requests = useRequests("mine");
  return (
    <Section title={t("access.mine")}>
      {requests?.length === 0 ? <p className="small quiet access-list__none">{t("access.noneAsked")}</p> : null}
      <ul className="access-list__items" aria-label={t("access.mine")}>
        {requests?.map((request) => (
          <li key={request.request_id}>
            <RequestLink request={request} detail={t(`access.state.${request.state}`)}>
              {aboutText(locale, request)}
            </RequestLink>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function RequestLink(props: { request: RequestView; detail: string; children: ReactNode }): JSX.Element {
  const { request } = props;
  const { locale } = useTexts();
  return (
    <Link
      to="/access/requests/$requestId"
      params={{ requestId: request.request_id }}
      className="access-list__item"
      activeProps={{ className: "access-list__item access-list__item--here" }}
    >
      <span className="one-line">{props.children}</span>
      <span className="small quiet access-list__under">
        <bdi className="one-line">{props.detail}</bdi>
        <time dateTime={new Date(request.changed_at).toISOString()} title={momentText(locale, request.changed_at)}>
          {briefText(locale, request.changed_at, Date.now())}
        </time>
      </span>
    </Link>
  );
}

function Grants(): JSX.Element | null {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { data } = useQuery({
    queryKey: ["access", "grants"],
    queryFn: () => grantsOf(api),
    refetchInterval: NEWS_MS,
    retry: false,
  });
  if (data === undefined || data.length === 0) return null;
  return (
    <Section title={t("access.grants")}>
      <ul className="access-list__items" aria-label={t("access.grants")}>
        {data.map((grant) => (
          <li key={grant.grant_id}>
            <Link
              to="/access/grants/$grantId"
              params={{ grantId: grant.grant_id }}
              className="access-list__item"
              activeProps={{ className: "access-list__item access-list__item--here" }}
            >
              <span className="one-line">{aboutText(locale, grant)}</span>
              <span className="small quiet">{t("access.openUntil", { when: momentText(locale, grant.ends) })}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Who sees the rules and whether they are obeyed. */
const WATCHERS = ["dpo", "head", "ditso", "dso", "security-administrator", "system-administrator", "auditor"];
const READERS = ["auditor", "dpo", "head", "delegate", "ditso", "dso"];

function Places(): JSX.Element | null {
  const { t } = useTexts();
  const roles = useRoles();
  const has = (...wanted: readonly string[]): boolean => wanted.some((role) => roles.includes(role));
  const places = [
    ...(has(...READERS) ? [{ to: "/access/register" as const, name: t("access.register") }] : []),
    ...(has("head", "delegate", "ditso") ? [{ to: "/access/reviews" as const, name: t("access.reviews") }] : []),
    ...(has(...accessRoles) ? [{ to: "/access/looks" as const, name: t("access.looks") }] : []),
    { to: "/access/catalogue" as const, name: t("policy.catalogue") },
    ...(has(...WATCHERS)
      ? [
          { to: "/access/rules" as const, name: t("policy.rules") },
          { to: "/access/points" as const, name: t("access.points") },
        ]
      : []),
  ];
  return (
    <Section title={t("access.more")}>
      <ul className="access-list__items">
        {places.map(({ to, name }) => (
          <li key={to}>
            <Link
              to={to}
              className="access-list__item"
              activeProps={{ className: "access-list__item access-list__item--here" }}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}
