import { Download } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { reasonOf } from "../../client/refusal.ts";
import { ownData } from "../../client/settings/own-data.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** One's own data in a file. */
export function OwnData(): JSX.Element {
  const { t } = useTexts();
  const { client, api } = useWorkspace();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const save = async (): Promise<void> => {
    setBusy(true);
    setFault(undefined);
    try {
      const url = URL.createObjectURL(new Blob([await ownData(client, api)], { type: "application/json" }));
      const link = document.createElement("a");
      link.href = url;
      link.download = "causeway-own-data.json";
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 10_000);
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
    }
    setBusy(false);
  };
  return (
    <section className="settings__section" aria-labelledby="settings-data">
      <h2 id="settings-data">{t("settings.data")}</h2>
      <p>{t("settings.dataWhy")}</p>
      <div>
        <Button icon={Download} isBusy={isBusy} onPress={() => void save()}>
          {t("settings.dataSave")}
        </Button>
      </div>
      <div role="alert">{fault}</div>
    </section>
  );
}
