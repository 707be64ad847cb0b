import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { Level } from "../../client/notify/levels.ts";
import { Choice } from "../../ui/choice.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

const levels: readonly Level[] = ["all", "mentions", "none"];

/** What one is told of a room, when it is to be otherwise than in the settings. */
export function RoomLevel({ roomId }: { roomId: string }): JSX.Element {
  const { t, say } = useTexts();
  const { settings } = useWorkspace().notify;
  const { levels: now, fault } = useViewModel(settings);
  return (
    <>
      <Choice
        label={t("notify.ofRoom")}
        value={now.ofRooms.get(roomId) ?? "usual"}
        options={[{ id: "usual", text: t("notify.asUsual") }, ...levels.map((id) => ({ id, text: t(`notify.${id}`) }))]}
        onChange={(next) => void settings.setRoom(roomId, next === "usual" ? undefined : next)}
      />
      <div role="alert">{fault === undefined ? null : <p className="fault">{say(fault)}</p>}</div>
    </>
  );
}
