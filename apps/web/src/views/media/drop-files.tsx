import { useState, type DragEvent, type JSX, type ReactNode } from "react";
import { useTexts } from "../../ui/texts.tsx";

/** A place that takes files from outside the page. Text and links that are dragged are left alone. */
export function DropFiles(props: {
  isOpen: boolean;
  onFiles: (files: readonly File[]) => void;
  children: ReactNode;
}): JSX.Element {
  const { t } = useTexts();
  const [isOver, setOver] = useState(false);
  const carries = (event: DragEvent): boolean => props.isOpen && event.dataTransfer.types.includes("Files");
  return (
    <div
      className="drop"
      onDragOver={(event) => {
        if (!carries(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        const to = event.relatedTarget;
        if (!(to instanceof Node) || !event.currentTarget.contains(to)) setOver(false);
      }}
      onDrop={(event) => {
        if (!carries(event)) return;
        event.preventDefault();
        setOver(false);
        props.onFiles([...event.dataTransfer.files]);
      }}
    >
      {props.children}
      {isOver ? <p className="drop__sign">{t("media.dropHere")}</p> : null}
    </div>
  );
}
