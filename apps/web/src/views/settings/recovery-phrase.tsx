import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** Shows the phrase that lets a new device in, when asked to. */
export function RecoveryPhrase(): JSX.Element {
  const { t } = useTexts();
  const { encryption } = useWorkspace();
  const { step } = useViewModel(encryption);
  const [isShown, setShown] = useState(false);
  const phrase = encryption.recoveryPhrase();
  return (
    <section className="settings__section" aria-labelledby="settings-keys">
      <h2 id="settings-keys">{t("settings.keys")}</h2>
      <p>{t("settings.phraseWhy")}</p>
      {phrase === undefined ? (
        <p className="quiet">{t(step === "setting-up" ? "settings.settingUp" : "settings.noPhrase")}</p>
      ) : (
        <div>
          <Button onPress={() => setShown(!isShown)}>
            {t(isShown ? "settings.hidePhrase" : "settings.showPhrase")}
          </Button>
        </div>
      )}
      {isShown && phrase !== undefined ? <code className="settings__phrase">{phrase}</code> : null}
    </section>
  );
}
