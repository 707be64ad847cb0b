import { RotateCw, X } from "lucide-react";
import type { JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { Upload } from "../../client/media/uploads.ts";
import { IconButton } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";

/** The files of a room, or of one of its threads, that are on their way, each with how far it is and a way to stop it. */
export function UploadQueue(props: { roomId: string; thread: string | undefined }): JSX.Element | null {
  const { t } = useTexts();
  const { uploads } = useWorkspace();
  const here = useViewModel(uploads).filter(({ roomId, thread }) => roomId === props.roomId && thread === props.thread);
  if (here.length === 0) return null;
  return (
    <ul className="queue" aria-label={t("media.queue")}>
      {here.map((upload) => (
        <Line key={upload.id} upload={upload} />
      ))}
    </ul>
  );
}

function Line({ upload }: { upload: Upload }): JSX.Element {
  const { t } = useTexts();
  const { uploads } = useWorkspace();
  const { id, name, bytes, sent, state, fault, isLoose = false } = upload;
  const percent = bytes === 0 ? 100 : Math.min(100, Math.round((sent / bytes) * 100));
  return (
    <li className="queue__file">
      <div className="queue__words">
        <bdi className="one-line">{name}</bdi>
        {state === "sending" ? (
          <progress
            className="queue__progress"
            max={100}
            value={percent}
            aria-label={t("media.progress", { name, percent })}
          />
        ) : null}
        {state === "waiting" ? <span className="small quiet">{t("media.waiting")}</span> : null}
        {isLoose ? <span className="small quiet">{t("media.noSpace")}</span> : null}
        {fault === undefined ? null : (
          <span className="small queue__fault" role="alert">
            {t(`media.fault.${fault}`)}
          </span>
        )}
      </div>
      {state === "failed" && fault === "refused" ? (
        <IconButton icon={RotateCw} label={t("media.retry", { name })} onPress={() => uploads.retry(id)} />
      ) : null}
      <IconButton icon={X} label={t("media.cancel", { name })} onPress={() => void uploads.cancel(id)} />
    </li>
  );
}
