import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { addPerson, namesOf, newPassword, personLeaves, renamePerson } from "../../client/administration/people.ts";
import type { TwoNames } from "../../client/directory/people.ts";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { FormWindow, RowMenu, useUserIdOf } from "./forms.tsx";
import { Waiting } from "./parts.tsx";
import { Secret } from "./secret.tsx";
import { useAct } from "./use-act.ts";

const KEYS = ["accounts", "lookup", "person-names"] as const;

/** Enters one person. A new account has no password: one is made on demand, and shown once. */
export function AddPerson(): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const userIdOf = useUserIdOf();
  const act = useAct(...KEYS);
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<string>();
  const [user, setUser] = useState("");
  const [names, setNames] = useState<TwoNames>({ en: "", zh: "" });
  const userId = userIdOf(user);
  const add = async (): Promise<void> => {
    setMade(await addPerson(api, userId ?? "", trimmed(names)));
    setUser("");
    setNames({ en: "", zh: "" });
  };
  return (
    <div>
      <Button icon={Plus} onPress={() => setOpen(true)}>
        {t("people.add")}
      </Button>
      {isOpen ? (
        <FormWindow
          title={t("people.add")}
          action={t("people.add")}
          isWhole={userId !== undefined && isNamed(names)}
          act={act}
          work={add}
          onClose={() => setOpen(false)}
        >
          <Field label={t("people.user")} value={user} onChange={setUser} isIdentifier isRequired autoFocus />
          <NameFields names={names} onChange={setNames} />
        </FormWindow>
      ) : null}
      {made === undefined ? null : <Entered userId={made} onClose={() => setMade(undefined)} />}
    </div>
  );
}

function Entered({ userId, onClose }: { userId: string; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const act = useAct("accounts");
  const [password, setPassword] = useState<string>();
  if (password !== undefined) return <PasswordWindow userId={userId} password={password} onClose={onClose} />;
  return (
    <DialogWindow title={t("people.entered", { userId })} onClose={onClose}>
      <p role="status">{t("people.enteredWhy")}</p>
      <p role="alert" className="fault">
        {act.fault}
      </p>
      <div className="dialog__actions">
        <Button onPress={onClose}>{t("points.done")}</Button>
        <Button
          look="main"
          isBusy={act.isBusy}
          onPress={() => void act.run(async () => setPassword(await newPassword(api, userId)))}
        >
          {t("people.password")}
        </Button>
      </div>
    </DialogWindow>
  );
}

function trimmed({ en, zh }: TwoNames): TwoNames {
  return { en: en.trim(), zh: zh.trim() };
}

function isNamed({ en, zh }: TwoNames): boolean {
  return en.trim() !== "" || zh.trim() !== "";
}

function NameFields(props: { names: TwoNames; onChange: (names: TwoNames) => void }): JSX.Element {
  const { t } = useTexts();
  const { names, onChange } = props;
  return (
    <>
      <Field label={t("policy.nameEn")} value={names.en} onChange={(en) => onChange({ ...names, en })} />
      <Field label={t("people.nameZh")} value={names.zh} onChange={(zh) => onChange({ ...names, zh })} />
    </>
  );
}

/** What a system administrator does with one person: names, a new password, the end. */
export function PersonActions({ userId, name }: { userId: string; name: string }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const [isRenaming, setRenaming] = useState(false);
  const [password, setPassword] = useState<string>();
  return (
    <>
      <RowMenu
        name={name}
        actions={[
          { id: "rename", text: t("people.rename"), run: () => setRenaming(true) },
          {
            id: "password",
            isDangerous: false,
            sure: {
              text: t("people.password"),
              question: t("people.passwordSure", { name }),
              refresh: ["accounts"],
              work: async () => setPassword(await newPassword(api, userId)),
            },
          },
          {
            id: "leaves",
            sure: {
              text: t("people.leaves"),
              question: t("people.leavesSure", { name }),
              refresh: KEYS,
              work: () => personLeaves(api, userId),
            },
          },
        ]}
      />
      {isRenaming ? <Rename userId={userId} onClose={() => setRenaming(false)} /> : null}
      {password === undefined ? null : (
        <PasswordWindow userId={userId} password={password} onClose={() => setPassword(undefined)} />
      )}
    </>
  );
}

function Rename({ userId, onClose }: { userId: string; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["person-names", userId],
    queryFn: () => namesOf(api, userId),
    retry: false,
  });
  if (data !== undefined) return <RenameForm userId={userId} names={data} onClose={onClose} />;
  return (
    <DialogWindow title={t("people.rename")} onClose={onClose}>
      <Waiting error={error} />
    </DialogWindow>
  );
}

function RenameForm(props: { userId: string; names: TwoNames; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const act = useAct(...KEYS);
  const [names, setNames] = useState(props.names);
  return (
    <FormWindow
      title={t("people.renameNamed", { name: props.userId })}
      action={t("admin.save")}
      isWhole={isNamed(names)}
      act={act}
      work={() => renamePerson(api, props.userId, trimmed(names))}
      onClose={props.onClose}
    >
      <NameFields names={names} onChange={setNames} />
    </FormWindow>
  );
}

function PasswordWindow(props: { userId: string; password: string; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  return (
    <DialogWindow title={t("people.passwordOf", { userId: props.userId })} onClose={props.onClose}>
      <p role="status">{t("people.passwordOnce")}</p>
      <Secret label={t("signIn.password")} text={props.password} />
      <div className="dialog__actions">
        <Button look="main" onPress={props.onClose}>
          {t("points.done")}
        </Button>
      </div>
    </DialogWindow>
  );
}
