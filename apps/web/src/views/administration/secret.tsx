import { Copy } from "lucide-react";
import { useState, type JSX } from "react";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** Something to be carried elsewhere: shown whole, and copied by a press. It is kept nowhere. */
export function Secret({ label, text }: { label: string; text: string }): JSX.Element {
  const { t } = useTexts();
  const [isCopied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <figure className="admin__secret" aria-label={label}>
      <figcaption className="small quiet">{label}</figcaption>
      <pre tabIndex={0}>{text.trimEnd()}</pre>
      {"clipboard" in navigator ? (
        <div className="admin__actions">
          <Button icon={Copy} aria-label={t("admin.copyNamed", { name: label })} onPress={() => void copy()}>
            {t("admin.copy")}
          </Button>
          <span role="status" className="small quiet">
            {isCopied ? t("admin.copied") : ""}
          </span>
        </div>
      ) : null}
    </figure>
  );
}
