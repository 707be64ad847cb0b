import { useNavigate } from "@tanstack/react-router";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { AskingDevice } from "../../client/encryption/admission.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** New sign-ins of the same person: one tap lets each in. */
export function AskingDevices(): JSX.Element {
  const { admission } = useWorkspace();
  const { asking } = useViewModel(admission);
  return (
    <div role="alert">
      {asking.map((device) => (
        <Asking key={device.deviceId} device={device} />
      ))}
    </div>
  );
}

function Asking({ device }: { device: AskingDevice }): JSX.Element {
  const { t } = useTexts();
  const { admission } = useWorkspace();
  const navigate = useNavigate();
  const { deviceId, name, number, busy, hasFailed } = device;
  const refuse = (): void => {
    admission.dismiss(deviceId);
    void navigate({ to: "/settings" });
  };
  return (
    <section className="device-banner" aria-label={t("admit.title", { name })}>
      <div className="device-banner__words">
        <h2>{t("admit.title", { name })}</h2>
        <p>{t("admit.why", { number })}</p>
        {hasFailed ? <p className="fault">{t("admit.failed")}</p> : null}
      </div>
      <div className="device-banner__actions">
        <Button look="main" isBusy={busy} onPress={() => void admission.letIn(deviceId)}>
          {t("admit.letIn")}
        </Button>
        <Button onPress={refuse}>{t("admit.notMine")}</Button>
      </div>
    </section>
  );
}
