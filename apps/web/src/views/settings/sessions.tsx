import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { reasonOf } from "../../client/refusal.ts";
import { endSessions, ownSessions } from "../../client/settings/sessions.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useStepUp } from "../step-up/step-up.tsx";

/** Where one is signed in, since when it was last used, and the way out of each other one or all of them. */
export function Sessions(): JSX.Element {
  const { t, locale } = useTexts();
  const { client } = useWorkspace();
  const queries = useQueryClient();
  const confirming = useStepUp();
  const [fault, setFault] = useState<string>();
  const { data: sessions, error } = useQuery({ queryKey: ["sessions"], queryFn: () => ownSessions(client) });
  const others = sessions?.filter(({ isThis }) => !isThis) ?? [];
  const end = async (ids: readonly string[]): Promise<void> => {
    setFault(undefined);
    const words = { title: t("settings.endTitle", { count: ids.length }), why: t("settings.endWhy") };
    await confirming
      .run((auth) => endSessions(client, ids, auth), words)
      .catch((refused: unknown) => setFault(t("app.refused", { reason: reasonOf(refused) })));
    await queries.invalidateQueries({ queryKey: ["sessions"] });
  };
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
              <Button aria-label={t("settings.endOne", { name })} onPress={() => void end([id])}>
                {t("settings.signOut")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {others.length < 2 ? null : (
        <div>
          <Button look="danger" onPress={() => void end(others.map(({ id }) => id))}>
            {t("settings.endOthers")}
          </Button>
        </div>
      )}
      <div role="alert">{fault === undefined ? null : <p className="fault">{fault}</p>}</div>
      {confirming.dialog}
    </section>
  );
}
