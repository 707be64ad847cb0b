import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Laptop, MessageCirclePlus, Upload, type LucideIcon } from "lucide-react";
import { useState, type FormEvent, type JSX } from "react";
import { Input, Label, TextField } from "react-aria-components";
import type { PreparedView } from "@causeway/contract";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { askFor, breakGlass, type Wish } from "../../client/access/access.ts";
import { prepare } from "../../client/access/prepared.ts";
import { reasonOf } from "../../client/refusal.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useStepUp } from "../step-up/step-up.tsx";
import { AccessPane, Facts } from "./pane.tsx";
import { aboutText, nameOf, textFor } from "./words.ts";

/** Asking for a blocked service: what is known is shown, safer routes stand first, and three things are asked. */
export function AskPane(): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { url, machine_hint: hint, service } = useSearch({ from: "/access/ask" });
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState(url ?? "");
  const about = {
    ...(asked === "" ? {} : { url: withScheme(asked) }),
    ...(service === undefined ? {} : { services: [service] }),
    ...(hint === undefined ? {} : { machine_hint: hint }),
  };
  const isNamed = asked !== "" || service !== undefined;
  const { data, error } = useQuery({
    queryKey: ["access", "prepare", about],
    queryFn: () => prepare(api, about),
    enabled: isNamed,
    retry: false,
  });
  return (
    <AccessPane title={t("access.ask")}>
      {isNamed ? null : (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            setAsked(typed.trim());
          }}
        >
          <Field
            label={t("access.site")}
            hint={t("access.siteHint")}
            value={typed}
            onChange={setTyped}
            isIdentifier
            autoFocus
          />
          <div>
            <Button type="submit" look="main" isDisabled={typed.trim() === ""}>
              {t("access.next")}
            </Button>
          </div>
        </form>
      )}
      {error === null ? null : (
        <p role="alert" className="fault">
          {t("app.refused", { reason: reasonOf(error) })}
        </p>
      )}
      {error !== null && url === undefined ? (
        <div>
          <Button onPress={() => setAsked("")}>{t("access.other")}</Button>
        </div>
      ) : null}
      {data === undefined ? null : (
        <>
          <h2 className="access__about">{aboutText(locale, { services: data.services, sites: data.sites })}</h2>
          {data.services.map(({ service_id: id, reason, clause }) => (
            <p key={id} className="access__reason">
              {textFor(locale, reason)} <span className="small quiet">{t("access.clause", { clause })}</span>
            </p>
          ))}
          <SaferRoutes routes={data.safer_routes} />
          {data.open_grant === undefined ? (
            <AskForm prepared={data} about={about} />
          ) : (
            <AlreadyOpen grant={data.open_grant} />
          )}
        </>
      )}
    </AccessPane>
  );
}

/** People type `web.whatsapp.com`. */
function withScheme(text: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/]*:\d+/.test(text) ? text : `https://${text}`;
}

const ROUTE_ICONS: Readonly<Record<PreparedView["safer_routes"][number]["kind"], LucideIcon>> = {
  "chat-guest": MessageCirclePlus,
  "drop-link": Upload,
  "designated-machine": Laptop,
};

function SaferRoutes({ routes }: { routes: PreparedView["safer_routes"] }): JSX.Element | null {
  const { t, locale } = useTexts();
  if (routes.length === 0) return null;
  return (
    <section className="access__routes" aria-labelledby="safer-routes">
      <h3 id="safer-routes">{t("access.safer")}</h3>
      <ul>
        {routes.map(({ kind, name, text }) => {
          const Icon = ROUTE_ICONS[kind];
          return (
            <li key={kind} className="access__route">
              <Icon size={20} aria-hidden />
              <span>
                <strong>{textFor(locale, name)}</strong> <span className="quiet">{textFor(locale, text)}</span>
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const DAY_MS = 86_400_000;

function dayAfter(days: number): string {
  const date = new Date(Date.now() + days * DAY_MS);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
}

function AskForm(props: {
  prepared: PreparedView;
  about: Pick<Wish, "url" | "services" | "machine_hint">;
}): JSX.Element {
  const { prepared, about } = props;
  const { t } = useTexts();
  const { api } = useWorkspace();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const confirming = useStepUp();
  const [need, setNeed] = useState("");
  const [label, setLabel] = useState<PreparedView["labels"][number]>("unclassified");
  const [day, setDay] = useState(() => dayAfter(Math.min(7, Math.floor(prepared.max_days))));
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const send = async (work: () => Promise<{ request_id: string } | undefined>): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      const made = await work();
      await queries.invalidateQueries({ queryKey: ["access"] });
      if (made !== undefined)
        await navigate({ to: "/access/requests/$requestId", params: { requestId: made.request_id } });
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
    }
    setBusy(false);
  };
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    const until = Math.min(new Date(`${day}T23:59:00`).getTime(), Date.now() + prepared.max_days * DAY_MS - 60_000);
    void send(() => askFor(api, { ...about, need: need.trim(), label, until }));
  };
  const emergency = (): void =>
    void send(() => confirming.run((auth) => breakGlass(api, { ...about, need: need.trim(), label }, auth)));
  return (
    <form className="form" onSubmit={ask}>
      <Known prepared={prepared} />
      <Field
        label={t("access.need")}
        hint={t("access.needHint")}
        value={need}
        onChange={setNeed}
        lines={3}
        autoFocus
        isRequired
      />
      <Choice
        label={t("access.label")}
        value={label}
        options={prepared.labels.map((id) => ({ id, text: <LabelMark label={id} /> }))}
        onChange={setLabel}
      />
      <TextField className="field" value={day} onChange={setDay} isRequired>
        <Label>{t("access.until")}</Label>
        <Input type="date" min={dayAfter(0)} max={dayAfter(Math.floor(prepared.max_days))} />
      </TextField>
      <p role="alert" className="fault small">
        {fault}
      </p>
      <div className="access__actions">
        <Button type="submit" look="main" isBusy={isBusy} isDisabled={need.trim() === ""}>
          {t("access.send")}
        </Button>
      </div>
      <Emergency prepared={prepared} isDisabled={need.trim() === "" || isBusy} onOpen={emergency} />
      {confirming.dialog}
    </form>
  );
}

function AlreadyOpen({ grant }: { grant: string }): JSX.Element {
  const { t } = useTexts();
  return (
    <p className="notice">
      {t("access.alreadyOpen")}{" "}
      <Link to="/access/grants/$grantId" params={{ grantId: grant }}>
        {t("access.seeGrant")}
      </Link>
    </p>
  );
}

/** Break-glass: it opens at once, and others are told. */
function Emergency(props: { prepared: PreparedView; isDisabled: boolean; onOpen: () => void }): JSX.Element {
  const { t } = useTexts();
  return (
    <details className="access__glass">
      <summary className="small">{t("access.glass")}</summary>
      <p>{t("access.glassHow", { minutes: props.prepared.break_glass_minutes })}</p>
      <Button look="danger" onPress={props.onOpen} isDisabled={props.isDisabled}>
        {t("access.glassOpen")}
      </Button>
    </details>
  );
}

function Known({ prepared }: { prepared: PreparedView }): JSX.Element {
  const { t } = useTexts();
  const [post] = prepared.posts;
  const [approver] = prepared.approvers;
  return (
    <Facts
      facts={[
        post === undefined ? undefined : [t("access.post"), post.code],
        [t("access.machine"), prepared.machine.name ?? prepared.machine.key.replace(/^addr:/, "")],
        [t("access.approver"), approver === undefined ? t("access.noApprover") : nameOf(approver)],
      ]}
    />
  );
}
