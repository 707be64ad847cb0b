import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { letPasskeyOpen, type Added } from "../../client/passkeys/add-own.ts";
import { forgetAtBrowser } from "../../client/passkeys/ceremony.ts";
import { sayPasskeyFault } from "../../client/passkeys/passkey-fault.ts";
import { ownPasskeys, removePasskey, type PasskeyView } from "../../client/passkeys/passkeys.ts";
import { reasonOf } from "../../client/refusal.ts";
import { momentText } from "../../i18n/dates.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { AddPasskey } from "../passkeys/add-passkey.tsx";
import { useStepUp } from "../step-up/step-up.tsx";

/** One's passkeys: what they open, when they were used, adding one, removing one. */
export function Passkeys(): JSX.Element {
  const { t, say } = useTexts();
  const { api, encryption } = useWorkspace();
  const queries = useQueryClient();
  const confirming = useStepUp();
  const adding = useStepUp();
  useViewModel(encryption);
  const [isAdding, setAdding] = useState(false);
  const [news, setNews] = useState<string>();
  const [fault, setFault] = useState<string>();
  const { data: passkeys, error } = useQuery({ queryKey: ["passkeys"], queryFn: () => ownPasskeys(api) });
  const change = async (work: () => Promise<string | undefined>): Promise<void> => {
    setNews(undefined);
    setFault(undefined);
    setFault(await work().catch((reason: unknown) => t("app.refused", { reason: reasonOf(reason) })));
    await queries.invalidateQueries({ queryKey: ["passkeys"] });
  };
  const remove = async ({ id, name }: PasskeyView): Promise<undefined> => {
    const words = { title: t("passkey.removeNamed", { name }), why: t("passkey.removeWhy") };
    const isGone = await confirming.run((auth) => removePasskey(api, id, auth).then(() => true), words);
    if (isGone === true) await forgetAtBrowser(id);
  };
  const letOpen = async (passkey: PasskeyView): Promise<string | undefined> => {
    const refused = await letPasskeyOpen(encryption, passkey);
    return refused === undefined ? undefined : say(sayPasskeyFault(refused));
  };
  const added = ({ passkey: { name }, opens }: Extract<Added, { kind: "added" }>): void => {
    setAdding(false);
    setFault(undefined);
    setNews(t(newsOf[opens], { name }));
  };
  return (
    <section className="settings__section" aria-labelledby="settings-passkeys">
      <h2 id="settings-passkeys">{t("passkey.title")}</h2>
      <p>{t("passkey.why")}</p>
      {error === null ? null : <p className="fault">{t("app.refused", { reason: reasonOf(error) })}</p>}
      {passkeys?.length === 0 ? <p className="quiet">{t("passkey.empty")}</p> : null}
      <ul className="settings__list" aria-label={t("passkey.list")}>
        {passkeys?.map((passkey) => (
          <Row
            key={passkey.id}
            passkey={passkey}
            canSeal={encryption.canSeal()}
            onRemove={() => void change(() => remove(passkey))}
            onLetOpen={() => void change(() => letOpen(passkey))}
          />
        ))}
      </ul>
      <p role="status">{news}</p>
      <div role="alert">{fault === undefined ? null : <p className="fault">{fault}</p>}</div>
      <div>
        <Button icon={KeyRound} onPress={() => setAdding(true)}>
          {t("passkey.add")}
        </Button>
      </div>
      {isAdding ? <AddPasskey confirming={adding} onAdded={added} onClose={() => setAdding(false)} /> : null}
      {confirming.dialog}
    </section>
  );
}

const newsOf = { yes: "passkey.added", no: "passkey.addedNotOpening", "once-more": "passkey.addedOnceMore" } as const;

function Row(props: {
  passkey: PasskeyView;
  canSeal: boolean;
  onRemove: () => void;
  onLetOpen: () => void;
}): JSX.Element {
  const { t, locale } = useTexts();
  const { name, created, lastUsed, canUnlock, sealed } = props.passkey;
  return (
    <li className="settings__session">
      <span>
        <bdi>{name}</bdi>
        <span className="small quiet settings__under">
          {lastUsed === undefined
            ? t("passkey.neverUsed", { when: momentText(locale, created) })
            : t("settings.lastUsed", { when: momentText(locale, lastUsed) })}
        </span>
        <span className="small quiet settings__under">
          {t(sealed === undefined ? "passkey.onlySignsIn" : "passkey.opens")}
        </span>
      </span>
      <span className="settings__actions">
        {sealed === undefined && canUnlock && props.canSeal ? (
          <Button aria-label={t("passkey.letOpen", { name })} onPress={props.onLetOpen}>
            {t("passkey.letOpenShort")}
          </Button>
        ) : null}
        <Button aria-label={t("passkey.removeNamed", { name })} onPress={props.onRemove}>
          {t("passkey.remove")}
        </Button>
      </span>
    </li>
  );
}
