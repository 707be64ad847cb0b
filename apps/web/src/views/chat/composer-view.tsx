import { Send, X } from "lucide-react";
import { useEffect, useRef, type ClipboardEvent, type JSX, type KeyboardEvent } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { bytesTooMany, type ComposerModel } from "../../client/composer.ts";
import type { RoomFacts } from "../../client/rooms/room.ts";
import type { TimelineModel } from "../../client/timeline/timeline.ts";
import { textPreviewOf } from "../../client/timeline/preview.ts";
import { momentText } from "../../i18n/dates.ts";
import { IconButton } from "../../ui/button.tsx";
import { ExternalMark } from "../../ui/marks.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useViewModel } from "../../ui/use-view-model.ts";
import { LaterMenu } from "../later/later-menu.tsx";
import { Attach } from "../media/attach.tsx";
import { UploadQueue } from "../media/upload-queue.tsx";
import { VoiceRecorder } from "../media/voice-recorder.tsx";
import { MakePoll } from "../polls/make-poll.tsx";
import { useMentionChoice } from "./mention-choice.tsx";
import { ComposerNudge } from "../nudge/composer-nudge.tsx";

/** Where one writes. Enter sends, Shift+Enter begins a new line; Enter that ends a composition of an input method does neither. */
export function ComposerView(props: {
  facts: RoomFacts;
  composer: ComposerModel;
  timeline: TimelineModel;
  /** The room was opened at one of its messages. */
  hasLink?: boolean;
}): JSX.Element {
  const { facts, composer } = props;
  const { t } = useTexts();
  const { notes } = useWorkspace();
  const { text, answers, edits, later } = useViewModel(composer);
  const box = useRef<HTMLTextAreaElement>(null);
  // Whoever follows a link wants to see where it leads, not to write.
  const waits = props.hasLink === true && answers === undefined && edits === undefined && later === undefined;
  useEffect(() => {
    if (!waits) box.current?.focus();
  }, [answers, edits, later, waits]);
  useEffect(() => {
    if (box.current !== null) fit(box.current);
  }, [text]);
  const calling = useMentionChoice(facts, composer, box);
  if (!facts.maySend) return <p className="composer composer--closed quiet">{t("composer.mayNotSend")}</p>;
  const tooMany = bytesTooMany(text);
  const isNew = edits === undefined && later === undefined;
  const isEmpty = isNew && text === "";
  const key = props.timeline.thread === undefined ? "composer.name" : "composer.nameThread";
  const name = t(facts.isExternal ? `${key}External` : key, { room: facts.name });
  return (
    <div className="composer">
      <UploadQueue roomId={composer.roomId} thread={props.timeline.thread} />
      <About {...props} answers={answers} edits={edits} later={later?.at} />
      <ComposerNudge facts={facts} composer={composer} onDone={() => box.current?.focus()} />
      <p role="status" className={tooMany > 0 ? "fault small" : "hidden-text"}>
        {tooMany > 0 ? t("composer.tooLong", { count: Math.ceil(tooMany / 3) }) : ""}
      </p>
      {text === "" || notes.keeps(facts.id) ? null : <p className="small quiet">{t("composer.notKept")}</p>}
      {calling.list}
      <div className="composer__line">
        {facts.isExternal ? <ExternalMark /> : null}
        {isNew ? <Attach facts={facts} composer={composer} /> : null}
        {isEmpty ? <MakePoll facts={facts} composer={composer} /> : null}
        <textarea
          ref={box}
          className="composer__box"
          rows={1}
          value={text}
          aria-label={name}
          placeholder={name}
          enterKeyHint="send"
          {...calling.attributes}
          onChange={(event) => {
            composer.write(event.target.value);
            calling.look(event.target);
          }}
          onSelect={(event) => calling.look(event.currentTarget)}
          onKeyDown={(event) => (calling.keyDown(event) ? undefined : keyDown(event, composer))}
          onPaste={(event) => paste(event, composer)}
        />
        {isEmpty ? <VoiceRecorder composer={composer} /> : null}
        <SendButtons
          composer={composer}
          isDisabled={text.trim() === "" || tooMany > 0}
          onDone={() => box.current?.focus()}
        />
      </div>
    </div>
  );
}

function SendButtons(props: { composer: ComposerModel; isDisabled: boolean; onDone: () => void }): JSX.Element {
  const { composer, isDisabled, onDone } = props;
  const { t } = useTexts();
  const { text, edits, later } = useViewModel(composer);
  const isNew = edits === undefined && later === undefined;
  return (
    <>
      {text === "" || edits !== undefined ? null : <LaterMenu {...props} />}
      <span className={isNew && text === "" ? "composer__send composer__send--idle" : "composer__send"}>
        <IconButton
          icon={Send}
          label={t(isNew ? "composer.send" : "composer.save")}
          isDisabled={isDisabled}
          onPress={() => {
            composer.send();
            onDone();
          }}
        />
      </span>
    </>
  );
}

function keyDown(event: KeyboardEvent<HTMLTextAreaElement>, composer: ComposerModel): void {
  // NOTE Safari ends the composition before it tells of the key; 229 is how it marks that key.
  const isComposing = event.nativeEvent.isComposing || event.keyCode === 229;
  if (isComposing) return;
  if (event.key === "Escape" && composer.isLed) {
    composer.leave();
    event.preventDefault(); // it leaves the answer; what is around stays
  }
  if (event.key !== "Enter" || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  composer.send();
}

/** Pictures and files from the clipboard are attached; text is pasted as ever. */
function paste(event: ClipboardEvent<HTMLTextAreaElement>, composer: ComposerModel): void {
  const files = [...event.clipboardData.files];
  if (files.length === 0 || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  composer.choose(files);
}

/** The box grows with what is in it. */
function fit(box: HTMLTextAreaElement): void {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 200)}px`;
}

function About(props: {
  composer: ComposerModel;
  timeline: TimelineModel;
  answers: string | undefined;
  edits: string | undefined;
  /** When the scheduled message that is changed is to be sent. */
  later: number | undefined;
}): JSX.Element | null {
  const { t, say, locale } = useTexts();
  const { items } = useViewModel(props.timeline);
  if (props.answers === undefined && props.edits === undefined && props.later === undefined) return null;
  const target = items.find((item) => item.kind === "message" && item.id === props.answers);
  const sender = target?.kind === "message" ? target.sender.name : "";
  const text = target?.kind === "message" ? say(textPreviewOf(target.content)) : "";
  return (
    <div className="composer__about">
      <div className="composer__about-words">
        <p className="small composer__about-name">
          {props.later !== undefined
            ? t("later.editing", { when: momentText(locale, props.later) })
            : props.edits === undefined
              ? t("composer.answering", { name: sender })
              : t("composer.editing")}
        </p>
        {text === "" ? null : <p className="small quiet one-line">{text}</p>}
      </div>
      <IconButton icon={X} label={t("app.cancel")} onPress={() => props.composer.leave()} />
    </div>
  );
}
