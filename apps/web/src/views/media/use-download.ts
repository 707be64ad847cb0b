import { useState } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { FileContent } from "../../client/timeline/file-content.ts";

/** Fetches a file, then has the browser keep it under its name. */
export function useDownload(content: FileContent): {
  readonly download: () => Promise<void>;
  readonly percent: number | undefined;
  readonly fault: boolean;
} {
  const { media } = useWorkspace();
  const [percent, setPercent] = useState<number>();
  const [fault, setFault] = useState(false);
  const download = async (): Promise<void> => {
    if (content.source === undefined || percent !== undefined) return;
    setFault(false);
    setPercent(0);
    try {
      const url = await media.open(content.source, content.type, (loaded, total = content.bytes ?? loaded) =>
        setPercent(Math.min(100, Math.round((loaded / Math.max(1, total)) * 100))),
      );
      const link = document.createElement("a");
      link.href = url;
      link.download = fileName(content.name);
      link.click();
    } catch {
      setFault(true);
    } finally {
      setPercent(undefined);
    }
  };
  return { download, percent, fault };
}

/** A name that means the same to the eye and to the disk: no directions, no separators. */
function fileName(name: string): string {
  const plain = name.replaceAll(/[\p{Cc}\p{Cf}/\\:*?"<>|]/gu, "_").slice(0, 200);
  return plain.replaceAll(".", "") === "" ? "file" : plain;
}
