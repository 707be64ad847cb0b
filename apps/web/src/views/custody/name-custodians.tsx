import { useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { custodyOf, nameCustodians, type CustodyView } from "../../client/custody/custody-api.ts";
import { departmentsToName } from "../../client/custody/departments.ts";
import { nameFor } from "../../client/directory/people.ts";
import { plainName } from "../../client/people.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Select } from "../../ui/select.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Tick } from "../../ui/tick.tsx";
import { Waiting } from "../administration/parts.tsx";
import { useAct } from "../administration/use-act.ts";
import { PeopleField } from "../people/people-field.tsx";
import { CustodyScreen } from "./screen.tsx";

/** Naming a department's custodians, or switching custody off for it. */
export function NameCustodians(): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const [chosen, setChosen] = useState<string>();
  const { data: departments, error } = useQuery({
    queryKey: ["custody", "departments"],
    queryFn: () => departmentsToName(api),
    retry: false,
  });
  const department = departments?.find(({ code }) => code === chosen) ?? departments?.[0];
  return (
    <CustodyScreen title={t("custody.manage")}>
      {departments === undefined ? <Waiting error={error} /> : null}
      {departments?.length === 0 ? <p>{t("custody.notYours")}</p> : null}
      {departments === undefined || department === undefined ? null : (
        <>
          {departments.length === 1 ? (
            <p>{nameFor(locale, department.name)}</p>
          ) : (
            <Select
              label={t("custody.department")}
              value={department.code}
              options={departments.map(({ code, name }) => ({ id: code, text: nameFor(locale, name) }))}
              onChange={setChosen}
            />
          )}
          <Department key={department.code} code={department.code} name={nameFor(locale, department.name)} />
        </>
      )}
    </CustodyScreen>
  );
}

function Department({ code, name }: { code: string; name: string }): JSX.Element {
  const { api } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["custody", "department", code],
    queryFn: () => custodyOf(api, code),
    retry: false,
    refetchOnWindowFocus: false,
  });
  return data === undefined ? <Waiting error={error} /> : <Naming code={code} name={name} now={data} />;
}

interface Named {
  readonly userId: string;
  readonly name: string;
}

function namedIn({ custodians }: CustodyView): readonly Named[] {
  return custodians.map((one) => ({
    userId: one.user_id,
    name: plainName(one.display_name ?? "") || one.user_id,
  }));
}

function Naming({ code, name, now }: { code: string; name: string; now: CustodyView }): JSX.Element {
  const { t } = useTexts();
  const [people, setPeople] = useState(() => namedIn(now));
  const [isOn, setOn] = useState(now.enabled);
  const [isAsking, setAsking] = useState(false);
  const [isSaved, setSaved] = useState(false);
  const { api, custody } = useWorkspace();
  const queries = useQueryClient();
  const act = useAct();
  const isShort = isOn && people.length < 2;
  const save = async (): Promise<void> => {
    setSaved(false);
    const wish = { enabled: isOn, custodians: people.map(({ userId }) => userId) };
    const isDone = await act.run(async () => {
      queries.setQueryData(["custody", "department", code], await nameCustodians(api, code, wish));
    });
    setSaved(isDone);
    if (isDone) void custody.check();
  };
  return (
    <>
      <p>{t("custody.manageWhy")}</p>
      <Tick isOn={isOn} onChange={setOn} text={t("custody.enabled")} />
      <People people={people} onChange={setPeople} />
      <p role="alert" className="fault">
        {act.fault ?? (isShort && people.length > 0 ? t("custody.tooFew") : null)}
      </p>
      <div>
        <Button
          look="main"
          isBusy={act.isBusy}
          isDisabled={isShort}
          onPress={() => (now.enabled && !isOn ? setAsking(true) : void save())}
        >
          {t("custody.save")}
        </Button>
      </div>
      <p role="status">{isSaved ? t("custody.saved") : null}</p>
      {isAsking ? (
        <Confirm
          question={t("custody.switchOffSure", { department: name })}
          action={t("custody.switchOff")}
          onYes={() => void save()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}

function People({
  people,
  onChange,
}: {
  people: readonly Named[];
  onChange: (next: readonly Named[]) => void;
}): JSX.Element {
  const { t } = useTexts();
  const [typed, setTyped] = useState("");
  return (
    <>
      <h2 id="custody-names" className="custody-heading">
        {t("custody.names")}
      </h2>
      {people.length === 0 ? <p className="quiet">{t("custody.none")}</p> : null}
      <ul className="settings__list" aria-labelledby="custody-names">
        {people.map((one) => (
          <li key={one.userId} className="settings__session">
            <span>
              <bdi>{one.name}</bdi> <span className="small quiet">{one.userId}</span>
            </span>
            <IconButton
              icon={X}
              label={t("custody.remove", { name: one.name })}
              onPress={() => onChange(people.filter(({ userId }) => userId !== one.userId))}
            />
          </li>
        ))}
      </ul>
      <PeopleField
        label={t("custody.add")}
        hint={t("people.who")}
        value={typed}
        onChange={setTyped}
        onChosen={({ userId, name }) => {
          setTyped("");
          if (!people.some((one) => one.userId === userId)) onChange([...people, { userId, name }]);
        }}
      />
    </>
  );
}
