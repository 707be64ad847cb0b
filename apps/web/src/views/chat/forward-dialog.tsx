import { fold } from "@causeway/base";
import { useMemo, useState, type JSX } from "react";
import { Input, SearchField } from "react-aria-components";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { forward, forwardTargets } from "../../client/rooms/forward.ts";
import type { TimelineModel } from "../../client/timeline/timeline.ts";
import { Button } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { LabelMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** More are found by their names. */
const MOST = 30;

/** Chooses where a message is said again. Rooms where it may not go are shown with the reason. */
export function ForwardDialog(props: { timeline: TimelineModel; id: string; onClose: () => void }): JSX.Element {
  const { timeline, id } = props;
  const { t } = useTexts();
  const { client, outbox, room } = useWorkspace();
  const { label } = useViewModel(room(timeline.roomId).about);
  const [query, setQuery] = useState("");
  const [done, setDone] = useState<string>();
  const targets = useMemo(() => forwardTargets(client, timeline.find(id)), [client, timeline, id]);
  const wanted = fold(query.trim());
  const shown = targets.filter(({ name }) => fold(name).includes(wanted)).slice(0, MOST);
  return (
    <DialogWindow title={t("message.forward")} onClose={props.onClose}>
      <p role="status">{done === undefined ? "" : t("forward.done", { room: done })}</p>
      {done === undefined ? (
        <>
          <SearchField aria-label={t("rooms.search")} className="field" value={query} onChange={setQuery} autoFocus>
            <Input placeholder={t("rooms.search")} />
          </SearchField>
          {shown.length === 0 ? (
            <p className="quiet">{t(targets.length === 0 ? "forward.none" : "rooms.nothingFound")}</p>
          ) : null}
          <ul className="forward" aria-label={t("forward.to")}>
            {shown.map((target) => (
              <li key={target.id} className="forward__room">
                <span className="forward__words">
                  <span>
                    <bdi>{target.name}</bdi>{" "}
                    {target.label === "unclassified" ? null : <LabelMark label={target.label} />}
                  </span>
                  {target.refusal === undefined ? null : (
                    <span className="small quiet">
                      {t(`forward.${target.refusal}`, { label: t(`label.${label}`) })}
                    </span>
                  )}
                </span>
                <Button
                  isDisabled={target.refusal !== undefined}
                  aria-label={`${t("message.forward")}: ${target.name}`}
                  onPress={() => {
                    if (forward({ client, outbox }, timeline.find(id), target.id)) setDone(target.name);
                  }}
                >
                  {t("message.forward")}
                </Button>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <div className="dialog__actions">
          <Button look="main" onPress={props.onClose} autoFocus>
            {t("app.close")}
          </Button>
        </div>
      )}
    </DialogWindow>
  );
}
