import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { sayPasskeyFault } from "../../client/passkeys/passkey-fault.ts";
import { reasonOf } from "../../client/refusal.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { AskCustodians } from "../custody/ask-custodians.tsx";

/** On a new device: how to read what came before. Never in the way of writing. */
export function DeviceBanner(): JSX.Element | null {
  const { t } = useTexts();
  const { encryption } = useWorkspace();
  const state = useViewModel(encryption);
  const [isPutOff, setPutOff] = useState(false);
  switch (state.step) {
    case "restoring":
      return (
        <p className="notice" role="status">
          {t("recover.restoring", { done: state.done, total: state.total })}
        </p>
      );
    case "failed":
      return (
        <p className="notice" role="alert">
          {t("recover.failed")}
        </p>
      );
    case "needs-recovery":
      return isPutOff ? null : <Recovery busy={state.busy} fault={state.fault} onLater={() => setPutOff(true)} />;
    default:
      return null;
  }
}

function Recovery(props: { busy: boolean; fault: "wrong" | "not-now" | undefined; onLater: () => void }): JSX.Element {
  const { t } = useTexts();
  const { encryption, admission, recovery } = useWorkspace();
  const { ownNumber } = useViewModel(admission);
  // One number at a time: while custodians compare theirs, this one would only mislead.
  const isAsked = useViewModel(recovery).step === "waiting";
  const [phrase, setPhrase] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void encryption.recover(phrase);
  };
  return (
    <section className="device-banner" aria-labelledby="recover-title">
      <div className="device-banner__words">
        <h2 id="recover-title">{t("recover.title")}</h2>
        <p>{t("recover.why")}</p>
        {ownNumber === undefined || isAsked ? null : (
          <p className="device-banner__number">{t("recover.number", { number: ownNumber })}</p>
        )}
      </div>
      <ByPasskey />
      <form onSubmit={submit}>
        <Field
          label={t("recover.phrase")}
          value={phrase}
          onChange={setPhrase}
          autoComplete="off"
          spellCheck="false"
          fault={props.fault === undefined ? undefined : t(props.fault === "wrong" ? "recover.wrong" : "admit.failed")}
        />
        <Button type="submit" look="main" isBusy={props.busy}>
          {t("recover.submit")}
        </Button>
        <Button look="plain" onPress={props.onLater}>
          {t("recover.later")}
        </Button>
      </form>
      <AskCustodians />
    </section>
  );
}

/** For who signed in otherwise, and has a passkey that opens everything. */
function ByPasskey(): JSX.Element | null {
  const { t, say } = useTexts();
  const { encryption } = useWorkspace();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const { data: passkeys = [] } = useQuery({
    queryKey: ["passkeys", "that-open"],
    queryFn: () => encryption.passkeysThatOpen(),
  });
  if (passkeys.length === 0) return null;
  const letIn = async (): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      const refused = await encryption.admitWithPasskey(passkeys);
      if (refused !== undefined) setFault(refused === "stale" ? t("passkey.stale") : say(sayPasskeyFault(refused)));
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
    }
    setBusy(false);
  };
  return (
    <div className="device-banner__passkey">
      <Button look="main" icon={KeyRound} isBusy={isBusy} onPress={() => void letIn()}>
        {t("passkey.letIn")}
      </Button>
      <div role="alert">{fault === undefined ? null : <p className="fault">{fault}</p>}</div>
    </div>
  );
}
