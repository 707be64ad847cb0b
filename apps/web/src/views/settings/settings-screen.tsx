import "./settings.css";
import { LogOut } from "lucide-react";
import { useState, type JSX } from "react";
import { usePage, useWorkspace } from "../../app/workspace-context.tsx";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { Custodians } from "../custody/custodians.tsx";
import { NotificationSettings } from "../notify/notification-settings.tsx";
import { LanguageChoice } from "./language-choice.tsx";
import { Passkeys } from "./passkeys.tsx";
import { OwnData } from "./own-data.tsx";
import { Sessions } from "./sessions.tsx";
import { RecoveryPhrase } from "./recovery-phrase.tsx";

/** Settings of this device and this account. A new section is a component of its own, added here. */
export function SettingsScreen(): JSX.Element {
  const { t } = useTexts();
  return (
    <div className="settings">
      <h1>{t("settings.title")}</h1>
      <Appearance />
      <NotificationSettings />
      <Passkeys />
      <RecoveryPhrase />
      <Custodians />
      <Sessions />
      <OwnData />
      <Account />
    </div>
  );
}

function Appearance(): JSX.Element {
  const { preferences } = usePage();
  const { t } = useTexts();
  const { theme, textSize, density } = useViewModel(preferences);
  return (
    <section className="settings__section" aria-labelledby="settings-appearance">
      <h2 id="settings-appearance">{t("settings.appearance")}</h2>
      <LanguageChoice />
      <Choice
        label={t("settings.theme")}
        value={theme}
        options={[
          { id: "system", text: t("settings.themeSystem") },
          { id: "light", text: t("settings.themeLight") },
          { id: "dark", text: t("settings.themeDark") },
        ]}
        onChange={(next) => preferences.change({ theme: next })}
      />
      <Choice
        label={t("settings.textSize")}
        value={textSize}
        options={[
          { id: "small", text: t("settings.small") },
          { id: "normal", text: t("settings.normal") },
          { id: "large", text: t("settings.large") },
        ]}
        onChange={(next) => preferences.change({ textSize: next })}
      />
      <Choice
        label={t("settings.density")}
        value={density}
        options={[
          { id: "comfortable", text: t("settings.comfortable") },
          { id: "compact", text: t("settings.compact") },
        ]}
        onChange={(next) => preferences.change({ density: next })}
      />
    </section>
  );
}

function Account(): JSX.Element {
  const { app } = usePage();
  const { session } = useWorkspace();
  const { t } = useTexts();
  const [isAsking, setAsking] = useState(false);
  return (
    <section className="settings__section" aria-labelledby="settings-account">
      <h2 id="settings-account">{t("settings.account")}</h2>
      <p>{t("settings.signedInAs", { userId: session.userId })}</p>
      <div>
        <Button look="danger" icon={LogOut} onPress={() => setAsking(true)}>
          {t("settings.signOut")}
        </Button>
      </div>
      {isAsking ? (
        <Confirm
          question={t("settings.signOutSure")}
          action={t("settings.signOut")}
          onYes={() => void app.signOut()}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </section>
  );
}
