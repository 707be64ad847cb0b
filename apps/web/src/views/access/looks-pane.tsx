import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type JSX } from "react";
import { Input, Label, TextField } from "react-aria-components";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { actOnLook, askLook, looksOf, recordsOf, type LookList, type LookView } from "../../client/access/access.ts";
import { serverOf } from "../../client/people.ts";
import { parseUserIds } from "../../client/rooms/user-ids.ts";
import { reasonOf } from "../../client/refusal.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { PeopleField } from "../people/people-field.tsx";
import { useRoles } from "../shell/use-roles.ts";
import { useStepUp } from "../step-up/step-up.tsx";
import { GrantFacts } from "./grant-pane.tsx";
import { AccessPane } from "./pane.tsx";
import { Written } from "./written.tsx";
import { nameOf } from "./words.ts";

const ASKERS = ["auditor", "dso", "ditso", "security-administrator"];

/** Looking at one person's records: two people, a reason and an end; and what was looked at of oneself. */
export function LooksPane(): JSX.Element {
  const { t } = useTexts();
  const roles = useRoles();
  return (
    <AccessPane title={t("access.looks")}>
      <p className="quiet">{t("access.looksWhy")}</p>
      {roles.some((role) => ASKERS.includes(role)) ? <AskLook /> : null}
      <Looks list="to-decide" />
      <Looks list="mine" />
      <Looks list="about-me" />
    </AccessPane>
  );
}

function Looks({ list }: { list: LookList }): JSX.Element | null {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const { data } = useQuery({ queryKey: ["access", "looks", list], queryFn: () => looksOf(api, list), retry: false });
  if (data === undefined || (data.length === 0 && list !== "about-me")) return null;
  return (
    <section aria-labelledby={`looks-${list}`}>
      <h2 id={`looks-${list}`} className="access__heading">
        {t(`access.looks.${list}`)}
      </h2>
      {data.length === 0 ? <p className="small quiet">{t("access.noLooks")}</p> : null}
      <ul className="access__judged">
        {data.map((look) => (
          <Look key={look.look_id} look={look} list={list} />
        ))}
      </ul>
    </section>
  );
}

function Look({ look, list }: { look: LookView; list: LookList }): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const queries = useQueryClient();
  const confirming = useStepUp();
  const [fault, setFault] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  const act = async (what: Parameters<typeof actOnLook>[2]): Promise<void> => {
    setFault(undefined);
    await confirming
      .run((auth) => actOnLook(api, { id: look.look_id, auth }, what))
      .catch((error: unknown) => setFault(t("app.refused", { reason: reasonOf(error) })));
    await queries.invalidateQueries({ queryKey: ["access"] });
  };
  return (
    <li className="access__look">
      <p>
        <strong>{nameOf(look.person)}</strong> · {t(`access.look.${look.state}`)} ·{" "}
        <span className="small quiet">
          {t("access.lookBy", { name: nameOf(look.asked_by), when: momentText(locale, look.until) })}
        </span>
      </p>
      <p>{look.reason}</p>
      <p role="alert" className="fault small">
        {fault}
      </p>
      {list === "to-decide" && look.state === "asked" ? (
        <Written
          title={t("access.yourDecision")}
          label={t("access.reasonOptional")}
          isBusy={false}
          choices={(["allow", "refuse"] as const).map((decision) => ({
            ...{ id: decision, text: t(`access.look.${decision}`), needsWords: decision === "refuse" },
            look: decision === "allow" ? "main" : "danger",
            run: (reason) => void act({ act: "decide", body: { decision, ...(reason === "" ? {} : { reason }) } }),
          }))}
        />
      ) : null}
      {look.state === "open" && list !== "about-me" ? (
        <div className="access__actions">
          <Button aria-expanded={isOpen} onPress={() => setOpen(!isOpen)}>
            {t("access.lookNow")}
          </Button>
          <Button onPress={() => void act({ act: "end", body: {} })}>{t("access.lookEnd")}</Button>
        </div>
      ) : null}
      {isOpen ? <Records id={look.look_id} /> : null}
      {confirming.dialog}
    </li>
  );
}

function Records({ id }: { id: string }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  // Each look is recorded: it is not repeated by itself.
  const { data, error } = useQuery({
    queryKey: ["access-records", id],
    queryFn: () => recordsOf(api, id),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    gcTime: 0,
  });
  if (data === undefined)
    return <p role="status">{error === null ? t("admin.loading") : t("app.refused", { reason: reasonOf(error) })}</p>;
  return (
    <>
      {data.length === 0 ? <p className="quiet">{t("access.noGrants")}</p> : null}
      {data.map((grant) => (
        <GrantFacts key={grant.grant_id} grant={grant} />
      ))}
    </>
  );
}

function AskLook(): JSX.Element {
  const { t } = useTexts();
  const { api, session } = useWorkspace();
  const queries = useQueryClient();
  const [person, setPerson] = useState("");
  const [reason, setReason] = useState("");
  const [day, setDay] = useState("");
  const [fault, setFault] = useState<string>();
  const ask = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setFault(undefined);
    const people = parseUserIds(person, serverOf(session.userId));
    const [userId] = people.ok ? people.ids : [];
    if (userId === undefined) {
      setFault(t("room.badName", { name: person }));
      return;
    }
    try {
      await askLook(api, { person: userId, reason: reason.trim(), until: new Date(`${day}T23:59:00`).getTime() });
      setPerson("");
      setReason("");
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
    }
    await queries.invalidateQueries({ queryKey: ["access"] });
  };
  return (
    <details>
      <summary>{t("access.askLook")}</summary>
      <form className="form" onSubmit={(event) => void ask(event)}>
        <PeopleField
          label={t("access.person")}
          value={person}
          onChange={setPerson}
          onChosen={(one) => setPerson(one.userId)}
        />
        <Field label={t("access.reason")} value={reason} onChange={setReason} lines={2} isRequired />
        <TextField className="field" value={day} onChange={setDay} isRequired>
          <Label>{t("access.until")}</Label>
          <Input type="date" />
        </TextField>
        <p role="alert" className="fault small">
          {fault}
        </p>
        <div>
          <Button type="submit" look="main" isDisabled={person.trim() === "" || reason.trim() === "" || day === ""}>
            {t("access.askLook")}
          </Button>
        </div>
      </form>
    </details>
  );
}
