import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { machineClasses } from "../../client/access/rules.ts";
import {
  addMachineToken,
  classifyMachine,
  machinesOf,
  retireMachine,
  revokeMachineTokens,
  type MachineRow,
} from "../../client/administration/machines.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { classText } from "../access/policy-words.ts";
import { ShelfChoice, useDepartments } from "../access/shelf-choice.tsx";
import { FormWindow, RowMenu, type RowAction } from "./forms.tsx";
import { MachineForm } from "./machine-form.tsx";
import { AdminTable, Waiting } from "./parts.tsx";
import { Secret } from "./secret.tsx";
import { useAct } from "./use-act.ts";

/** The register of machines: system administrators enter them, security administrators say what each is. */
export function Machines(props: { mayWrite: boolean; mayClassify: boolean }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const departments = useDepartments();
  const [department, setDepartment] = useState("");
  const [text, setText] = useState("");
  const [edited, setEdited] = useState<MachineRow | "new">();
  const { data, error } = useQuery({
    queryKey: ["machines", department],
    queryFn: () => machinesOf(api, department),
    retry: false,
  });
  if (data === undefined) return <Waiting error={error} />;
  const wanted = text.trim().toLowerCase();
  const found = data.filter(({ name, addresses }) => `${name} ${addresses.join(" ")}`.toLowerCase().includes(wanted));
  return (
    <>
      <p className="small quiet">{t("machines.why")}</p>
      <div className="admin__actions">
        <ShelfChoice
          label={t("admin.department")}
          centre={t("policy.allDepartments")}
          value={department}
          codes={["", ...departments.map(({ code }) => code)]}
          onChange={setDepartment}
        />
        <Field label={t("machines.find")} type="search" value={text} onChange={setText} isIdentifier />
      </div>
      {props.mayWrite ? (
        <div>
          <Button icon={Plus} onPress={() => setEdited("new")}>
            {t("machines.add")}
          </Button>
        </div>
      ) : null}
      <p className="small quiet" role="status">
        {data.length === 0 ? t("machines.none") : t("machines.count", { count: found.length })}
      </p>
      <AdminTable
        name={t("admin.machines")}
        heads={[
          ...[t("machines.name"), t("machines.class"), t("admin.department"), t("machines.addresses")],
          ...[t("machines.tokens"), t("admin.actions")],
        ]}
      >
        {found.slice(0, MOST).map((machine) => (
          <Row key={machine.id} machine={machine} {...props} onEdit={() => setEdited(machine)} />
        ))}
      </AdminTable>
      {found.length > MOST ? <p>{t("admin.andMore", { count: found.length - MOST })}</p> : null}
      {edited === undefined ? null : (
        <MachineForm
          machine={edited === "new" ? undefined : edited}
          departments={departments}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}

/** More rows than these are found by their names. */
const MOST = 200;

function Row(props: { machine: MachineRow; mayWrite: boolean; mayClassify: boolean; onEdit: () => void }): JSX.Element {
  const texts = useTexts();
  const { t } = texts;
  const { api } = useWorkspace();
  const { machine } = props;
  const { id, name } = machine;
  const act = useAct("machines");
  const [token, setToken] = useState<string>();
  const refresh = ["machines"];
  const actions: readonly RowAction[] = [
    {
      id: "token",
      text: t("machines.makeToken"),
      run: () => void act.run(async () => setToken(await addMachineToken(api, id))),
    },
    ...(machine.tokens === 0
      ? []
      : [
          {
            id: "end-tokens",
            sure: {
              ...{ text: t("machines.endTokens"), refresh },
              question: t("machines.endTokensSure", { name, count: machine.tokens }),
              work: () => revokeMachineTokens(api, id),
            },
          },
        ]),
    {
      id: "retire",
      sure: {
        ...{ text: t("machines.retire"), question: t("machines.retireSure", { name }), refresh },
        work: () => retireMachine(api, id),
      },
    },
  ];
  return (
    <tr>
      <th scope="row">
        <bdi>{name}</bdi>
      </th>
      <td>{classText(texts, machine.class)}</td>
      <td data-head={t("admin.department")}>{machine.department}</td>
      <td data-head={t("machines.addresses")}>
        {machine.addresses.length === 0 ? t("machines.noAddress") : machine.addresses.join(", ")}
      </td>
      <td data-head={t("machines.tokens")}>{machine.tokens}</td>
      <td>
        <div className="admin__actions">
          {props.mayClassify ? <Classify machine={machine} /> : null}
          {props.mayWrite ? (
            <>
              <Button aria-label={t("policy.editNamed", { name })} onPress={props.onEdit}>
                {t("policy.edit")}
              </Button>
              <RowMenu name={name} actions={actions} />
            </>
          ) : null}
          <span role="alert" className="fault small">
            {act.fault}
          </span>
          {token === undefined ? null : <TokenWindow name={name} token={token} onClose={() => setToken(undefined)} />}
        </div>
      </td>
    </tr>
  );
}

function Classify({ machine }: { machine: MachineRow }): JSX.Element {
  const texts = useTexts();
  const { t } = texts;
  const { api } = useWorkspace();
  const act = useAct("machines");
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(machine.class);
  return (
    <>
      <Button aria-label={t("machines.classifyNamed", { name: machine.name })} onPress={() => setOpen(true)}>
        {t("machines.classify")}
      </Button>
      {isOpen ? (
        <FormWindow
          title={t("machines.classifyNamed", { name: machine.name })}
          action={t("admin.save")}
          isWhole={chosen !== machine.class}
          act={act}
          work={() => classifyMachine(api, machine.id, chosen)}
          onClose={() => setOpen(false)}
        >
          <p className="small quiet">{t("machines.classifyWhy")}</p>
          <Choice
            label={t("machines.class")}
            value={chosen}
            options={machineClasses.map((id) => ({ id, text: classText(texts, id) }))}
            onChange={setChosen}
          />
        </FormWindow>
      ) : null}
    </>
  );
}

function TokenWindow(props: { name: string; token: string; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { name, token, onClose } = props;
  return (
    <DialogWindow title={t("machines.makeTokenNamed", { name })} onClose={onClose}>
      <p role="status">{t("machines.tokenOnce")}</p>
      <Secret label={t("machines.token")} text={token} />
      <Secret label={t("machines.doh")} text={`${location.origin}/dns-query/${token}`} />
      <div className="dialog__actions">
        <Button look="main" onPress={onClose}>
          {t("points.done")}
        </Button>
      </div>
    </DialogWindow>
  );
}
