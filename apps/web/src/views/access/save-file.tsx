import { Download } from "lucide-react";
import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";

/** How long a browser may take to begin to save. */
const KEEP_MS = 60_000;

/** A file of the server's that a button saves. */
export interface ServerFile {
  readonly name: string;
  readonly text: string;
  /** Its address, from the root. */
  readonly address: string;
}

/** Buttons that save files of the server's with the person's own session; a refusal is said beside them. */
export function SaveFiles({ files }: { files: readonly ServerFile[] }): JSX.Element {
  const { t } = useTexts();
  const { fetch: ask } = useWorkspace();
  const [fault, setFault] = useState<string>();
  const save = async ({ address, name }: ServerFile): Promise<void> => {
    setFault(undefined);
    const answer = await ask(address).catch(() => undefined);
    if (answer?.ok !== true) {
      const said: unknown = await answer?.json().catch(() => undefined);
      setFault(t("app.refused", { reason: String(Object(said).error ?? "") }));
      return;
    }
    const url = URL.createObjectURL(await answer.blob());
    const link = document.createElement("a");
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), KEEP_MS);
  };
  return (
    <div className="access__actions">
      {files.map((file) => (
        <Button key={file.name} icon={Download} onPress={() => void save(file)}>
          {file.text}
        </Button>
      ))}
      <span role="alert" className="fault small">
        {fault}
      </span>
    </div>
  );
}
