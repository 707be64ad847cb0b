import { titleOf, type FileInput } from "../endpoint-files/file-input.ts";
import { browserSettings, type Browser, type SettingValue } from "./settings.ts";

const TYPE = "#microsoft.graph.deviceManagementConfiguration";

/**
 * Ids of Intune's settings catalogue, without their common beginning. A policy that a later version of the browser brought has that
 * version in its id. What is not here has an id that could not be checked: such policies come to the machines by the registry file.
 */
const IDS: Readonly<Record<Browser, Readonly<Record<string, string>>>> = {
  edge: {
    URLBlocklist: "microsoft_edge~policy~microsoft_edge_urlblocklist",
    URLAllowlist: "microsoft_edge~policy~microsoft_edge_urlallowlist",
    DnsOverHttpsMode: "microsoft_edgev83diff~policy~microsoft_edge_dnsoverhttpsmode",
    BrowserSignin: "microsoft_edge~policy~microsoft_edge_browsersignin",
    ExtensionInstallBlocklist: "microsoft_edge~policy~microsoft_edge~extensions_extensioninstallblocklist",
    ExtensionInstallAllowlist: "microsoft_edge~policy~microsoft_edge~extensions_extensioninstallallowlist",
    ExtensionInstallForcelist: "microsoft_edge~policy~microsoft_edge~extensions_extensioninstallforcelist",
    BrowserGuestModeEnabled: "microsoft_edge~policy~microsoft_edge_browserguestmodeenabled",
    InPrivateModeAvailability: "microsoft_edge~policy~microsoft_edge_inprivatemodeavailability",
  },
  chrome: {
    URLBlocklist: "chromeintunev1~policy~googlechrome_urlblocklist",
    URLAllowlist: "chromeintunev1~policy~googlechrome_urlallowlist",
    DnsOverHttpsMode: "chromeintunev1~policy~googlechrome_dnsoverhttpsmode",
    QuicAllowed: "chromeintunev1~policy~googlechrome_quicallowed",
    BrowserSignin: "chromeintunev1~policy~googlechrome_browsersignin",
    ExtensionInstallBlocklist: "chromeintunev1~policy~googlechrome~extensions_extensioninstallblocklist",
    ExtensionInstallAllowlist: "chromeintunev1~policy~googlechrome~extensions_extensioninstallallowlist",
    ExtensionInstallForcelist: "chromeintunev1~policy~googlechrome~extensions_extensioninstallforcelist",
    BrowserGuestModeEnabled: "chromeintunev1~policy~googlechrome_browserguestmodeenabled",
    IncognitoModeAvailability: "chromeintunev1~policy~googlechrome_incognitomodeavailability",
  },
};

/** A profile of Intune's settings catalogue, as its programming interface takes it. One profile for both browsers: two that set the same list would cancel each other. */
export function intuneProfile(input: FileInput): string {
  const asked = (["edge", "chrome"] as const).flatMap((browser) => settingsOf(input, browser));
  const missing = asked.flatMap(({ name, id }) => (id === undefined ? [name] : []));
  const about = missing.length === 0 ? "" : `. By the registry file: ${[...new Set(missing)].join(", ")}`;
  const profile = {
    name: `Causeway, department ${input.department.code}, class ${input.machineClass}`,
    description: `${titleOf(input)}${about}`,
    platforms: "windows10",
    technologies: "mdm",
    settings: asked.flatMap(({ id, name, value }) =>
      id === undefined ? [] : [{ "@odata.type": `${TYPE}Setting`, settingInstance: instance(id, name, value) }],
    ),
  };
  return `${JSON.stringify(profile, null, 2)}\n`;
}

interface Asked {
  readonly name: string;
  readonly id: string | undefined;
  readonly value: SettingValue;
}

function settingsOf(input: FileInput, browser: Browser): readonly Asked[] {
  return Object.entries(browserSettings(input, browser)).flatMap(([name, value]): readonly Asked[] => {
    if (Array.isArray(value) && value.length === 0) return []; // a list in a profile cannot be empty
    const known = IDS[browser][name];
    const id = known === undefined ? undefined : `device_vendor_msft_policy_config_${known}`;
    return [{ name, id, value }];
  });
}

function instance(id: string, name: string, value: SettingValue): object {
  const [choice, children] = typeof value === "boolean" ? [Number(value), []] : [1, [child(id, name, value)]];
  return {
    "@odata.type": `${TYPE}ChoiceSettingInstance`,
    settingDefinitionId: id,
    choiceSettingValue: { value: `${id}_${choice}`, children },
  };
}

/** A policy with a value is switched on, and has the value as a setting under it. */
function child(id: string, name: string, value: SettingValue): object {
  if (Array.isArray(value)) {
    return {
      "@odata.type": `${TYPE}SimpleSettingCollectionInstance`,
      settingDefinitionId: `${id}_${name.toLowerCase()}desc`,
      simpleSettingCollectionValue: value.map((one) => ({ "@odata.type": `${TYPE}StringSettingValue`, value: one })),
    };
  }
  const definition = `${id}_${name.toLowerCase()}`;
  return {
    "@odata.type": `${TYPE}ChoiceSettingInstance`,
    settingDefinitionId: definition,
    choiceSettingValue: {
      value: `${definition}_${typeof value === "string" ? value : JSON.stringify(value)}`,
      children: [],
    },
  };
}
