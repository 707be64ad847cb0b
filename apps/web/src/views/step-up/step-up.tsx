import { ExternalLink, KeyRound } from "lucide-react";
import { useCallback, useEffect, useRef, useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { sayPasskeyFault } from "../../client/passkeys/passkey-fault.ts";
import {
  openProvider,
  passkeyProof,
  passwordProof,
  providerProof,
  stepUpIn,
  type Proof,
  type StepUp,
} from "../../client/step-up.ts";
import type { Said } from "../../i18n/i18n.ts";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { AddPasskey } from "../passkeys/add-passkey.tsx";
import type { Confirming, ConfirmingWords } from "./confirming.ts";

/** "again": ask the server anew, because one can answer otherwise now. Undefined: the person let it be. */
type Answer = Proof | "again" | undefined;

interface Question {
  readonly asked: StepUp;
  readonly words: ConfirmingWords | undefined;
  /** How the last proof was given that was not right. */
  readonly wrong: "password" | "other" | undefined;
}

/** Asks for a passkey, the password, or a sign-in at the provider when the server does. */
export function useStepUp(): Confirming {
  const [question, setQuestion] = useState<Question>();
  const answer = useRef<(answer: Answer) => void>(undefined);
  const run = useCallback(
    async <T,>(work: (auth: Proof | undefined) => Promise<T>, words?: ConfirmingWords): Promise<T | undefined> => {
      let proof: Proof | undefined;
      for (;;) {
        try {
          return await work(proof);
        } catch (error) {
          const asked = stepUpIn(error);
          if (asked === undefined) throw error;
          const wrong = asked.isWrong ? kindOf(proof) : undefined;
          const given = await new Promise<Answer>((resolve) => {
            answer.current = resolve;
            setQuestion({ asked, words, wrong });
          });
          setQuestion(undefined);
          if (given === undefined) return undefined;
          proof = given === "again" ? undefined : given;
        }
      }
    },
    [],
  );
  return {
    run,
    dialog:
      question === undefined ? null : (
        <StepUpDialog question={question} onAnswer={(given) => answer.current?.(given)} />
      ),
  };
}

function kindOf(proof: Proof | undefined): "password" | "other" {
  return proof?.["type"] === "m.login.password" ? "password" : "other";
}

interface Asked {
  readonly question: Question;
  readonly onAnswer: (answer: Answer) => void;
}

function StepUpDialog({ question, onAnswer }: Asked): JSX.Element {
  const { t, say } = useTexts();
  const { asked, words, wrong } = question;
  const [fault, setFault] = useState<Said | undefined>(wrong === "other" ? { key: "stepUp.refused" } : undefined);
  const isOnlyMissing = asked.lacksPasskey && !asked.hasPassword && !asked.hasProvider;
  return (
    <DialogWindow title={words?.title ?? t("stepUp.title")} onClose={() => onAnswer(undefined)}>
      <p>{words?.why ?? t("stepUp.why")}</p>
      <div role="alert">{fault === undefined ? null : <p className="fault">{say(fault)}</p>}</div>
      {asked.passkey === undefined ? null : <ByPasskey asked={asked} onAnswer={onAnswer} onFault={setFault} />}
      {asked.hasProvider ? <ByProvider asked={asked} onAnswer={onAnswer} /> : null}
      {asked.hasPassword ? <ByPassword question={question} onAnswer={onAnswer} /> : null}
      {isOnlyMissing ? <AddFirst onAdded={() => onAnswer("again")} /> : null}
    </DialogWindow>
  );
}

function ByPasskey(props: {
  asked: StepUp;
  onAnswer: (answer: Answer) => void;
  onFault: (fault: Said | undefined) => void;
}): JSX.Element {
  const { t } = useTexts();
  const [isBusy, setBusy] = useState(false);
  const prove = async (): Promise<void> => {
    setBusy(true);
    props.onFault(undefined);
    const given = await passkeyProof(props.asked);
    setBusy(false);
    if (typeof given === "string") props.onFault(sayPasskeyFault(given));
    else props.onAnswer(given);
  };
  return (
    <Button look="main" icon={KeyRound} isBusy={isBusy} onPress={() => void prove()} autoFocus>
      {t("stepUp.passkey")}
    </Button>
  );
}

function ByProvider({ asked, onAnswer }: { asked: StepUp; onAnswer: (answer: Answer) => void }): JSX.Element {
  const { t } = useTexts();
  const { client } = useWorkspace();
  const [isAway, setAway] = useState(false);
  const stop = useRef<() => void>(undefined);
  useEffect(() => () => stop.current?.(), []);
  const open = (): void => {
    stop.current?.();
    stop.current = openProvider(client, asked, () => onAnswer(providerProof(asked)));
    setAway(true);
  };
  return (
    <>
      <Button
        icon={ExternalLink}
        onPress={open}
        {...(asked.hasPassword || asked.passkey !== undefined ? {} : { look: "main", autoFocus: true })}
      >
        {t("stepUp.provider")}
      </Button>
      {isAway ? (
        <div role="status">
          <p>{t("stepUp.atProvider")}</p>
          <Button onPress={() => onAnswer(providerProof(asked))}>{t("stepUp.goOn")}</Button>
        </div>
      ) : null}
    </>
  );
}

function ByPassword({ question, onAnswer }: Asked): JSX.Element {
  const { t } = useTexts();
  const { client } = useWorkspace();
  const { asked, wrong } = question;
  const [password, setPassword] = useState("");
  const isFirst = asked.passkey === undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (password !== "") onAnswer(passwordProof(client, asked, password));
  };
  return (
    <form className="form" onSubmit={submit}>
      <Field
        label={t("signIn.password")}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        fault={wrong === "password" ? t("settings.wrongPassword") : undefined}
        {...(isFirst ? { autoFocus: true } : {})}
      />
      <div className="dialog__actions">
        <Button onPress={() => onAnswer(undefined)}>{t("app.cancel")}</Button>
        <Button type="submit" {...(isFirst ? { look: "main" } : {})}>
          {t("stepUp.password")}
        </Button>
      </div>
    </form>
  );
}

/** Only a passkey would do, and there is none: it is added here, and what was begun goes on. */
function AddFirst({ onAdded }: { onAdded: () => void }): JSX.Element {
  const { t } = useTexts();
  const confirming = useStepUp();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <p>{t("stepUp.needsPasskey")}</p>
      <Button look="main" icon={KeyRound} onPress={() => setOpen(true)} autoFocus>
        {t("passkey.add")}
      </Button>
      {isOpen ? <AddPasskey confirming={confirming} onAdded={onAdded} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
