import { Camera, Paperclip, X } from "lucide-react";
import { useEffect, useRef, useState, type ChangeEvent, type JSX } from "react";
import type { ComposerModel } from "../../client/composer.ts";
import { isFilm } from "../../client/media/film-notes.ts";
import type { RoomFacts } from "../../client/rooms/room.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { DialogWindow } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Tick } from "../../ui/tick.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { FilesNudge } from "../nudge/composer-nudge.tsx";
import { sizeText } from "./sizes.ts";

/** Opens the chooser of files, on a phone the camera too; what was chosen is looked at once before it goes. */
export function Attach({ facts, composer }: { facts: RoomFacts; composer: ComposerModel }): JSX.Element {
  const { t } = useTexts();
  const { files = [] } = useViewModel(composer);
  const chooser = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const chosen = (event: ChangeEvent<HTMLInputElement>): void => {
    composer.choose([...(event.target.files ?? [])]);
    event.target.value = "";
  };
  return (
    <>
      <IconButton icon={Paperclip} label={t("media.attach")} onPress={() => chooser.current?.click()} />
      <span className="attach__camera">
        <IconButton icon={Camera} label={t("media.camera")} onPress={() => camera.current?.click()} />
      </span>
      <input ref={chooser} type="file" multiple hidden data-chooser="files" onChange={chosen} />
      <input ref={camera} type="file" accept="image/*" capture="environment" hidden onChange={chosen} />
      {files.length === 0 ? null : <SendDialog facts={facts} composer={composer} files={files} />}
    </>
  );
}

function SendDialog(props: { facts: RoomFacts; composer: ComposerModel; files: readonly File[] }): JSX.Element {
  const { facts, composer, files } = props;
  const { t } = useTexts();
  const { text, worry } = useViewModel(composer);
  const [isShrunk, setShrunk] = useState(false);
  const [keepsPlace, setPlace] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const hasPictures = files.some(({ type }) => /^image\/(jpeg|png|webp)$/.test(type));
  const hasFilms = files.some(isFilm);
  const follow = (sending: Promise<void>): void => {
    setBusy(true);
    setFailed(false);
    sending.catch(() => setFailed(true)).finally(() => setBusy(false));
  };
  return (
    <DialogWindow title={t("media.sendTitle", { count: files.length })} onClose={() => composer.unchoose()}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) follow(composer.sendFiles({ isShrunk, keepsPlace }));
        }}
      >
        <p className="small quiet">{t("media.to", { room: facts.name })}</p>
        <ul className="chosen">
          {files.map((file, index) => (
            <Chosen key={`${index} ${file.name}`} file={file} onRemove={() => composer.unchoose(file)} />
          ))}
        </ul>
        <Field label={t("media.caption")} value={text} onChange={(next) => composer.write(next)} autoFocus />
        {hasPictures ? <Tick isOn={isShrunk} onChange={setShrunk} text={t("media.shrink")} /> : null}
        {(hasPictures && !isShrunk) || hasFilms ? (
          <Tick isOn={keepsPlace} onChange={setPlace} text={t("media.keepPlace")} />
        ) : null}
        {hasFailed ? (
          <p className="fault" role="alert">
            {t("media.unreadable")}
          </p>
        ) : null}
        {worry === undefined ? (
          <div className="dialog__actions">
            <Button onPress={() => composer.unchoose()}>{t("app.cancel")}</Button>
            <Button look="main" type="submit" isBusy={isBusy}>
              {t("media.send")}
            </Button>
          </div>
        ) : null}
      </form>
      <FilesNudge facts={facts} composer={composer} onSending={follow} />
    </DialogWindow>
  );
}

function Chosen({ file, onRemove }: { file: File; onRemove: () => void }): JSX.Element {
  const { t, locale } = useTexts();
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!/^image\/(jpeg|png|gif|webp|avif)$/.test(file.type)) return undefined;
    const address = URL.createObjectURL(file);
    setUrl(address);
    return () => URL.revokeObjectURL(address);
  }, [file]);
  return (
    <li className="chosen__file">
      {url === undefined ? <Paperclip size={20} aria-hidden /> : <img className="chosen__picture" src={url} alt="" />}
      <bdi className="one-line chosen__name">{file.name}</bdi>
      <span className="small quiet">{sizeText(locale, file.size)}</span>
      <IconButton icon={X} label={t("media.remove", { name: file.name })} onPress={onRemove} />
    </li>
  );
}
