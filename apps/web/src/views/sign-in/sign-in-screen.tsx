import "./sign-in.css";
import { useQuery } from "@tanstack/react-query";
import { Eye, EyeOff, KeyRound, LogIn } from "lucide-react";
import { useEffect, useState, type FormEvent, type JSX } from "react";
import { usePage } from "../../app/workspace-context.tsx";
import { passwordOnly, type SignInWays } from "../../client/session/sign-in-ways.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { LanguageChoice } from "../settings/language-choice.tsx";

/** The front door: the ways in that the server offers. */
export function SignInScreen({ busy, fault }: { busy: boolean; fault?: string }): JSX.Element {
  const { app } = usePage();
  const { t } = useTexts();
  const { data, isError } = useQuery({
    queryKey: ["sign-in-ways"],
    queryFn: () => app.ways(),
    retry: false,
    networkMode: "always",
  });
  const ways = data ?? (isError ? passwordOnly : undefined);
  useSuggestions(ways?.passkey === true && ways.password && !busy);
  return (
    <main className="sign-in">
      <div className="sign-in__card">
        <img className="sign-in__mark" src="/icon.svg" alt="" width={48} height={48} />
        <h1>{t("signIn.title")}</h1>
        <div role="alert">{fault === undefined ? null : <p className="fault">{fault}</p>}</div>
        {ways?.password === true ? <PasswordForm busy={busy} /> : null}
        {ways === undefined ? null : <OtherWays ways={ways} busy={busy} />}
        <LanguageChoice />
      </div>
    </main>
  );
}

/** What shows that somebody is there. Where nothing can be pointed at before it is touched, that is too late. */
const SIGNS = ["pointermove", "pointerdown", "keydown"] as const;

/** Suggests passkeys under the name once somebody is there: a page that is only open asks nothing of the server. */
function useSuggestions(isWanted: boolean): void {
  const { app } = usePage();
  useEffect(() => {
    if (!isWanted) return undefined;
    const [waiting, over] = [new AbortController(), new AbortController()];
    const begin = (): void => {
      waiting.abort();
      void app.suggestPasskeys(over.signal);
    };
    if (matchMedia("(hover: none)").matches) begin();
    else for (const sign of SIGNS) addEventListener(sign, begin, { signal: waiting.signal });
    return () => {
      waiting.abort();
      over.abort();
    };
  }, [app, isWanted]);
}

function PasswordForm({ busy }: { busy: boolean }): JSX.Element {
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
      <Button type="submit" look="main" isBusy={busy}>
        {busy ? t("signIn.busy") : t("signIn.submit")}
      </Button>
    </form>
  );
}

/** A button for each way that needs no password; where there is no password, the first stands out. */
function OtherWays({ ways, busy }: { ways: SignInWays; busy: boolean }): JSX.Element | null {
  const { app } = usePage();
  const { t } = useTexts();
  const { password, passkey, providers } = ways;
  if (!passkey && providers.length === 0) return null;
  return (
    <div className="sign-in__ways">
      {password ? <p className="sign-in__or">{t("provider.or")}</p> : null}
      {providers.map(({ id, name }, at) => (
        <Button
          key={id ?? ""}
          look={password || at > 0 ? "normal" : "main"}
          icon={LogIn}
          isBusy={busy}
          onPress={() => app.signOn(id)}
        >
          {t("provider.signIn", { name })}
        </Button>
      ))}
      {passkey ? (
        <Button icon={KeyRound} isBusy={busy} onPress={() => void app.signInWithPasskey()}>
          {t("passkey.signIn")}
        </Button>
      ) : null}
    </div>
  );
}
