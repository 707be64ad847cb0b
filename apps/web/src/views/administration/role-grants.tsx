import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type JSX } from "react";
import type { GrantableRole } from "@causeway/contract";
import { useWorkspace } from "../../app/workspace-context.tsx";
import {
  giveRole,
  isDepartmental,
  rolesGiven,
  rolesToGive,
  takeRole,
  type RoleRow,
} from "../../client/administration/role-grants.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { departmentText, useDepartments } from "../access/shelf-choice.tsx";
import { useRoles } from "../shell/use-roles.ts";
import { endOf, FormWindow, PersonField, SureButton, useUserIdOf } from "./forms.tsx";
import { AdminTable, Waiting } from "./parts.tsx";
import { PostRoles } from "./post-roles.tsx";
import { useAct } from "./use-act.ts";

/** Who holds which role; each administrator gives and takes those that are theirs to give. */
export function RoleGrants(): JSX.Element {
  const { t } = useTexts();
  const { api, session } = useWorkspace();
  const [isGiving, setGiving] = useState(false);
  const mine = rolesToGive(useRoles());
  const { data, error } = useQuery({ queryKey: ["roles-given"], queryFn: () => rolesGiven(api), retry: false });
  if (data === undefined) return <Waiting error={error} />;
  return (
    <>
      <p className="small quiet">{t("roles.why")}</p>
      <div>
        <Button icon={Plus} onPress={() => setGiving(true)}>
          {t("roles.give")}
        </Button>
      </div>
      {data.length === 0 ? <p className="quiet">{t("roles.none")}</p> : null}
      <AdminTable
        name={t("admin.roles")}
        heads={[t("admin.person"), t("roles.role"), t("admin.department"), t("roles.until"), t("admin.actions")]}
      >
        {data.map((one) => (
          <Row key={one.id} row={one} mayTake={mine.includes(one.role) && one.userId !== session.userId} />
        ))}
      </AdminTable>
      {mine.some((role) => role !== "system-administrator") ? <PostRoles /> : null}
      {isGiving ? <GiveRole roles={mine} onClose={() => setGiving(false)} /> : null}
    </>
  );
}

function Row({ row, mayTake }: { row: RoleRow; mayTake: boolean }): JSX.Element {
  const { t, locale } = useTexts();
  const { api } = useWorkspace();
  const role = t(`role.${row.role}`);
  return (
    <tr>
      <th scope="row">
        <bdi>{row.name}</bdi>
        <span className="small quiet admin__under">{row.userId}</span>
      </th>
      <td>{role}</td>
      <td>{row.department}</td>
      <td>{row.until === undefined ? "" : momentText(locale, row.until)}</td>
      <td>
        {mayTake ? (
          <SureButton
            name={t("roles.takeNamed", { role, name: row.name })}
            sure={{
              text: t("roles.take"),
              question: t("roles.takeSure", { role, name: row.name }),
              refresh: ["roles-given"],
              work: () => takeRole(api, row.id),
            }}
          />
        ) : null}
      </td>
    </tr>
  );
}

function GiveRole({ roles, onClose }: { roles: readonly GrantableRole[]; onClose: () => void }): JSX.Element {
  const texts = useTexts();
  const { t } = texts;
  const { api } = useWorkspace();
  const departments = useDepartments();
  const userIdOf = useUserIdOf();
  const act = useAct("roles-given");
  const [person, setPerson] = useState("");
  const [role, setRole] = useState<GrantableRole>(roles[0] ?? "auditor");
  const [department, setDepartment] = useState(departments[0]?.code ?? "");
  const [until, setUntil] = useState("");
  const userId = userIdOf(person);
  return (
    <FormWindow
      title={t("roles.give")}
      action={t("roles.give")}
      isWhole={userId !== undefined}
      act={act}
      work={async () => {
        const ends = endOf(until);
        const wish = { userId: userId ?? "", role, department, ...(ends === undefined ? {} : { until: ends }) };
        await giveRole(api, wish);
      }}
      onClose={onClose}
    >
      <PersonField value={person} onChange={setPerson} />
      <Select
        label={t("roles.role")}
        value={role}
        options={roles.map((id) => ({ id, text: t(`role.${id}`) }))}
        onChange={setRole}
      />
      {isDepartmental(role) ? (
        <Select
          label={t("admin.department")}
          value={department}
          options={departments.map((one) => ({ id: one.code, text: departmentText(texts.locale, one) }))}
          onChange={setDepartment}
        />
      ) : null}
      <Field type="date" label={t("roles.untilOptional")} value={until} onChange={setUntil} />
    </FormWindow>
  );
}
