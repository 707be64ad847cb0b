import "./sign-in.css";
import { Eye, EyeOff } from "lucide-react";
import { useState, type FormEvent, type JSX } from "react";
import { usePage } from "../../app/workspace-context.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { LanguageChoice } from "../settings/language-choice.tsx";

/** The front door. */
export function SignInScreen({ busy, fault }: { busy: boolean; fault?: string }): JSX.Element {
  const { app } = usePage();
  const { t } = useTexts();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isShown, setShown] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void app.signIn(username, password);
  };
  return (
    <main className="sign-in">
      <div className="sign-in__card">
        <img className="sign-in__mark" src="/icon.svg" alt="" width={48} height={48} />
        <h1>{t("signIn.title")}</h1>
        <form className="sign-in__form" onSubmit={submit}>
          <Field
            label={t("signIn.username")}
            value={username}
            onChange={setUsername}
            name="username"
            autoComplete="username webauthn"
            isIdentifier
            spellCheck="false"
            isRequired
            autoFocus
          />
          <Field
            label={t("signIn.password")}
            value={password}
            onChange={setPassword}
            name="password"
            type={isShown ? "text" : "password"}
            autoComplete="current-password"
            isRequired
          />
          <Button look="plain" icon={isShown ? EyeOff : Eye} onPress={() => setShown(!isShown)}>
            {isShown ? t("signIn.hidePassword") : t("signIn.showPassword")}
          </Button>
          <div role="alert">{fault === undefined ? null : <p className="fault">{fault}</p>}</div>
          <Button type="submit" look="main" isBusy={busy}>
            {busy ? t("signIn.busy") : t("signIn.submit")}
          </Button>
        </form>
        <LanguageChoice />
      </div>
    </main>
  );
}
