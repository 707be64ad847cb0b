import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import {
  accountsAfter,
  devicesOf,
  lastUses,
  signOutDevice,
  setDeviceClass,
  setLock,
  type AccountView,
  type DeviceView,
} from "../../client/administration/administration.ts";
import { lookUpPeople, postText } from "../../client/directory/people.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { SureButton } from "./forms.tsx";
import { AdminTable, Waiting } from "./parts.tsx";
import { AddPerson, PersonActions } from "./person-forms.tsx";
import { useAct } from "./use-act.ts";

/**
 * Accounts with the people who have them; both kinds of administrators lock and unlock, and see devices. System administrators enter
 * people and let them go, security administrators say which devices are managed.
 */
export function Accounts({
  mayManageDevices,
  mayWrite,
}: {
  mayManageDevices: boolean;
  mayWrite: boolean;
}): JSX.Element {
  const { t, locale } = useTexts();
  const { api, session } = useWorkspace();
  const [shown, setShown] = useState<string>();
  const { data, error, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ["accounts"],
    queryFn: ({ pageParam }) => accountsAfter(api, pageParam),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
  const accounts = data?.pages.flatMap(({ items }) => items) ?? [];
  const ids = accounts.slice(-200).map(({ userId }) => userId);
  const { data: people } = useQuery({ queryKey: ["lookup", ...ids], queryFn: () => lookUpPeople(api, ids) });
  if (data === undefined) return <Waiting error={error} />;
  return (
    <>
      {mayWrite ? <AddPerson /> : null}
      <AdminTable
        name={t("admin.accounts")}
        heads={[t("admin.person"), t("admin.post"), t("admin.standing"), t("admin.actions")]}
      >
        {accounts.map((account) => (
          <tr key={account.userId}>
            <th scope="row">
              {people?.get(account.userId)?.name ?? account.userId}
              <span className="small quiet admin__under">{account.userId}</span>
            </th>
            <td>{postText(locale, people?.get(account.userId) ?? { posts: [] })}</td>
            <td>{t(`admin.${standingOf(account)}`)}</td>
            <td>
              <div className="admin__actions">
                {account.isDeactivated || account.userId === session.userId ? null : <Lock account={account} />}
                <Button onPress={() => setShown(account.userId)}>{t("admin.devices")}</Button>
                {mayWrite && !account.isDeactivated && account.userId !== session.userId ? (
                  <PersonActions userId={account.userId} name={people?.get(account.userId)?.name ?? account.userId} />
                ) : null}
              </div>
            </td>
          </tr>
        ))}
      </AdminTable>
      {hasNextPage ? <Button onPress={() => void fetchNextPage()}>{t("admin.more")}</Button> : null}
      {shown === undefined ? null : (
        <Devices userId={shown} mayManage={mayManageDevices} onClose={() => setShown(undefined)} />
      )}
    </>
  );
}

function standingOf(account: AccountView): "deactivated" | "locked" | "suspended" | "active" {
  if (account.isDeactivated) return "deactivated";
  if (account.isLocked) return "locked";
  return account.isSuspended ? "suspended" : "active";
}

function Lock({ account }: { account: AccountView }): JSX.Element {
  const { t } = useTexts();
  const { client } = useWorkspace();
  const act = useAct("accounts");
  return (
    <>
      <Button
        isBusy={act.isBusy}
        onPress={() => void act.run(() => setLock(client, account.userId, !account.isLocked))}
      >
        {t(account.isLocked ? "admin.unlock" : "admin.lock")}
      </Button>
      <span role="alert">{act.fault}</span>
    </>
  );
}

function Devices(props: { userId: string; mayManage: boolean; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { api, client } = useWorkspace();
  const { userId, mayManage, onClose } = props;
  const { data, error } = useQuery({
    queryKey: ["devices", userId],
    queryFn: () => (mayManage ? devicesOf(api, userId) : lastUses(client, userId)),
    retry: false,
  });
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // The device that had the focus is gone: the keyboard stays in the window.
    if (document.activeElement === document.body) list.current?.focus();
  }, [data]);
  return (
    <DialogWindow title={t("admin.devicesOf", { userId })} onClose={onClose}>
      {data === undefined ? <Waiting error={error} /> : null}
      {data?.length === 0 ? <p>{t("admin.noDevices")}</p> : null}
      <ul className="admin__list" ref={list} tabIndex={-1} aria-label={t("admin.devices")}>
        {data?.map((device) => (
          <Device key={device.id} userId={userId} device={device} mayManage={mayManage} />
        ))}
      </ul>
    </DialogWindow>
  );
}

function Device(props: { userId: string; device: DeviceView; mayManage: boolean }): JSX.Element {
  const { t, locale } = useTexts();
  const { userId, device } = props;
  const { api, session } = useWorkspace();
  const name = device.name || device.id;
  const act = useAct("devices");
  const isManaged = device.class === "managed";
  const change = (): Promise<void> =>
    setDeviceClass(api, { userId, deviceId: device.id, class: isManaged ? "personal" : "managed" });
  return (
    <li className="admin__device">
      <span>
        {name}
        <span className="small quiet admin__under">
          {[
            ...(props.mayManage ? [t(isManaged ? "admin.managed" : "admin.personal")] : []),
            ...(device.lastSeen === undefined
              ? []
              : [t("admin.lastUsed", { when: momentText(locale, device.lastSeen) })]),
          ].join(" · ")}
        </span>
      </span>
      <span className="admin__actions">
        {props.mayManage ? (
          <Button isBusy={act.isBusy} onPress={() => void act.run(change)}>
            {t(isManaged ? "admin.makePersonal" : "admin.makeManaged")}
          </Button>
        ) : null}
        {userId === session.userId ? null : (
          <SureButton
            name={t("admin.signOutNamed", { name })}
            sure={{
              text: t("admin.signOut"),
              question: t("admin.signOutSure", { name, userId }),
              refresh: ["devices"],
              work: () => signOutDevice(api, userId, device.id),
            }}
          />
        )}
        <span role="alert" className="fault small">
          {act.fault}
        </span>
      </span>
    </li>
  );
}
