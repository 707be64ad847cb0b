import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { DepartmentView } from "../../client/administration/administration.ts";
import { addMachine, addressesOf, changeMachine, type MachineRow } from "../../client/administration/machines.ts";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { departmentText } from "../access/shelf-choice.tsx";
import { FormWindow } from "./forms.tsx";
import { useAct } from "./use-act.ts";

/** A machine as it is entered, or changed. */
export function MachineForm(props: {
  machine: MachineRow | undefined;
  departments: readonly DepartmentView[];
  onClose: () => void;
}): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const { machine, departments } = props;
  const act = useAct("machines");
  const [name, setName] = useState(machine?.name ?? "");
  const [department, setDepartment] = useState(machine?.department ?? departments[0]?.code ?? "");
  const [addresses, setAddresses] = useState(machine?.addresses.join("\n") ?? "");
  const title = machine === undefined ? t("machines.add") : t("policy.editNamed", { name: machine.name });
  return (
    <FormWindow
      title={title}
      action={t("admin.save")}
      isWhole={name.trim() !== "" && department !== ""}
      act={act}
      work={() => {
        const wish = { name: name.trim(), department, addresses: addressesOf(addresses) };
        return machine === undefined ? addMachine(api, wish) : changeMachine(api, machine.id, wish);
      }}
      onClose={props.onClose}
    >
      {machine === undefined ? <p className="small quiet">{t("machines.addWhy")}</p> : null}
      <Field label={t("machines.name")} value={name} onChange={setName} isRequired autoFocus />
      <Select
        label={t("admin.department")}
        value={department}
        options={departments.map((one) => ({ id: one.code, text: departmentText(locale, one) }))}
        onChange={setDepartment}
      />
      <Field
        label={t("machines.addresses")}
        hint={t("machines.addressesHint")}
        value={addresses}
        onChange={setAddresses}
        lines={3}
        isIdentifier
      />
    </FormWindow>
  );
}
