import { useEffect, useState, type JSX } from "react";
import { usePage, useWorkspace } from "../../app/workspace-context.tsx";
import type { WebPushState } from "../../client/notify/web-push.ts";
import { useTexts } from "../../ui/texts.tsx";
import { Tick } from "../../ui/tick.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** How this device tells of news. The browser's permission is asked for here and nowhere else. */
export function DeviceNotices(): JSX.Element {
  const { preferences } = usePage();
  const { t } = useTexts();
  const { sound, showWords } = useViewModel(preferences);
  return (
    <div className="notify__ticks">
      <Tick text={t("notify.sound")} isOn={sound} onChange={(isOn) => preferences.change({ sound: isOn })} />
      <DesktopNotices />
      <WebPush />
      <Tick
        text={t("notify.showWords")}
        hint={t("notify.showWordsWhy")}
        isOn={showWords}
        onChange={(isOn) => preferences.change({ showWords: isOn })}
      />
    </div>
  );
}

function DesktopNotices(): JSX.Element {
  const { preferences } = usePage();
  const { desktop: outside } = useWorkspace().notify.notifier;
  const { t } = useTexts();
  const { desktop } = useViewModel(preferences);
  const [permission, setPermission] = useState(outside.permission());
  useEffect(() => setPermission(outside.permission()), [outside]);
  const change = async (isOn: boolean): Promise<void> => {
    const now = isOn ? await outside.ask() : outside.permission();
    setPermission(now);
    preferences.change({ desktop: isOn && now === "granted" });
  };
  return (
    <div>
      <Tick
        text={t("notify.desktop")}
        hint={t("notify.desktopWhy")}
        isOn={desktop && permission === "granted"}
        isDisabled={permission === "unsupported"}
        onChange={(isOn) => void change(isOn)}
      />
      <p role="status" className="notify__state">
        {permission === "denied" ? t("notify.blocked") : permission === "unsupported" ? t("notify.unsupported") : ""}
      </p>
    </div>
  );
}

function WebPush(): JSX.Element {
  const { webPush } = useWorkspace().notify;
  const { t } = useTexts();
  const { state, isBusy } = useViewModel(webPush);
  const isImpossible = state.is === "not-offered" || state.is === "unsupported" || state.is === "looking";
  return (
    <div>
      <Tick
        text={t("notify.push")}
        hint={t("notify.pushWhy")}
        isOn={state.is === "on"}
        isDisabled={isBusy || isImpossible}
        onChange={(isOn) => void (isOn ? webPush.switchOn() : webPush.switchOff())}
      />
      <p role="status" className="notify__state">
        {useStateText(state)}
      </p>
    </div>
  );
}

function useStateText(state: WebPushState): string {
  const { t } = useTexts();
  switch (state.is) {
    case "not-offered":
      return t("notify.pushNotOffered");
    case "unsupported":
      return t("notify.pushUnsupported");
    case "blocked":
      return t("notify.blocked");
    case "host-refused":
      return t("notify.pushHost", { host: state.host });
    case "unreachable":
      return t("notify.pushUnreachable");
    case "failed":
      return t("notify.pushFailed");
    default:
      return "";
  }
}
