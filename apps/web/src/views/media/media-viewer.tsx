import { Download, X, ZoomIn } from "lucide-react";
import { useState, type JSX } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import type { FileContent } from "../../client/timeline/file-content.ts";
import { IconButton } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { useDownload } from "./use-download.ts";
import { useMedia } from "./use-media.ts";

/** A picture or a PDF over the whole screen; Escape closes it. */
export function MediaViewer({ content, onClose }: { content: FileContent; onClose: () => void }): JSX.Element {
  const { t } = useTexts();
  const [isLarge, setLarge] = useState(false);
  const { download } = useDownload(content);
  return (
    <ModalOverlay className="viewer" isOpen isDismissable onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <Modal className="viewer__modal">
        <Dialog className="viewer__dialog">
          <header className="viewer__header">
            <Heading slot="title" level={2} className="viewer__title one-line">
              <bdi>{content.name}</bdi>
            </Heading>
            {content.kind === "image" ? (
              <IconButton
                icon={ZoomIn}
                label={t("media.zoom")}
                aria-pressed={isLarge}
                onPress={() => setLarge(!isLarge)}
              />
            ) : null}
            <IconButton
              icon={Download}
              label={t("media.download", { name: content.name })}
              onPress={() => void download()}
            />
            <IconButton icon={X} label={t("app.close")} onPress={onClose} />
          </header>
          <div className={isLarge ? "viewer__stage viewer__stage--large" : "viewer__stage"}>
            <Stage content={content} />
          </div>
          {content.caption === "" ? null : <p className="viewer__caption">{content.caption}</p>}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Stage({ content }: { content: FileContent }): JSX.Element {
  const { t } = useTexts();
  const { url, hasFailed } = useMedia(content.source, content.type);
  if (hasFailed) return <p role="alert">{t("media.cannotOpen")}</p>;
  if (content.type === "application/pdf" && !navigator.pdfViewerEnabled) return <p role="status">{t("media.noPdf")}</p>;
  if (url === undefined) return <p role="status">{t("media.loading")}</p>;
  if (content.type === "application/pdf") return <iframe className="viewer__pages" src={url} title={content.name} />;
  return <img className="viewer__image" src={url} alt={t("media.image", { name: content.name })} />;
}
