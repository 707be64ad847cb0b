import { useState, type JSX } from "react";
import { useWorkspace } from "../../app/workspace-context.tsx";
import { importCsv, importFaults, type ImportView } from "../../client/administration/administration.ts";
import { reasonOf } from "../../client/refusal.ts";
import { Button } from "../../ui/button.tsx";
import { useTexts } from "../../ui/texts.tsx";

type Step =
  | { readonly kind: "choose" }
  | { readonly kind: "looking" | "importing" }
  | { readonly kind: "looked" | "done"; readonly outcome: ImportView }
  | { readonly kind: "refused"; readonly reason: string; readonly faults: readonly string[] };

/** A CSV file of people and posts: first what would change, then the change. */
export function Import(): JSX.Element {
  const { t } = useTexts();
  const { api } = useWorkspace();
  const [csv, setCsv] = useState<Blob>();
  const [step, setStep] = useState<Step>({ kind: "choose" });
  const run = async (file: Blob, isDry: boolean): Promise<void> => {
    setStep({ kind: isDry ? "looking" : "importing" });
    try {
      setStep({ kind: isDry ? "looked" : "done", outcome: await importCsv(api, file, isDry) });
    } catch (error) {
      setStep({ kind: "refused", reason: reasonOf(error), faults: importFaults(error) });
    }
  };
  const isBusy = step.kind === "looking" || step.kind === "importing";
  return (
    <div className="admin__import">
      <p>{t("admin.importWhy")}</p>
      <label className="admin__choice">
        {t("admin.file")}
        <input
          type="file"
          accept=".csv,text/csv"
          disabled={isBusy}
          onChange={(event) => {
            const file = event.target.files?.[0];
            setCsv(file);
            if (file !== undefined) void run(file, true);
          }}
        />
      </label>
      <div role="status">
        {isBusy ? <p>{t("admin.loading")}</p> : null}
        {step.kind === "looked" ? <p>{t("admin.wouldChange", { count: step.outcome.changes.length })}</p> : null}
        {step.kind === "done" ? <p>{t("admin.imported", { count: step.outcome.changes.length })}</p> : null}
      </div>
      {step.kind === "refused" ? (
        <div role="alert">
          <p className="fault">{t("app.refused", { reason: step.reason })}</p>
          <Lines lines={step.faults} />
        </div>
      ) : null}
      {step.kind === "looked" || step.kind === "done" ? <Lines lines={step.outcome.changes} /> : null}
      {step.kind === "looked" && csv !== undefined && step.outcome.changes.length > 0 ? (
        <div>
          <Button look="main" onPress={() => void run(csv, false)}>
            {t("admin.doImport")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

/** More lines than these are counted, not drawn. */
const MOST = 200;

function Lines({ lines }: { lines: readonly string[] }): JSX.Element | null {
  const { t } = useTexts();
  if (lines.length === 0) return null;
  return (
    <ul className="admin__lines">
      {lines.slice(0, MOST).map((line, index) => (
        <li key={index}>{line}</li>
      ))}
      {lines.length > MOST ? <li>{t("admin.andMore", { count: lines.length - MOST })}</li> : null}
    </ul>
  );
}
