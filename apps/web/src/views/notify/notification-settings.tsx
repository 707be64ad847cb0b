import "./settings.css";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { Level, Levels } from "../../client/notify/levels.ts";
import { Choice } from "../../ui/choice.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Tick } from "../../ui/tick.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { DeviceNotices } from "./device-notices.tsx";
import { Keywords } from "./keywords.tsx";
import { QuietTimes } from "./quiet-times.tsx";

const levels: readonly Level[] = ["all", "mentions", "none"];

/** What one is told of, on all devices and on this one. */
export function NotificationSettings(): JSX.Element {
  const { t, say } = useTexts();
  const { settings } = useWorkspace().notify;
  const { levels: now, fault } = useViewModel(settings);
  return (
    <section className="settings__section" aria-labelledby="settings-notify">
      <h2 id="settings-notify">{t("notify.title")}</h2>
      <div role="alert">{fault === undefined ? null : <p className="fault">{say(fault)}</p>}</div>
      <h3>{t("notify.account")}</h3>
      <Tick
        text={t("notify.on")}
        isOn={now.on}
        onChange={(on) => void settings.change((before) => ({ ...before, on }))}
      />
      {now.on ? <What now={now} /> : null}
      <h3>{t("notify.device")}</h3>
      <DeviceNotices />
    </section>
  );
}

function What({ now }: { now: Levels }): JSX.Element {
  const { t } = useTexts();
  const { settings } = useWorkspace().notify;
  const change = (more: Partial<Levels>): void => void settings.change((before) => ({ ...before, ...more }));
  const options = levels.map((id) => ({ id, text: t(`notify.${id}`) }));
  return (
    <>
      <Choice
        label={t("notify.direct")}
        value={now.direct}
        options={options}
        onChange={(direct) => change({ direct })}
      />
      <Choice label={t("notify.rooms")} value={now.rooms} options={options} onChange={(rooms) => change({ rooms })} />
      <p className="small quiet">{t("notify.levelHint")}</p>
      <div className="notify__ticks">
        <Tick text={t("notify.byName")} isOn={now.mentions} onChange={(mentions) => change({ mentions })} />
        <Tick text={t("notify.atRoom")} isOn={now.atRoom} onChange={(atRoom) => change({ atRoom })} />
        <Tick
          text={t("notify.invitations")}
          isOn={now.invitations}
          onChange={(invitations) => change({ invitations })}
        />
      </div>
      <Keywords words={now.keywords} />
      <QuietTimes />
    </>
  );
}
