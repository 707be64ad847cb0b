import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { reasonOf } from "../../client/refusal.ts";
import { useTexts } from "../../ui/texts.tsx";

/** Something that is done at the server: whether it is under way, and why it was refused. */
export interface Act {
  readonly isBusy: boolean;
  readonly fault: string | undefined;
  /** True when it was done. What the keys name is asked for again either way. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
}

/** Does things at the server, one after another; a refusal is said in the server's words. */
export function useAct(...keys: readonly string[]): Act {
  const { t } = useTexts();
  const queries = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const run = async (work: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setFault(undefined);
    let isDone = true;
    try {
      await work();
    } catch (error) {
      setFault(t("app.refused", { reason: reasonOf(error) }));
      isDone = false;
    }
    await Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
    setBusy(false);
    return isDone;
  };
  return { isBusy, fault, run };
}
