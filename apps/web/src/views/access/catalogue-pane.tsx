import "./policy.css";
import { Link } from "@tanstack/react-router";
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState, type JSX } from "react";
import { parseCatalogue, type CatalogueContent, type CatalogueService } from "../../client/access/catalogue.ts";
import { writableShelves } from "../../client/access/editions.ts";
import { Button } from "../../ui/button.tsx";
import { Tabbed } from "../../ui/tabs.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Waiting } from "../administration/parts.tsx";
import { useStanding } from "../shell/use-roles.ts";
import { DraftPanel } from "./draft-panel.tsx";
import { AccessPane } from "./pane.tsx";
import { serviceText } from "./policy-words.ts";
import { EditionRefused } from "./refused.tsx";
import { ServiceDialog } from "./service-dialog.tsx";
import { ServiceList } from "./service-list.tsx";
import { PublisherChoice, useDepartments } from "./shelf-choice.tsx";
import { useDraft } from "./use-draft.ts";
import { useServices } from "./use-services.ts";
import { History } from "./versions.tsx";
import { textFor } from "./words.ts";

/** The catalogue: the services in force, the versions, and for those who write one the next version. */
export function CataloguePane(): JSX.Element {
  const { t } = useTexts();
  const [tab, setTab] = useState("current");
  const writable = writableShelves("catalogue", useStanding());
  const tabs = [
    { id: "current", name: t("policy.tab.current"), content: <InForce /> },
    { id: "versions", name: t("policy.versions"), content: <CatalogueHistory writable={writable} /> },
    ...(writable.length === 0
      ? []
      : [
          {
            id: "draft",
            name: t("policy.tab.draft"),
            content: <Next writable={writable} onPublished={() => setTab("versions")} />,
          },
        ]),
  ];
  return (
    <AccessPane title={t("policy.catalogue")}>
      <Tabbed label={t("policy.catalogue")} parts={tabs} chosen={tab} onChoose={setTab} />
    </AccessPane>
  );
}

function InForce(): JSX.Element {
  const { t } = useTexts();
  const departments = useDepartments();
  const { data, error } = useServices();
  if (data === undefined) return <Waiting error={error} />;
  return (
    <ServiceList
      services={data}
      mark={({ department }) => departments.find(({ id }) => id === department)?.code ?? ""}
      actions={(service) =>
        service.grantable ? (
          <Link to="/access/ask" search={{ service: service.id }} className="button">
            {t("policy.askFor")}
          </Link>
        ) : null
      }
    />
  );
}

function CatalogueHistory({ writable }: { writable: readonly string[] }): JSX.Element {
  const texts = useTexts();
  const { data: services = [] } = useServices();
  return <History kind="catalogue" writable={writable} nameOf={(id) => serviceText(texts, services, id)} />;
}

function Next({ writable, onPublished }: { writable: readonly string[]; onPublished: () => void }): JSX.Element {
  const [department, setDepartment] = useState(writable[0] ?? "");
  return (
    <>
      <PublisherChoice value={department} codes={writable} onChange={setDepartment} />
      <DraftOf key={department} department={department} onPublished={onPublished} />
    </>
  );
}

function DraftOf({ department, onPublished }: { department: string; onPublished: () => void }): JSX.Element {
  const texts = useTexts();
  const { t } = texts;
  const shelf = { kind: "catalogue", department } as const;
  const { draft, error, isBusy, refused, save } = useDraft<CatalogueContent>(shelf, parseCatalogue);
  const [edited, setEdited] = useState<CatalogueService | "new">();
  if (draft === undefined) return <Waiting error={error} />;
  const { services } = draft.content;
  const put = (service: CatalogueService): Promise<boolean> =>
    save({
      services:
        edited === "new" ? [...services, service] : services.map((one) => (one.id === service.id ? service : one)),
    });
  return (
    <>
      <p className="small quiet">{t(department === "" ? "policy.centreWhy" : "policy.ownWhy")}</p>
      <div>
        <Button icon={Plus} onPress={() => setEdited("new")}>
          {t("policy.addService")}
        </Button>
      </div>
      <DraftPanel
        shelf={shelf}
        draft={draft}
        ids={services.map(({ id }) => id)}
        nameOf={(id) => serviceText(texts, services, id)}
        onPublished={onPublished}
      />
      {edited === undefined ? <EditionRefused error={refused} /> : null}
      {services.length === 0 ? <p className="quiet">{t("policy.noServices")}</p> : null}
      {services.length === 0 ? null : (
        <ServiceList
          services={services}
          actions={(service) => (
            <>
              <Button
                icon={Pencil}
                aria-label={t("policy.editNamed", { name: textFor(texts.locale, service.name) })}
                onPress={() => setEdited(service)}
              >
                {t("policy.edit")}
              </Button>
              <Button
                icon={Trash2}
                look="danger"
                isBusy={isBusy}
                aria-label={t("policy.removeNamed", { name: textFor(texts.locale, service.name) })}
                onPress={() => void save({ services: services.filter(({ id }) => id !== service.id) })}
              >
                {t("policy.remove")}
              </Button>
            </>
          )}
        />
      )}
      {edited === undefined ? null : (
        <ServiceDialog
          service={edited === "new" ? undefined : edited}
          isBusy={isBusy}
          refused={refused}
          onSave={put}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}
