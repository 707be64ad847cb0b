import { KeyRound } from "lucide-react";
import { useCallback, useRef, useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { passkeyProof, passwordProof, stepUpIn, type Proof, type StepUp } from "../../client/step-up.ts";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** Does something that the server may want a fresh confirmation for. `dialog` is to be drawn. */
export interface Confirming {
  readonly dialog: JSX.Element | null;
  /** Runs `work`, and again with the proof when one is asked for. Undefined when the person did not give it. Throws other refusals. */
  run<T>(work: (auth: Proof | undefined) => Promise<T>): Promise<T | undefined>;
}

/** Asks for a passkey or the password when the server does. */
export function useStepUp(): Confirming {
  const [asked, setAsked] = useState<StepUp>();
  const answer = useRef<(proof: Proof | undefined) => void>(undefined);
  const run = useCallback(async <T,>(work: (auth: Proof | undefined) => Promise<T>): Promise<T | undefined> => {
    let proof: Proof | undefined;
    for (;;) {
      try {
        return await work(proof);
      } catch (error) {
        const wanted = stepUpIn(error);
        if (wanted === undefined) throw error;
        proof = await new Promise<Proof | undefined>((resolve) => {
          answer.current = resolve;
          setAsked(wanted);
        });
        setAsked(undefined);
        if (proof === undefined) return undefined;
      }
    }
  }, []);
  return {
    run,
    dialog: asked === undefined ? null : <StepUpDialog asked={asked} onAnswer={(proof) => answer.current?.(proof)} />,
  };
}

function StepUpDialog({
  asked,
  onAnswer,
}: {
  asked: StepUp;
  onAnswer: (proof: Proof | undefined) => void;
}): JSX.Element {
  const { t } = useTexts();
  const { client } = useWorkspace();
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const withPasskey = async (): Promise<void> => {
    setBusy(true);
    const proof = await passkeyProof(asked);
    setBusy(false);
    if (proof !== undefined) onAnswer(proof);
  };
  const withPassword = (event: FormEvent): void => {
    event.preventDefault();
    if (password !== "") onAnswer(passwordProof(client, asked, password));
  };
  return (
    <DialogWindow title={t("stepUp.title")} onClose={() => onAnswer(undefined)}>
      <p>{t("stepUp.why")}</p>
      {asked.passkey === undefined ? null : (
        <Button look="main" icon={KeyRound} isBusy={isBusy} onPress={() => void withPasskey()} autoFocus>
          {t("stepUp.passkey")}
        </Button>
      )}
      {asked.hasPassword ? (
        <form className="form" onSubmit={withPassword}>
          <Field
            label={t("signIn.password")}
            type="password"
            autoComplete="current-password"
            value={password}
            onChange={setPassword}
            fault={asked.isWrong ? t("settings.wrongPassword") : undefined}
            {...(asked.passkey === undefined ? { autoFocus: true } : {})}
          />
          <div className="dialog__actions">
            <Button onPress={() => onAnswer(undefined)}>{t("app.cancel")}</Button>
            <Button type="submit" {...(asked.passkey === undefined ? { look: "main" } : {})}>
              {t("stepUp.password")}
            </Button>
          </div>
        </form>
      ) : null}
      {asked.hasPassword || asked.passkey !== undefined ? null : <p className="fault">{t("stepUp.none")}</p>}
    </DialogWindow>
  );
}
