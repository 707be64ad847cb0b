import { everyDay, MAX_QUIET_TIMES, type QuietTime } from "@causeway/matrix-push-rules";
import { X } from "lucide-react";
import { useState, type FormEvent, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { weekdayText } from "../../i18n/dates.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Tick } from "../../ui/tick.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** When one is to be left in peace. */
export function QuietTimes(): JSX.Element {
  const { t } = useTexts();
  const { settings } = useWorkspace().notify;
  const { quiet } = useViewModel(settings);
  const say = useQuietText();
  return (
    <div className="notify__part">
      <h4 id="notify-quiet">{t("notify.quiet")}</h4>
      <Tick
        text={t("notify.quietOn")}
        hint={t("notify.quietWhy")}
        isOn={quiet.on}
        onChange={(on) => void settings.setQuiet(on && quiet.times.length === 0 ? { on, times: [NIGHTS] } : { on })}
      />
      {quiet.on ? (
        <>
          <ul className="settings__list" aria-labelledby="notify-quiet">
            {quiet.times.map((time, index) => (
              <li key={say(time)} className="settings__session">
                <span>{say(time)}</span>
                <IconButton
                  icon={X}
                  label={t("notify.removeQuiet", { time: say(time) })}
                  onPress={() => void settings.setQuiet({ times: quiet.times.filter((_, at) => at !== index) })}
                />
              </li>
            ))}
          </ul>
          <p className="small quiet">{t("notify.quietZone", { zone: quiet.zone })}</p>
          <NewQuietTime times={quiet.times} />
        </>
      ) : null}
    </div>
  );
}

/** What is proposed to whoever has none yet. */
const NIGHTS: QuietTime = { days: everyDay, from: "22:00", until: "07:00" };

function useQuietText(): (time: QuietTime) => string {
  const { t, locale } = useTexts();
  return ({ days, from, until }) => {
    const names =
      days.length === everyDay.length
        ? t("notify.everyDay")
        : days.map((day) => weekdayText(locale, day)).join(locale === "en" ? ", " : "、");
    if (from === "00:00" && until === "24:00") return t("notify.quietAllDay", { days: names });
    return t(from <= until ? "notify.quietTime" : "notify.quietNextDay", { days: names, from, until });
  };
}

function NewQuietTime({ times }: { times: readonly QuietTime[] }): JSX.Element {
  const { t, locale } = useTexts();
  const { settings } = useWorkspace().notify;
  const [days, setDays] = useState<readonly number[]>([6, 7]);
  const [hours, setHours] = useState({ from: "22:00", until: "07:00" });
  const [isAllDay, setAllDay] = useState(false);
  const [fault, setFault] = useState<string>();
  const add = (event: FormEvent): void => {
    event.preventDefault();
    const time: QuietTime = { days, ...(isAllDay ? { from: "00:00", until: "24:00" } : hours) };
    const isTime = days.length > 0 && time.from !== "" && time.until !== "" && time.from !== time.until;
    const isFull = times.length >= MAX_QUIET_TIMES;
    setFault(isFull ? t("notify.manyQuiet", { most: MAX_QUIET_TIMES }) : isTime ? undefined : t("notify.badQuiet"));
    const others = times.filter((one) => JSON.stringify(one) !== JSON.stringify(time));
    if (isTime && !isFull) void settings.setQuiet({ times: [...others, time] });
  };
  return (
    <form className="notify__part" onSubmit={add}>
      <fieldset className="notify__days">
        <legend>{t("notify.days")}</legend>
        {everyDay.map((day) => (
          <Tick
            key={day}
            text={weekdayText(locale, day)}
            isOn={days.includes(day)}
            onChange={(isOn) => setDays(everyDay.filter((one) => (one === day ? isOn : days.includes(one))))}
          />
        ))}
      </fieldset>
      <Tick text={t("notify.allDay")} isOn={isAllDay} onChange={setAllDay} />
      {isAllDay ? null : (
        <div className="notify__row">
          {(["from", "until"] as const).map((end) => (
            <Field
              key={end}
              type="time"
              label={t(`notify.${end}`)}
              value={hours[end]}
              onChange={(time) => setHours({ ...hours, [end]: time })}
            />
          ))}
        </div>
      )}
      <div role="alert">{fault === undefined ? null : <p className="fault">{fault}</p>}</div>
      <div>
        <Button type="submit">{t("notify.addQuiet")}</Button>
      </div>
    </form>
  );
}
