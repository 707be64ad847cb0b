import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { draftOf, putDraft, type Draft, type Shelf } from "../../client/access/editions.ts";

/** The draft of the next version, with the way to write it. */
export interface DraftInHand<Content> {
  readonly draft: Draft<Content> | undefined;
  readonly error: unknown;
  readonly isBusy: boolean;
  /** Why the last change was refused. */
  readonly refused: unknown;
  /** True when it was taken. The draft as it is now is read again either way. */
  readonly save: (content: Content) => Promise<boolean>;
}

/** The draft of a publisher. What is written rests on exactly what was read. */
export function useDraft<Content extends object>(
  shelf: Shelf,
  parse: (answer: unknown) => Content,
): DraftInHand<Content> {
  const { api } = useWorkspace();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>();
  const { data: draft, error } = useQuery({
    queryKey: ["access", "draft", shelf.kind, shelf.department],
    queryFn: () => draftOf(api, shelf, parse),
    retry: false,
    refetchOnWindowFocus: false,
  });
  const save = async (content: Content): Promise<boolean> => {
    // One after the other: a second change would rest on what the first one has replaced, and be refused as somebody else's.
    if (draft === undefined || isBusy) return false;
    setBusy(true);
    setRefused(undefined);
    let isDone = true;
    try {
      await putDraft(api, shelf, { content, revision: draft.revision });
    } catch (fault) {
      setRefused(fault);
      isDone = false;
    }
    await queries.invalidateQueries({ queryKey: ["access"] });
    setBusy(false);
    return isDone;
  };
  return { draft, error, isBusy, refused, save };
}
