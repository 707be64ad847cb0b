import { Mic, Send, Trash2 } from "lucide-react";
import { useEffect, useRef, useState, type JSX } from "react";
import type { ComposerModel } from "../../client/composer.ts";
import { IconButton } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { clockText } from "./sizes.ts";

interface Recording {
  readonly recorder: MediaRecorder;
  readonly began: number;
  readonly chunks: Blob[];
}

/** The longest voice message; then it waits to be sent. */
const LONGEST_MS = 15 * 60_000;

/** Records a voice message. Nothing leaves the device before it is sent; leaving the room gives it up. */
export function VoiceRecorder({ composer }: { composer: ComposerModel }): JSX.Element {
  const { t } = useTexts();
  const [recording, setRecording] = useState<Recording>();
  const [hasFailed, setFailed] = useState(false);
  const now = useTicks(recording !== undefined);
  const current = useRef<Recording>(undefined);
  current.current = recording;
  useEffect(() => () => stop(current.current), []);
  const elapsed = recording === undefined ? 0 : Math.min(LONGEST_MS, now - recording.began);
  const start = (): void => {
    setFailed(false);
    record().then(setRecording, () => setFailed(true));
  };
  const send = async (): Promise<void> => {
    if (recording === undefined) return;
    setRecording(undefined);
    const { recorder, chunks } = recording;
    await stopped(recorder);
    await composer.sendVoice(new Blob(chunks, { type: recorder.mimeType }), elapsed);
  };
  if (recording === undefined) {
    return (
      <>
        <IconButton icon={Mic} label={t("media.record")} onPress={start} />
        {hasFailed ? (
          <p className="composer__fault small" role="alert">
            {t("media.noMicrophone")}
          </p>
        ) : null}
      </>
    );
  }
  return (
    <span className="recorder">
      <span className="recorder__time small">{t("media.recording", { time: clockText(elapsed) })}</span>
      <IconButton
        icon={Trash2}
        label={t("media.recordDrop")}
        onPress={() => {
          stop(recording);
          setRecording(undefined);
        }}
      />
      <IconButton icon={Send} label={t("media.recordSend")} onPress={() => void send()} />
    </span>
  );
}

async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: true },
  });
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: 32_000 });
  const chunks: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => chunks.push(data));
  recorder.start(1000);
  setTimeout(() => (recorder.state === "recording" ? recorder.pause() : undefined), LONGEST_MS);
  return { recorder, began: Date.now(), chunks };
}

function stop(recording: Recording | undefined): void {
  if (recording === undefined) return;
  if (recording.recorder.state !== "inactive") recording.recorder.stop();
  for (const track of recording.recorder.stream.getTracks()) track.stop();
}

function stopped(recorder: MediaRecorder): Promise<void> {
  return new Promise((resolve) => {
    recorder.addEventListener("stop", () => resolve(), { once: true });
    recorder.stop();
    for (const track of recorder.stream.getTracks()) track.stop();
  });
}

function useTicks(isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [isRunning]);
  return now;
}
