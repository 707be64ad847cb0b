import { ArrowLeft } from "lucide-react";
import type { JSX, ReactNode } from "react";
import { IconButton } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** The detail beside a list: its title, the way back on a phone, and what is in it. */
export function DetailPane(props: {
  title: string;
  className: string;
  onBack: () => void;
  /** Beside the title. */
  action?: ReactNode;
  children: ReactNode;
}): JSX.Element {
  const { t } = useTexts();
  const { title, className, onBack, action, children } = props;
  return (
    <section className="pane pane--detail" aria-label={title}>
      <header className="pane__header">
        <span className="pane__back">
          <IconButton icon={ArrowLeft} label={t("app.back")} onPress={onBack} />
        </span>
        <h1 className="pane__title">{title}</h1>
        {action}
      </header>
      <div className={className}>{children}</div>
    </section>
  );
}
