import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { reasonOf } from "../../client/refusal.ts";
import { endSessions, ownSessions } from "../../client/settings/sessions.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** Where one is signed in, since when it was last used, and the way out of each other one or all of them. */
export function Sessions(): JSX.Element {
  const { t, locale } = useTexts();
  const { client } = useWorkspace();
  const [ending, setEnding] = useState<readonly string[]>();
  const { data: sessions, error } = useQuery({ queryKey: ["sessions"], queryFn: () => ownSessions(client) });
  const others = sessions?.filter(({ isThis }) => !isThis) ?? [];
  return (
    <section className="settings__section" aria-labelledby="settings-sessions">
      <h2 id="settings-sessions">{t("settings.sessions")}</h2>
      {error === null ? null : <p className="fault">{t("app.refused", { reason: reasonOf(error) })}</p>}
      <ul className="settings__list" aria-labelledby="settings-sessions">
        {sessions?.map(({ id, name, lastSeen, isThis }) => (
          <li key={id} className="settings__session">
            <span>
              <bdi>{name}</bdi>
              <span className="small quiet settings__under">
                {isThis ? t("settings.thisSession") : ""}
                {!isThis && lastSeen !== undefined
                  ? t("settings.lastUsed", { when: momentText(locale, lastSeen) })
                  : ""}
              </span>
            </span>
            {isThis ? null : (
              <Button aria-label={t("settings.endOne", { name })} onPress={() => setEnding([id])}>
                {t("settings.signOut")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {others.length < 2 ? null : (
        <div>
          <Button look="danger" onPress={() => setEnding(others.map(({ id }) => id))}>
            {t("settings.endOthers")}
          </Button>
        </div>
      )}
      {ending === undefined ? null : <EndDialog ids={ending} onClose={() => setEnding(undefined)} />}
    </section>
  );
}

function EndDialog({ ids, onClose }: { ids: readonly string[]; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const end = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFault(undefined);
    try {
      const outcome = await endSessions(client, ids, password);
      if (outcome === "ended") {
        await queries.invalidateQueries({ queryKey: ["sessions"] });
        onClose();
        return;
      }
      setFault(t(outcome === "wrong-password" ? "settings.wrongPassword" : "settings.noPassword"));
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
    }
    setBusy(false);
  };
  return (
    <DialogWindow title={t("settings.endTitle", { count: ids.length })} onClose={onClose}>
      <form onSubmit={(event) => void end(event)}>
        <p>{t("settings.endWhy")}</p>
        <Field
          label={t("settings.password")}
          type="password"
          autoComplete="current-password"
          value={password}
          onChange={setPassword}
          fault={fault}
          isRequired
          autoFocus
        />
        <div className="dialog__actions">
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button look="danger" type="submit" isBusy={isBusy} isDisabled={password === ""}>
            {t("settings.signOut")}
          </Button>
        </div>
      </form>
    </DialogWindow>
  );
}
