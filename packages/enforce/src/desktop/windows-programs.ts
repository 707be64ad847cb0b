import type { PolicyService } from "@causeway/policy";
import type { BlockedService } from "../endpoint-files/blocked.ts";
import { isOfPublisher, readFamilyName } from "./package-family.ts";

/** A packaged program (from the Store, or laid out like it). */
export interface PackagedProgram {
  readonly service: string;
  readonly label: string;
  readonly familyName: string;
  readonly packageName: string;
  /** The publisher's whole name; undefined when what the catalogue says of it does not fit the family name. */
  readonly publisher: string | undefined;
}

/** A program that is a file. */
export interface FileProgram {
  readonly service: string;
  readonly label: string;
  readonly fileName: string;
  /** The signer's whole name, as AppLocker compares it; undefined when only a part is known. */
  readonly publisher: string | undefined;
}

/** What is said of a service whose programs cannot be blocked, or not in every way. */
export interface Gap {
  readonly service: string;
  readonly why:
    | "no-programs-known"
    | "shared-with-work"
    | "publisher-does-not-fit"
    | "publisher-not-known"
    | "not-a-family-name"
    | "not-a-file-name"
    | "no-team-id";
  readonly what?: string;
}

/** The programs of the blocked services on Windows. */
export interface WindowsPrograms {
  readonly packaged: readonly PackagedProgram[];
  readonly files: readonly FileProgram[];
  readonly gaps: readonly Gap[];
}

/** Publishers whose programs also do the government's own work: an account is kept out there, never a program. */
const SHARED = /(^|[\s,])(CN|O)="?(Microsoft Corporation|Microsoft Windows)"?(,|$)/i;
const FILE_NAME = /^[^\\/:*?"<>|%\p{Cc}]{1,120}\.exe$/iu;

/** Finds what can be blocked by name on Windows; nothing that could also hit something else. */
export function windowsPrograms(services: readonly BlockedService[]): WindowsPrograms {
  const found = services.map(({ service }) => programsOf(service));
  return {
    packaged: found.flatMap(({ packaged }) => packaged),
    files: found.flatMap(({ files }) => files),
    gaps: found.flatMap(({ gaps }) => gaps),
  };
}

function programsOf(service: PolicyService): WindowsPrograms {
  const windows = service.apps.windows;
  const executables = windows?.executables ?? [];
  const none = { packaged: [], files: [] };
  if (windows === undefined || (windows.packageFamilyName === undefined && executables.length === 0))
    return { ...none, gaps: [{ service: service.id, why: "no-programs-known" }] };
  if (windows.publisher !== undefined && SHARED.test(windows.publisher))
    return { ...none, gaps: [{ service: service.id, why: "shared-with-work", what: windows.publisher }] };
  const packaged = packagedOf(service, windows);
  const names = executables.filter((name) => FILE_NAME.test(name));
  const signer = windows.publisher === undefined ? undefined : wholeSigner(windows.publisher);
  return {
    packaged: packaged.packaged,
    files: names.map((fileName) => ({ ...about(service), fileName, publisher: signer })),
    gaps: [
      ...packaged.gaps,
      ...executables
        .filter((name) => !FILE_NAME.test(name))
        .map((what): Gap => ({ service: service.id, why: "not-a-file-name", what })),
      ...(names.length > 0 && signer === undefined
        ? [{ service: service.id, why: "publisher-not-known" } as const]
        : []),
    ],
  };
}

function packagedOf(
  service: PolicyService,
  windows: NonNullable<PolicyService["apps"]["windows"]>,
): Pick<WindowsPrograms, "packaged" | "gaps"> {
  const { packageFamilyName: familyName, publisher } = windows;
  if (familyName === undefined) return { packaged: [], gaps: [] };
  const parts = readFamilyName(familyName);
  if (parts === undefined)
    return { packaged: [], gaps: [{ service: service.id, why: "not-a-family-name", what: familyName }] };
  const fits = publisher !== undefined && isOfPublisher(familyName, publisher);
  const { packageName } = parts;
  return {
    packaged: [{ ...about(service), familyName, packageName, publisher: fits ? publisher : undefined }],
    gaps: fits ? [] : [{ service: service.id, why: "publisher-does-not-fit", what: familyName }],
  };
}

function about(service: PolicyService): { readonly service: string; readonly label: string } {
  return { service: service.id, label: service.name.en };
}

/** A signer as AppLocker writes it, when all of it is known: organisation, place and country, in capitals. */
function wholeSigner(publisher: string): string | undefined {
  const isWhole = /^O=.+, L=.+, (S=.+, )?C=[A-Z]{2}$/i.test(publisher);
  return isWhole ? publisher.toUpperCase() : undefined;
}
