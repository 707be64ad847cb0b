import { useEffect, useState } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import type { MediaSource } from "../../client/media/source.ts";

/** A file being opened: its address for this page, or that it could not be had. */
export interface OpenedMedia {
  readonly url?: string;
  readonly hasFailed: boolean;
}

/** Opens a file when something shows it; `source` undefined opens nothing. */
export function useMedia(source: MediaSource | undefined, type: string): OpenedMedia {
  const { media } = useWorkspace();
  const [opened, setOpened] = useState<OpenedMedia>({ hasFailed: false });
  const { url, info } = source ?? {};
  useEffect(() => {
    if (url === undefined) return undefined;
    let isHere = true;
    media.open(info === undefined ? { url } : { url, info }, type).then(
      (address) => (isHere ? setOpened({ url: address, hasFailed: false }) : undefined),
      () => (isHere ? setOpened({ hasFailed: true }) : undefined),
    );
    return () => {
      isHere = false;
    };
  }, [media, url, info, type]);
  return opened;
}
