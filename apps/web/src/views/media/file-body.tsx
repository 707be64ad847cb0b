import { Download, FileText, Mic, Play } from "lucide-react";
import { useState, type JSX } from "react";
import type { FileContent } from "../../client/timeline/file-content.ts";
import { IconButton } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { clockText, sizeText } from "./sizes.ts";
import { useDownload } from "./use-download.ts";
import { useMedia } from "./use-media.ts";
import { MediaViewer } from "./media-viewer.tsx";
import "./media.css";

/** The largest a picture stands in the timeline, in CSS pixels. */
const WIDEST = 320;
const HIGHEST = 320;

/** A file in the timeline: a picture as a picture, a sound to play, anything else to download. */
export function FileBody({ content }: { content: FileContent }): JSX.Element {
  switch (content.kind) {
    case "image":
      return <Picture content={content} />;
    case "audio":
    case "video":
      return <Playable content={content} />;
    case "file":
      return <Plain content={content} />;
  }
}

/** Its place is kept before it is there, so that nothing jumps. */
function Picture({ content }: { content: FileContent }): JSX.Element {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const hasThumbnail = content.thumbnail !== undefined;
  const { url, hasFailed } = useMedia(content.thumbnail ?? content.source, hasThumbnail ? "image/jpeg" : content.type);
  if (content.source === undefined || hasFailed) return <Plain content={content} hasFailed={hasFailed} />;
  const { width = WIDEST, height = (WIDEST * 3) / 4 } = content;
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  return (
    <>
      <button
        type="button"
        className="picture"
        style={{ width: Math.max(48, width * scale), aspectRatio: `${width} / ${height}` }}
        aria-label={t("media.openImage", { name: content.name })}
        onClick={() => setOpen(true)}
      >
        {url === undefined ? null : <img className="picture__image" src={url} alt="" />}
      </button>
      {isOpen ? <MediaViewer content={content} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

/** Nothing is fetched before somebody wants to hear or see it. */
function Playable({ content }: { content: FileContent }): JSX.Element {
  const { t } = useTexts();
  const [isWanted, setWanted] = useState(false);
  const { url, hasFailed } = useMedia(isWanted ? content.source : undefined, content.type);
  const time = clockText(content.duration ?? 0);
  const name = content.isVoice ? t("media.voice", { time }) : content.name;
  if (content.source === undefined || hasFailed) return <Plain content={content} hasFailed={hasFailed} />;
  if (url !== undefined && content.kind === "video")
    return <video className="film" src={url} controls autoPlay aria-label={name} />;
  if (url !== undefined) return <audio className="sound" src={url} controls autoPlay aria-label={name} />;
  return (
    <p className="file">
      <IconButton
        icon={isWanted ? Download : Play}
        label={t("media.play", { name })}
        isDisabled={isWanted}
        onPress={() => setWanted(true)}
      />
      {content.isVoice ? <Mic size={16} aria-hidden /> : null}
      <bdi className="file__name">{name}</bdi>
    </p>
  );
}

function Plain({ content, hasFailed = false }: { content: FileContent; hasFailed?: boolean }): JSX.Element {
  const { t, locale } = useTexts();
  const { download, percent, fault } = useDownload(content);
  const [isOpen, setOpen] = useState(false);
  const isShown = content.type === "application/pdf" && content.source !== undefined;
  return (
    <div className="file-block">
      <p className="file">
        <FileText size={20} aria-hidden />
        {isShown ? (
          <button type="button" className="link-button file__name" onClick={() => setOpen(true)}>
            <bdi>{content.name}</bdi>
          </button>
        ) : (
          <bdi className="file__name">{content.name}</bdi>
        )}
        {content.bytes === undefined ? null : <span className="small quiet">{sizeText(locale, content.bytes)}</span>}
        {content.source === undefined ? null : (
          <IconButton
            icon={Download}
            label={t("media.download", { name: content.name })}
            onPress={() => void download()}
          />
        )}
      </p>
      {percent === undefined ? null : (
        <p className="small quiet" role="status">
          {t("media.downloading", { percent })}
        </p>
      )}
      {fault || hasFailed ? (
        <p className="small" role="alert">
          {t("media.cannotOpen")}
        </p>
      ) : null}
      {isOpen ? <MediaViewer content={content} onClose={() => setOpen(false)} /> : null}
    </div>
  );
}
