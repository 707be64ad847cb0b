import { X } from "lucide-react";
import type { JSX, ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button, IconButton } from "./button.tsx";
import { useTexts } from "./texts.tsx";

/** A window over the screen; Escape and a press beside it close it. */
export function DialogWindow({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}): JSX.Element {
  const { t } = useTexts();
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}>
      <Modal className="dialog">
        <Dialog>
          <div className="dialog__body">
            <header className="pane__header pane__header--dialog">
              <Heading slot="title" level={2} className="pane__title">
                {title}
              </Heading>
              <IconButton icon={X} label={t("app.close")} onPress={onClose} />
            </header>
            {children}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** Asks before what cannot be undone. */
export function Confirm({
  question,
  action,
  look = "danger",
  onYes,
  onClose,
}: {
  question: string;
  action: string;
  look?: "danger" | "main";
  onYes: () => void;
  onClose: () => void;
}): JSX.Element {
  const { t } = useTexts();
  return (
    <DialogWindow title={action} onClose={onClose}>
      <p>{question}</p>
      <div className="dialog__actions">
        <Button onPress={onClose}>{t("app.cancel")}</Button>
        <Button
          look={look}
          onPress={() => {
            onClose();
            onYes();
          }}
        >
          {action}
        </Button>
      </div>
    </DialogWindow>
  );
}
