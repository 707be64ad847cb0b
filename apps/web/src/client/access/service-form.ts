import type { CatalogueService } from "./catalogue.ts";

/** A service as somebody writes it: one text a field, lists a line each. */
export interface ServiceWritten {
  readonly id: string;
  readonly category: string;
  readonly nameEn: string;
  readonly nameZhHant: string;
  readonly nameZhHans: string;
  readonly reasonEn: string;
  readonly reasonZhHant: string;
  readonly reasonZhHans: string;
  readonly clause: string;
  readonly hosts: string;
  readonly exempt: string;
  readonly addresses: string;
  readonly windowsPublisher: string;
  readonly windowsPackage: string;
  readonly windowsPrograms: string;
  readonly macBundle: string;
  readonly macTeam: string;
  readonly android: string;
  readonly ios: string;
  readonly isGrantable: boolean;
}

/** A new one. */
export const newService: ServiceWritten = {
  ...{ id: "", category: "", clause: "", hosts: "", exempt: "", addresses: "", isGrantable: true },
  ...{ nameEn: "", nameZhHant: "", nameZhHans: "", reasonEn: "", reasonZhHant: "", reasonZhHans: "" },
  ...{
    windowsPublisher: "",
    windowsPackage: "",
    windowsPrograms: "",
    macBundle: "",
    macTeam: "",
    android: "",
    ios: "",
  },
};

/** What cannot be left out, by field. */
export const neededFields = [
  "id",
  "category",
  "nameEn",
  "nameZhHant",
  "nameZhHans",
  "reasonEn",
  "reasonZhHant",
  "reasonZhHans",
  "clause",
] as const satisfies readonly (keyof ServiceWritten)[];

type HostRule = CatalogueService["hosts"][number];

/** A service as it is written: `=host` is that host alone, others are meant with everything under them. */
export function writtenOf({ apps, ...service }: CatalogueService): ServiceWritten {
  const { name, reason } = service;
  return {
    ...{ id: service.id, category: service.category, clause: service.clause, isGrantable: service.grantable },
    ...{ nameEn: name.en, nameZhHant: name.zhHant, nameZhHans: name.zhHans },
    ...{ reasonEn: reason.en, reasonZhHant: reason.zhHant, reasonZhHans: reason.zhHans },
    ...{ hosts: hostLines(service.hosts), exempt: hostLines(service.exempt), addresses: lines(service.addresses) },
    windowsPublisher: apps.windows?.publisher ?? "",
    windowsPackage: apps.windows?.packageFamilyName ?? "",
    windowsPrograms: lines(apps.windows?.executables ?? []),
    macBundle: apps.macos?.bundleId ?? "",
    macTeam: apps.macos?.teamId ?? "",
    ...{ android: lines(apps.android ?? []), ios: lines(apps.ios ?? []) },
  };
}

/** The service that was written. */
export function serviceOf(written: ServiceWritten): CatalogueService {
  const text = (field: Exclude<keyof ServiceWritten, "isGrantable">): string => written[field].trim();
  return {
    ...{ id: text("id"), category: text("category"), clause: text("clause"), grantable: written.isGrantable },
    name: { en: text("nameEn"), zhHant: text("nameZhHant"), zhHans: text("nameZhHans") },
    reason: { en: text("reasonEn"), zhHant: text("reasonZhHant"), zhHans: text("reasonZhHans") },
    ...{ hosts: hostsOf(written.hosts), exempt: hostsOf(written.exempt), addresses: linesOf(written.addresses) },
    apps: appsOf(written),
  };
}

function appsOf(written: ServiceWritten): CatalogueService["apps"] {
  const windows = given({
    publisher: written.windowsPublisher.trim(),
    packageFamilyName: written.windowsPackage.trim(),
    executables: linesOf(written.windowsPrograms),
  });
  const macos = given({ bundleId: written.macBundle.trim(), teamId: written.macTeam.trim() });
  const whole = { windows, macos, android: linesOf(written.android), ios: linesOf(written.ios) };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => Object.keys(value).length > 0));
}

/** Without what is empty. */
function given(fields: Readonly<Record<string, string | string[]>>): Readonly<Record<string, string | string[]>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value.length > 0));
}

function lines(list: readonly string[]): string {
  return list.join("\n");
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

function hostLines(rules: readonly HostRule[]): string {
  return lines(rules.map(({ kind, host }) => (kind === "exact" ? `=${host}` : host)));
}

function hostsOf(text: string): HostRule[] {
  return linesOf(text).map((line) =>
    line.startsWith("=")
      ? { kind: "exact", host: line.slice(1).trim() }
      : { kind: "suffix", host: line.replace(/^\*?\./, "") },
  );
}
