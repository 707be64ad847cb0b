import { ChevronRight } from "lucide-react";
import { useDeferredValue, useState, type JSX, type ReactNode } from "react";
import { categoriesOf, searchServices, type CatalogueService } from "../../client/access/catalogue.ts";
import { writtenOf } from "../../client/access/service-form.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/select.tsx";
import { useTexts } from "../../ui/texts.tsx";
import { Facts } from "./pane.tsx";
import { categoryText } from "./policy-words.ts";
import { textFor } from "./words.ts";

const PAGE = 60;

/** Services that can be searched and filtered; each opens to everything that is known of it. */
export function ServiceList<Service extends CatalogueService>(props: {
  services: readonly Service[];
  /** Beside the category: whose it is. */
  mark?: (service: Service) => string;
  actions: (service: Service) => ReactNode;
}): JSX.Element {
  const texts = useTexts();
  const { t } = texts;
  const [text, setText] = useState("");
  const [category, setCategory] = useState("");
  const [most, setMost] = useState(PAGE);
  const found = searchServices(props.services, { text: useDeferredValue(text), category });
  const categories = categoriesOf(props.services).map((id) => ({ id, text: categoryText(texts, id) }));
  return (
    <>
      <search className="policy__filters">
        <Field label={t("policy.search")} type="search" value={text} onChange={setText} isIdentifier />
        <Select
          label={t("policy.category")}
          value={category}
          options={[{ id: "", text: t("policy.allCategories") }, ...categories]}
          onChange={setCategory}
        />
      </search>
      <p className="small quiet" role="status">
        {t("policy.services", { count: found.length })}
      </p>
      <ul className="policy__services" aria-label={t("policy.servicesName")}>
        {found.slice(0, most).map((service) => (
          <li key={service.id}>
            <ServiceItem service={service} mark={props.mark?.(service) ?? ""} actions={props.actions(service)} />
          </li>
        ))}
      </ul>
      {found.length > most ? (
        <div>
          <Button onPress={() => setMost(most + PAGE)}>{t("admin.more")}</Button>
        </div>
      ) : null}
    </>
  );
}

function ServiceItem(props: { service: CatalogueService; mark: string; actions: ReactNode }): JSX.Element {
  const texts = useTexts();
  const { t, locale } = texts;
  const { service } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="policy__service" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className="policy__service-name">
          <ChevronRight size={16} aria-hidden />
          {textFor(locale, service.name)}
        </span>
        <span className="small quiet">
          {[categoryText(texts, service.category), props.mark].filter(Boolean).join(" · ")} ·{" "}
          {t("access.clause", { clause: service.clause })}
        </span>
      </summary>
      {isOpen ? (
        <div className="policy__service-body">
          <ServiceFacts service={service} />
          <div className="access__actions">{props.actions}</div>
        </div>
      ) : null}
    </details>
  );
}

/** Everything that is known of a service, the texts in all three languages. */
function ServiceFacts({ service }: { service: CatalogueService }): JSX.Element {
  const { t } = useTexts();
  const written = writtenOf(service);
  const programs = [
    ["Windows", [written.windowsPublisher, written.windowsPackage, written.windowsPrograms]],
    ["macOS", [written.macBundle, written.macTeam]],
    ["Android", [written.android]],
    ["iOS", [written.ios]],
  ] as const;
  const facts = [
    [t("policy.hosts"), written.hosts],
    [t("policy.exempt"), written.exempt],
    [t("policy.addresses"), written.addresses],
    ...programs.map(([name, parts]) => [name, parts.filter(Boolean).join("\n")] as const),
  ] as const;
  return (
    <>
      <dl className="policy__languages">
        {(
          [
            ["en", "English", service.name.en, service.reason.en],
            ["zh-Hant-HK", "繁體中文", service.name.zhHant, service.reason.zhHant],
            ["zh-Hans", "简体中文", service.name.zhHans, service.reason.zhHans],
          ] as const
        ).map(([lang, language, name, reason]) => (
          <div key={lang}>
            <dt className="small quiet" lang={lang}>
              {language}
            </dt>
            <dd lang={lang}>
              <strong>{name}</strong> — {reason}
            </dd>
          </div>
        ))}
      </dl>
      <Facts
        facts={[
          ...facts.map(([name, value]) => (value === "" ? undefined : ([name, value] as const))),
          [t("policy.grantable"), t(service.grantable ? "policy.grantableYes" : "policy.grantableNo")],
        ]}
      />
    </>
  );
}
